// Parameters that the system gives to every workflow or every step, evaluated when somebody asks. They follow from facts
// of the instance, so they are never stored.

import type { ParamDefinitions } from '../definition/param-definition.ts';
import { Allowance } from './allowance.ts';
import { type EvaluationContext, Evaluator, type Result } from './evaluation.ts';
import type { ParamData } from './param-data.ts';
import type { Parameter } from './parameter.ts';
import type { ProgramCache } from './program-cache.ts';

/** Where a system parameter finds the names it refers to: people may have overridden some. */
export type Resolve = (name: string, path: string) => Result;

export class SystemParams {
  readonly #defaults: ParamDefinitions;
  readonly #data: ParamData;
  readonly #context: EvaluationContext;
  readonly #results = new Map<string, Result>();

  /** @param data facts of the instance or its origin, and of the step for those of a step */
  constructor(defaults: ParamDefinitions, data: ParamData, programs: ProgramCache) {
    const instance = data.step === undefined ? data.instance.origin : undefined;
    this.#defaults = defaults;
    this.#data = instance === undefined ? data : { ...data, instance };
    this.#context = {
      nowMs: this.#data.instance.startedAtMs,
      random: () => 0,
      uuid: () => '',
      // The expressions are Baton's own.
      allowance: Allowance.whole(),
      programs,
    };
  }

  /** True for a default that has a value. */
  has(name: string): boolean {
    return this.#defaults.get(name)?.kind === 'expression';
  }

  /** The value of a default that has one; the same every time. */
  read(name: string, resolve: Resolve): Result | undefined {
    const known = this.#results.get(name);
    if (known !== undefined) return known;
    const definition = this.#defaults.get(name);
    if (definition?.kind !== 'expression') return undefined;
    const scope = { data: this.#data, resolve, background: undefined };
    const result = new Evaluator(scope, this.#context).evaluate(definition, `params.${name}`);
    const read: Result =
      result.kind === 'value' ? { kind: 'value', value: result.coerced.value } : result;
    this.#results.set(name, read);
    return read;
  }

  /** The defaults that evaluate, as parameters, in their order, without those that `overridden` names. */
  parameters(resolve: Resolve, overridden: (name: string) => boolean): [string, Parameter][] {
    const parameters: [string, Parameter][] = [];
    for (const [name, definition] of this.#defaults) {
      if (overridden(name)) continue;
      const result = this.read(name, resolve);
      if (result?.kind !== 'value') continue;
      const { internal_mode: _internal, ...meta } = definition.meta ?? {};
      parameters.push([
        name,
        {
          definition: { ...definition, meta },
          evaluated: result.value,
          evaluatedAtMs: this.#context.nowMs,
        },
      ]);
    }
    return parameters;
  }
}
