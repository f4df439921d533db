// Programs of the expression language: compiled once, evaluated any number of times.
//
// Invariants
// 1. A program reaches nothing but its Environment: no global, no prototype, no clock, no chance.
// 2. The same program with the same environment answers gives the same result and the same count of visited nodes.
// 3. Evaluating leaves nothing behind: neither in the program nor in what the environment handed in.

import { toValue } from './boundary.ts';
import { compileStatements, type Execute } from './compile-statement.ts';
import type { Environment } from './environment.ts';
import { Fault, type SelError, toSelError } from './fault.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { parse } from './parser.ts';
import { referencesOf } from './references.ts';
import { Run } from './run.ts';
import { Scope } from './scope.ts';
import type { SelValue } from './value.ts';

/** A compiled program. Holds functions: it is not storable, its source is. */
export class Program {
  /** The text it was compiled from. */
  readonly source: string;
  /** Names it needs from outside, sorted; `params` when it uses that. Class names are not among them. */
  readonly references: readonly string[];
  readonly #execute: Execute;
  readonly #names: readonly string[];

  private constructor(
    source: string,
    references: readonly string[],
    execute: Execute,
    scope: Scope,
  ) {
    this.source = source;
    this.references = references;
    this.#execute = execute;
    this.#names = scope.names;
  }

  /** @throws Fault `parse` or `limit` */
  static compile(source: string, maxLength: number): Program {
    const tree = parse(source, maxLength);
    const scope = new Scope();
    const execute = compileStatements(tree.statements, scope);
    return new Program(source, referencesOf(tree), execute, scope);
  }

  evaluate(environment: Environment): Evaluation {
    const run = new Run(environment, this.#names);
    try {
      const ending = this.#execute(run);
      const value = toValue(run, run.result);
      return {
        kind: 'value',
        value:
          ending === 'throw' && value.type === 'STRING'
            ? { type: 'ERROR', text: value.value ?? '' }
            : value,
        visitedNodes: run.visitedNodes,
      };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { visitedNodes } = run;
      return { kind: 'failed', error: toSelError(error, this.source, run.at), visitedNodes };
    }
  }
}

export type Compilation =
  | { readonly kind: 'compiled'; readonly program: Program }
  | { readonly kind: 'refused'; readonly error: SelError };

export type Evaluation =
  | { readonly kind: 'value'; readonly value: SelValue; readonly visitedNodes: number }
  | { readonly kind: 'failed'; readonly error: SelError; readonly visitedNodes: number };

/**
 * Reads a program as a user writes it: a missing last `;` is added unless the text ends in `}`.
 * @param maxLength in characters, exclusive
 */
export function compile(source: string, maxLength = DEFAULT_LIMITS.maxLength): Compilation {
  try {
    return { kind: 'compiled', program: Program.compile(source, maxLength) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const span = { start: 0, end: source.length };
    return { kind: 'refused', error: toSelError(error, source, span) };
  }
}

/**
 * Runs a program. What it returns or leaves as its last value is the result; a thrown text is a result of type ERROR.
 * Failures are `eval` or `limit`; one with the limit `visited-nodes` or `time` may succeed where more of those is allowed.
 */
export function evaluate(program: Program, environment: Environment): Evaluation {
  return program.evaluate(environment);
}
