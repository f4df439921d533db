// Patterns to instructions.

import type { CharacterSet } from './character-set.ts';
import { evaluationFault } from './fault.ts';
import type { Anchor, Pattern } from './pattern.ts';

export type Instruction =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  /** Goes on here or there; the second is tried when the first fails. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  /** Remembers the position. */
  | { readonly kind: 'save'; readonly slot: number }
  /** Leaves a loop whose round took no text. */
  | { readonly kind: 'progress'; readonly slot: number; exit: number }
  | { readonly kind: 'again'; readonly number: number; readonly ignoresCase: boolean }
  | { readonly kind: 'atomic'; readonly inner: Instructions }
  | {
      readonly kind: 'look';
      readonly inner: Instructions;
      readonly isNegative: boolean;
      /** How far behind it may begin; undefined for a look ahead. */
      readonly behind: Width | undefined;
    }
  | { readonly kind: 'match' };

export type Instructions = readonly Instruction[];

interface Width {
  readonly least: number;
  readonly most: number;
}

const PROGRAM_LIMIT = 20_000;

export interface PatternProgram {
  readonly instructions: Instructions;
  /** Two for each group, the whole match among them, then those of loops. */
  readonly slots: number;
  /** What comes of an instruction at a place does not depend on how it was reached. */
  readonly isRegular: boolean;
}

/** @param groups without the whole match, which is group 0 */
export function programOf(root: Pattern, groups: number): PatternProgram {
  const builder = new Builder(2 * (groups + 1));
  const instructions = builder.whole({ kind: 'group', number: 0, inner: root });
  return { instructions, slots: builder.slots, isRegular: instructions.every(isRegular) };
}

const isRegular = ({ kind }: Instruction): boolean =>
  kind !== 'again' && kind !== 'atomic' && kind !== 'look';

class Builder {
  slots: number;
  #size = 0;

  constructor(slots: number) {
    this.slots = slots;
  }

  whole(pattern: Pattern): Instructions {
    const into: Instruction[] = [];
    this.#add(pattern, into);
    this.#push(into, { kind: 'match' });
    return into;
  }

  #push<Made extends Instruction>(into: Instruction[], made: Made): Made {
    this.#size += 1;
    if (this.#size > PROGRAM_LIMIT) throw evaluationFault('the pattern repeats too much');
    into.push(made);
    return made;
  }

  #add(pattern: Pattern, into: Instruction[]): void {
    switch (pattern.kind) {
      case 'set':
      case 'anchor':
      case 'again':
        this.#push(into, pattern);
        return;
      case 'sequence':
        for (const part of pattern.parts) this.#add(part, into);
        return;
      case 'choice':
        this.#addChoice(pattern.arms, into);
        return;
      case 'group':
        this.#push(into, { kind: 'save', slot: 2 * pattern.number });
        this.#add(pattern.inner, into);
        this.#push(into, { kind: 'save', slot: 2 * pattern.number + 1 });
        return;
      case 'atomic':
        this.#push(into, { kind: 'atomic', inner: this.whole(pattern.inner) });
        return;
      case 'look': {
        const { inner, isNegative, isBehind } = pattern;
        const behind = isBehind ? widthOf(inner) : undefined;
        if (behind?.most === Number.POSITIVE_INFINITY) {
          throw evaluationFault('a look behind has no greatest length');
        }
        this.#push(into, { kind: 'look', inner: this.whole(inner), isNegative, behind });
        return;
      }
      case 'repeat':
        this.#addRepeat(pattern, into);
    }
  }

  #addChoice(arms: readonly Pattern[], into: Instruction[]): void {
    const jumps: { to: number }[] = [];
    arms.forEach((arm, index) => {
      if (index === arms.length - 1) {
        this.#add(arm, into);
        return;
      }
      const split = this.#push(into, { kind: 'split', first: into.length + 1, second: 0 });
      this.#add(arm, into);
      jumps.push(this.#push(into, { kind: 'jump', to: 0 }));
      split.second = into.length;
    });
    for (const jump of jumps) jump.to = into.length;
  }

  #addRepeat(repeat: Extract<Pattern, { readonly kind: 'repeat' }>, into: Instruction[]): void {
    const { inner, least, most, greed } = repeat;
    if (greed === 'possessive') {
      this.#add({ kind: 'atomic', inner: { ...repeat, greed: 'greedy' } }, into);
      return;
    }
    for (let count = 0; count < least; count += 1) this.#add(inner, into);
    if (!Number.isFinite(most)) {
      this.#addLoop(inner, greed === 'lazy', into);
      return;
    }
    const splits: { first: number; second: number }[] = [];
    for (let count = least; count < most; count += 1) {
      const body = into.length + 1;
      splits.push(this.#push(into, { kind: 'split', first: body, second: body }));
      this.#add(inner, into);
    }
    for (const split of splits) {
      if (greed === 'lazy') split.first = into.length;
      else split.second = into.length;
    }
  }

  #addLoop(inner: Pattern, isLazy: boolean, into: Instruction[]): void {
    const slot = this.slots;
    this.slots += 1;
    const head = into.length;
    const split = this.#push(into, { kind: 'split', first: head + 1, second: head + 1 });
    this.#push(into, { kind: 'save', slot });
    this.#add(inner, into);
    const progress = this.#push(into, { kind: 'progress', slot, exit: 0 });
    this.#push(into, { kind: 'jump', to: head });
    progress.exit = into.length;
    if (isLazy) split.first = into.length;
    else split.second = into.length;
  }
}

/** How many units of text a pattern takes. */
function widthOf(pattern: Pattern): Width {
  switch (pattern.kind) {
    case 'set':
      return { least: 1, most: 2 };
    case 'anchor':
    case 'look':
      return { least: 0, most: 0 };
    case 'again':
      return { least: 0, most: Number.POSITIVE_INFINITY };
    case 'group':
    case 'atomic':
      return widthOf(pattern.inner);
    case 'sequence': {
      const widths = pattern.parts.map(widthOf);
      return {
        least: widths.reduce((sum, { least }) => sum + least, 0),
        most: widths.reduce((sum, { most }) => sum + most, 0),
      };
    }
    case 'choice': {
      const widths = pattern.arms.map(widthOf);
      return {
        least: Math.min(...widths.map(({ least }) => least)),
        most: Math.max(...widths.map(({ most }) => most)),
      };
    }
    case 'repeat': {
      const { least, most } = widthOf(pattern.inner);
      // Nothing, however often, is nothing.
      return {
        least: least * pattern.least,
        most: most === 0 || pattern.most === 0 ? 0 : most * pattern.most,
      };
    }
  }
}
