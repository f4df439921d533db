// A set of definitions that is evaluated in its order, and ahead of it where one refers to another.
//
// Invariants
// 1. Every definition is evaluated at most once.
// 2. A definition that needs itself, over whatever detours, fails; so does everything that needs it.

import type { ParamDefinitions } from '../definition/param-definition.ts';
import { type Problem, problem } from '../definition/problem.ts';
import type { Evaluated } from './evaluated.ts';
import { type Evaluator, type Result, type Stop, failed } from './evaluation.ts';
import type { RemoteRead } from './param-data.ts';
import { NO_PARAMETERS, type Parameter, type Parameters } from './parameter.ts';
import { PARAMS_SIZE_LIMIT, parameterSize } from './params-size.ts';

export type Evaluation =
  | { readonly kind: 'evaluated'; readonly params: Parameters }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] }
  /** Evaluate again with a whole allowance, away from the event loop. Nothing of this attempt is kept. */
  | { readonly kind: 'over-budget' }
  /** Fetch these and evaluate again. Nothing of this attempt is kept. */
  | { readonly kind: 'needs'; readonly reads: readonly RemoteRead[] };

/** An evaluation without parameters; shared. */
export const NOTHING_EVALUATED: Evaluation = { kind: 'evaluated', params: NO_PARAMETERS };

/** Parameters that refer to one another over more steps than this, each ahead of its turn, fail. */
const DEPTH_LIMIT = 200;

const TOO_LARGE = failed({
  path: 'params',
  rule: `take at most ${PARAMS_SIZE_LIMIT} characters as JSON together`,
  found: 'more than that',
});

export class OwnParams {
  readonly #definitions: ParamDefinitions;
  readonly #evaluator: Evaluator;
  readonly #nowMs: number;
  readonly #done = new Map<string, Parameter>();
  readonly #stopped = new Map<string, Stop>();
  /** Names under evaluation, the outermost first. */
  readonly #running: string[] = [];
  /** Characters of what is done, as JSON. */
  #size = 0;

  constructor(definitions: ParamDefinitions, evaluator: Evaluator, nowMs: number) {
    this.#definitions = definitions;
    this.#evaluator = evaluator;
    this.#nowMs = nowMs;
  }

  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** The result of a definition whose turn has come already. */
  evaluated(name: string): Evaluated | undefined {
    return this.#done.get(name)?.evaluated;
  }

  /** The result of a definition, evaluated now if it was not yet. */
  read(name: string): Result {
    const done = this.#done.get(name);
    if (done !== undefined) return { kind: 'value', value: done.evaluated };
    const stopped = this.#stopped.get(name);
    if (stopped !== undefined) return stopped;
    const refusal = this.#mayRun(name);
    return refusal ?? this.#run(name);
  }

  /** Evaluates all definitions. Every failure is told once, under the parameter where it began. */
  evaluateAll(): Evaluation {
    const problems = new Set<Problem>();
    const reads: RemoteRead[] = [];
    for (const name of this.#definitions.keys()) {
      const result = this.read(name);
      if (result.kind === 'over-budget') return result;
      if (result.kind === 'failed') problems.add(result.problem);
      if (result.kind === 'needs') reads.push(result.read);
    }
    if (problems.size > 0) return { kind: 'failed', problems: [...problems] };
    if (reads.length > 0) return { kind: 'needs', reads };
    return this.#evaluation();
  }

  #mayRun(name: string): Stop | undefined {
    const at = this.#running.indexOf(name);
    if (at >= 0) {
      const circle = [...this.#running.slice(at), name].join(' → ');
      return failed(problem(`params.${name}`, `not need itself: ${circle}`, this.#text(name)));
    }
    if (this.#running.length < DEPTH_LIMIT) return undefined;
    return failed(
      problem(
        `params.${name}`,
        `be reached over at most ${DEPTH_LIMIT} parameters`,
        this.#text(name),
      ),
    );
  }

  #run(name: string): Result {
    const definition = this.#definitions.get(name);
    if (definition === undefined) {
      return failed(problem(`params.${name}`, 'be defined', undefined));
    }
    this.#running.push(name);
    const result = this.#evaluator.evaluate(definition, `params.${name}`);
    this.#running.pop();
    if (result.kind !== 'value') {
      this.#stopped.set(name, result);
      return result;
    }
    const { value, note } = result.coerced;
    const parameter = { definition, evaluated: value, evaluatedAtMs: this.#nowMs };
    this.#size += parameterSize(name, parameter);
    if (this.#size > PARAMS_SIZE_LIMIT) {
      this.#stopped.set(name, TOO_LARGE);
      return TOO_LARGE;
    }
    this.#done.set(name, note === undefined ? parameter : { ...parameter, note });
    return { kind: 'value', value };
  }

  /** In the order of the definitions, whatever the order of evaluation was. */
  #evaluation(): Evaluation {
    const params = new Map<string, Parameter>();
    for (const name of this.#definitions.keys()) {
      const parameter = this.#done.get(name);
      if (parameter !== undefined) params.set(name, parameter);
    }
    return { kind: 'evaluated', params };
  }

  #text(name: string): unknown {
    const definition = this.#definitions.get(name);
    if (definition?.kind === 'expression') return definition.expression;
    return definition?.kind === 'literal' ? definition.value : undefined;
  }
}
