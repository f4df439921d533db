// The expression language as parameters use it. src/sel implements it; sel-language.ts binds the two.

import type { Evaluated } from './evaluated.ts';

/** A parsed expression; what is in it is the language's business. */
export interface Program {
  /** Names the expression reads and does not set, `params` among them when it is used. */
  readonly references: readonly string[];
}

export interface LanguageError {
  /** `nodes`, `time`: the nodes to be visited or the time are used up. `limit`: another limit. */
  readonly class: 'parse' | 'eval' | 'limit' | 'nodes' | 'time';
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export type Compilation =
  | { readonly kind: 'compiled'; readonly program: Program }
  | { readonly kind: 'refused'; readonly error: LanguageError };

type CallAnswer =
  | { readonly kind: 'value'; readonly value: Evaluated }
  /** The expression fails with this message. */
  | { readonly kind: 'refused'; readonly message: string };

/** What an expression may reach while it runs. */
export interface Surroundings {
  /** A parameter's value; undefined when there is none, which the expression sees as null. */
  readonly read: (name: string) => Evaluated | undefined;
  /** A function of `params`. */
  readonly call: (name: string, args: readonly Evaluated[]) => CallAnswer;
  readonly nowMs: number;
  readonly random: () => number;
  readonly uuid: () => string;
  /** Syntax nodes the expression may visit. */
  readonly nodes: number;
  /** Asked now and then; true stops the expression. */
  readonly isOverdue: () => boolean;
}

export type LanguageOutcome =
  | { readonly kind: 'value'; readonly value: Evaluated; readonly nodes: number }
  /** A result no parameter can hold: null, nothing, a date, a thrown text; said in words. */
  | { readonly kind: 'no-value'; readonly what: string; readonly nodes: number }
  | { readonly kind: 'failed'; readonly error: LanguageError; readonly nodes: number };

export interface Language {
  compile(expression: string): Compilation;
  evaluate(program: Program, surroundings: Surroundings): LanguageOutcome;
  /** The names a text interpolates. */
  interpolatedNames(text: string): readonly string[];
  /** A text with its names replaced. `read` is asked at every occurrence, and answers. */
  interpolate(text: string, read: (name: string) => Evaluated | undefined): string;
}
