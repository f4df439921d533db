// Matching patterns: by trying, and going back where that failed.
//
// Invariants
// 1. Every instruction is a visited node of the program that matches, so what takes too many tries fails by its budget.
// 2. Nothing recurses along the text: only along the nesting of a pattern.
// 3. A search that takes long remembers where it failed, so most patterns take time linear in the text for each match.

import { isWordCharacter, LINE_ENDS } from './character-class.ts';
import { limitFault } from './fault.ts';
import type { Anchor } from './pattern.ts';
import type { Instruction, Instructions, PatternProgram } from './pattern-program.ts';
import type { Run } from './run.ts';

const NOWHERE = -1;
const PENDING_LIMIT = 1_000_000;
/** So many times the length of the text, a search goes on without remembering. */
const PATIENCE = 16;
/** Pairs of an instruction and a place that are remembered at most: 8 MB. */
const TRIED_LIMIT = 64_000_000;

/** Where to go on, or what a slot held before. */
type Pending =
  | { readonly kind: 'try'; readonly next: number; readonly at: number }
  | { readonly kind: 'restore'; readonly slot: number; readonly value: number };

export class PatternMatcher {
  readonly #run: Run;
  readonly #program: PatternProgram;
  readonly #text: string;
  readonly #pending: Pending[] = [];
  #slots: number[];
  #lastEnd = 0;
  #steps = 0;
  /** A bit for each pair of an instruction and a place from which the search has gone before, once it takes long. */
  #tried: Uint8Array | undefined;

  constructor(run: Run, program: PatternProgram, text: string) {
    this.#run = run;
    this.#program = program;
    this.#text = text;
    this.#slots = new Array<number>(program.slots).fill(NOWHERE);
  }

  /** Finds the first match that begins at `from` or behind it. */
  find(from: number): boolean {
    this.#slots = new Array<number>(this.#program.slots).fill(NOWHERE);
    this.#pending.length = 0;
    this.#steps = 0;
    this.#tried = undefined;
    // What failed has put the slots back.
    for (let start = from; start <= this.#text.length; start += 1) {
      if (this.#matches(this.#program.instructions, start) === undefined) continue;
      this.#lastEnd = this.end(0);
      return true;
    }
    return false;
  }

  start(group: number): number {
    return this.#slots[2 * group] ?? NOWHERE;
  }

  end(group: number): number {
    return this.#slots[2 * group + 1] ?? NOWHERE;
  }

  group(number: number): string | null {
    const [start, end] = [this.start(number), this.end(number)];
    return start < 0 || end < 0 ? null : this.#text.slice(start, end);
  }

  #save(slot: number, value: number): void {
    this.#push({ kind: 'restore', slot, value: this.#slots[slot] ?? NOWHERE });
    this.#slots[slot] = value;
  }

  #push(pending: Pending): void {
    if (this.#pending.length >= PENDING_LIMIT) {
      throw limitFault('memory', `a pattern tries at most ${PENDING_LIMIT} ways at once`);
    }
    this.#pending.push(pending);
  }

  /** Undoes what happened since the last choice above `floor`; undefined when there is none. */
  #back(floor: number): { readonly next: number; readonly at: number } | undefined {
    while (this.#pending.length > floor) {
      const pending = this.#pending.pop();
      if (pending?.kind === 'try') return pending;
      if (pending !== undefined) this.#slots[pending.slot] = pending.value;
    }
    return undefined;
  }

  /** Where a match that begins at `start` ends. @param endsAt the only place where it may end */
  #matches(instructions: Instructions, start: number, endsAt?: number): number | undefined {
    const floor = this.#pending.length;
    let next = 0;
    let at = start;
    for (;;) {
      this.#run.visit(1);
      const instruction = instructions[next];
      if (instruction === undefined) return undefined;
      if (this.#program.isRegular && this.#isTriedBefore(instruction, next, at)) {
        const other = this.#back(floor);
        if (other === undefined) return undefined;
        next = other.next;
        at = other.at;
        continue;
      }
      if (instruction.kind === 'match' && (endsAt === undefined || at === endsAt)) return at;
      const step = this.#step(instruction, next, at) ?? this.#back(floor);
      if (step === undefined) return undefined;
      next = step.next;
      at = step.at;
    }
  }

  /** Whether a choice at this place has been followed before, and so failed: what comes of it does not depend on the way. */
  #isTriedBefore(instruction: Instruction, here: number, at: number): boolean {
    this.#steps += 1;
    if (instruction.kind !== 'split') return false;
    if (this.#tried === undefined) {
      const places = (this.#text.length + 1) * this.#program.instructions.length;
      if (this.#steps < PATIENCE * (this.#text.length + PATIENCE) || places > TRIED_LIMIT) {
        return false;
      }
      this.#tried = new Uint8Array((places >> 3) + 1);
    }
    const place = at * this.#program.instructions.length + here;
    const byte = this.#tried[place >> 3] ?? 0;
    const bit = 1 << (place & 7);
    this.#tried[place >> 3] = byte | bit;
    return (byte & bit) !== 0;
  }

  /** Where one instruction leads; undefined when it fails. */
  #step(
    instruction: Instruction,
    here: number,
    at: number,
  ): { readonly next: number; readonly at: number } | undefined {
    switch (instruction.kind) {
      case 'set': {
        const point = this.#text.codePointAt(at);
        if (point === undefined || !instruction.set.has(point)) return undefined;
        return { next: here + 1, at: at + (point > 0xffff ? 2 : 1) };
      }
      case 'anchor':
        return this.#isAt(instruction.anchor, at) ? { next: here + 1, at } : undefined;
      case 'split':
        this.#push({ kind: 'try', next: instruction.second, at });
        return { next: instruction.first, at };
      case 'jump':
        return { next: instruction.to, at };
      case 'save':
        this.#save(instruction.slot, at);
        return { next: here + 1, at };
      case 'progress': {
        const isStuck = this.#slots[instruction.slot] === at;
        return { next: isStuck ? instruction.exit : here + 1, at };
      }
      case 'again': {
        const end = this.#takeAgain(instruction.number, instruction.ignoresCase, at);
        return end === undefined ? undefined : { next: here + 1, at: end };
      }
      case 'atomic': {
        const end = this.#decided(() => this.#matches(instruction.inner, at));
        return end === undefined ? undefined : { next: here + 1, at: end };
      }
      case 'look':
        return this.#looks(instruction, at) ? { next: here + 1, at } : undefined;
      case 'match':
        return undefined;
    }
  }

  /** Runs something inside, and drops the choices it left; what its groups hold stays, and can still be undone. */
  #decided(match: () => number | undefined): number | undefined {
    const floor = this.#pending.length;
    const end = match();
    const left = this.#pending.splice(floor);
    for (const pending of left) if (pending.kind === 'restore') this.#pending.push(pending);
    return end;
  }

  #looks(look: Extract<Instruction, { readonly kind: 'look' }>, at: number): boolean {
    const floor = this.#pending.length;
    const found = this.#decided(() => this.#lookedAt(look, at));
    if (!look.isNegative) return found !== undefined;
    if (found === undefined) return true;
    this.#back(floor);
    return false;
  }

  #lookedAt(
    { inner, behind }: Extract<Instruction, { readonly kind: 'look' }>,
    at: number,
  ): number | undefined {
    if (behind === undefined) return this.#matches(inner, at);
    for (let start = at - behind.least; start >= Math.max(0, at - behind.most); start -= 1) {
      const end = this.#matches(inner, start, at);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  #takeAgain(number: number, ignoresCase: boolean, at: number): number | undefined {
    const text = this.group(number);
    if (text === null) return undefined;
    this.#run.visit(text.length >> 5);
    const here = this.#text.slice(at, at + text.length);
    const isSame = ignoresCase ? here.toLowerCase() === text.toLowerCase() : here === text;
    return isSame ? at + text.length : undefined;
  }

  #isAt(anchor: Anchor, at: number): boolean {
    const { length } = this.#text;
    switch (anchor) {
      case 'text-start':
        return at === 0;
      case 'text-end':
        return at === length;
      case 'last-line-end':
        return at === length || (this.#endsLine(at) && at + this.#lineEndLength(at) === length);
      case 'line-start':
        // No line begins at the end of a text, not even that of an empty one.
        return at < length && (at === 0 || this.#isBehindLineEnd(at));
      case 'line-end':
        return at === length || this.#endsLine(at);
      case 'last-match':
        return at === this.#lastEnd;
      case 'word-border':
        return this.#isWordAt(at - 1) !== this.#isWordAt(at);
      case 'no-word-border':
        return this.#isWordAt(at - 1) === this.#isWordAt(at);
    }
  }

  #isWordAt(at: number): boolean {
    return at >= 0 && at < this.#text.length && isWordCharacter(this.#text.charCodeAt(at));
  }

  /** Does something that ends a line begin here? The second half of `\r\n` does not. */
  #endsLine(at: number): boolean {
    if (!LINE_ENDS.has(this.#text.charCodeAt(at))) return false;
    return !(this.#text.charAt(at) === '\n' && this.#text.charAt(at - 1) === '\r');
  }

  #lineEndLength(at: number): number {
    return this.#text.startsWith('\r\n', at) ? 2 : 1;
  }

  #isBehindLineEnd(at: number): boolean {
    if (!LINE_ENDS.has(this.#text.charCodeAt(at - 1))) return false;
    return !(this.#text.charAt(at - 1) === '\r' && this.#text.charAt(at) === '\n');
  }
}
