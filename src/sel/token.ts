// The words of a program.

import type { Span } from './fault.ts';

export type Token = Span &
  (
    | { readonly kind: 'name'; readonly text: string }
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'symbol'; readonly text: string }
    | { readonly kind: 'long'; readonly value: bigint }
    | { readonly kind: 'double'; readonly value: number }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'end' }
  );

/** Words that cannot be names, whether the language uses them or not. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    'abstract boolean break byte case catch char class const continue default do double else extends false final ' +
    'finally float for goto if implements import instanceof int interface long native new null package private ' +
    'protected public return short static super switch synchronized this throw throws transient true try void ' +
    'volatile while'
  ).split(' '),
);

/** Of one or two characters; the longer one counts. `++` and `--` are read to be refused. */
export const SYMBOLS: ReadonlySet<string> = new Set([
  ...['==', '!=', '<=', '>=', '&&', '||', '+=', '-=', '*=', '/=', '%=', '++', '--'],
  ...['(', ')', '{', '}', '[', ']', ';', ',', '.', '=', '<', '>', '!', '?', ':', '+', '-', '*'],
  ...['/', '%'],
]);
