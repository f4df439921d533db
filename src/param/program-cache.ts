// Compiled expressions by their text: an expression is parsed once per node, however many instances use it.
//
// Invariants
// 1. A cached compilation is what compiling the text gives: the cache is never visible in a result.
// 2. At most LIMIT programs are kept; the least recently used goes first.

import type { Compilation, Language } from './language.ts';

const LIMIT = 10_000;

export class ProgramCache {
  readonly #programs = new Map<string, Compilation>();
  readonly #limit: number;
  readonly language: Language;

  constructor(language: Language, limit = LIMIT) {
    this.language = language;
    this.#limit = limit;
  }

  /** The compilation of an expression, remembered. */
  compile(expression: string): Compilation {
    const known = this.#programs.get(expression);
    if (known !== undefined) {
      this.#programs.delete(expression);
      this.#programs.set(expression, known);
      return known;
    }
    const compiled = this.language.compile(expression);
    this.#programs.set(expression, compiled);
    if (this.#programs.size > this.#limit) {
      const oldest = this.#programs.keys().next();
      if (oldest.done !== true) this.#programs.delete(oldest.value);
    }
    return compiled;
  }
}
