// The syntax tree of a regular expression, free of flags: what they mean is in the nodes.

import type { CharacterSet } from './character-set.ts';

/**
 * Places without a length.
 *
 * - `line-start`, `line-end`: with the flag m, also behind and before what ends a line
 * - `last-line-end`: the end of the text, or before what ends its last line
 */
export type Anchor =
  | 'text-start'
  | 'text-end'
  | 'last-line-end'
  | 'line-start'
  | 'line-end'
  | 'last-match'
  | 'word-border'
  | 'no-word-border';

export type Greed = 'greedy' | 'lazy' | 'possessive';

export type Pattern =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly arms: readonly Pattern[] }
  | { readonly kind: 'group'; readonly number: number; readonly inner: Pattern }
  /** What it matched first is final. */
  | { readonly kind: 'atomic'; readonly inner: Pattern }
  | {
      readonly kind: 'repeat';
      readonly inner: Pattern;
      readonly least: number;
      readonly most: number;
      readonly greed: Greed;
    }
  | {
      readonly kind: 'look';
      readonly inner: Pattern;
      readonly isBehind: boolean;
      readonly isNegative: boolean;
    }
  /** The text of a group again. */
  | { readonly kind: 'again'; readonly number: number; readonly ignoresCase: boolean };

export interface ParsedPattern {
  readonly root: Pattern;
  readonly groups: number;
  /** Numbers of named groups. */
  readonly names: ReadonlyMap<string, number>;
}
