// The tokens of a program, read from left to right, and how deep the reader is in brackets.
//
// Invariants
// 1. The last token is `end` and is never passed.
// 2. `nest` is entered at most NESTING_LIMIT deep, so a parser built on it cannot exhaust the stack.

import { Fault, type Span } from './fault.ts';
import { NESTING_LIMIT } from './limits.ts';
import type { Token } from './token.ts';

const END: Token = { kind: 'end', start: 0, end: 0 };

export class TokenStream {
  readonly #tokens: readonly Token[];
  /** For each `[` the place of its `]`. */
  readonly #closers: ReadonlyMap<number, number>;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#closers = closersOf(tokens);
  }

  /** The token `ahead` of the next one, without reading it. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1) ?? END;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  /** How far ahead the bracket that opens `ahead` of the next token is closed; undefined when it is not. */
  closing(ahead: number): number | undefined {
    const closer = this.#closers.get(this.#at + ahead);
    return closer === undefined ? undefined : closer - this.#at;
  }

  /** Where the last token that was read ends. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  isWord(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.text === text;
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#at += 1;
    return true;
  }

  takeWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.#at += 1;
    return true;
  }

  needSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.refuse(`'${text}' is missing`);
  }

  needName(): string {
    const token = this.peek();
    if (token.kind !== 'name') throw this.refuse('a name is missing');
    this.#at += 1;
    return token.text;
  }

  /** Reads something nested: brackets, a block, the right side of an assignment. */
  nest<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > NESTING_LIMIT) {
      const span = this.peek();
      const message = `a program nests at most ${NESTING_LIMIT} levels deep`;
      throw new Fault('limit', message, { span, limit: 'nesting' });
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** The refusal of the next token. */
  refuse(message: string, span: Span = this.peek()): Fault {
    return new Fault('parse', this.peek().kind === 'end' ? `${message} at the end` : message, {
      span,
    });
  }
}

function closersOf(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closers = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, at) => {
    if (token.kind !== 'symbol') return;
    if (token.text === '[') open.push(at);
    const opener = token.text === ']' ? open.pop() : undefined;
    if (opener !== undefined) closers.set(opener, at);
  });
  return closers;
}
