// The scope of workflow parameters: they refer to one another, to what the system gives, and to signals that started the
// run. Nothing else.

import type { ParamDefinition, ParamDefinitions } from '../definition/param-definition.ts';
import { type Problem, problem } from '../definition/problem.ts';
import { DEFAULT_WORKFLOW_PARAMS } from './default-params.ts';
import type { Coerced, Evaluated } from './evaluated.ts';
import {
  type EvaluationContext,
  Evaluator,
  type Result,
  type Scope,
  type Stop,
  failed,
} from './evaluation.ts';
import { type Evaluation, NOTHING_EVALUATED, OwnParams } from './own-params.ts';
import { type InstanceFacts, NONE_FINISHED, type ParamData } from './param-data.ts';
import { readSignal } from './param-extension.ts';
import { type Parameter, type Parameters, toDefinition } from './parameter.ts';
import type { ProgramCache } from './program-cache.ts';
import { isStepReference, splitReference } from './step-reference.ts';
import { SystemParams } from './system-params.ts';

/**
 * Evaluates the merged parameters of a run, once. System parameters are not among them; where some are overridden, the
 * others must still evaluate.
 */
export function evaluateWorkflowParams(
  definitions: ParamDefinitions,
  data: ParamData,
  context: EvaluationContext,
): Evaluation {
  if (definitions.size === 0) return NOTHING_EVALUATED;
  const scope = new WorkflowScope(definitions, data, context);
  const evaluation = scope.own.evaluateAll();
  if (evaluation.kind !== 'evaluated') return evaluation;
  const problem = scope.systemProblem();
  return problem === undefined ? evaluation : { kind: 'failed', problems: [problem] };
}

class WorkflowScope implements Scope {
  readonly data: ParamData;
  readonly own: OwnParams;
  /** An expression over workflow parameters sees through `params` what it mentions by name, and nothing else. */
  readonly background = undefined;
  readonly #system: SystemParams;
  readonly #definitions: ParamDefinitions;

  constructor(definitions: ParamDefinitions, data: ParamData, context: EvaluationContext) {
    this.data = data;
    this.#definitions = definitions;
    this.own = new OwnParams(definitions, new Evaluator(this, context), context.nowMs);
    this.#system = new SystemParams(DEFAULT_WORKFLOW_PARAMS, data, context.programs);
  }

  resolve(name: string, path: string): Result {
    if (this.own.has(name)) return this.own.read(name);
    const system = this.#system.read(name, (other, at) => this.resolve(other, at));
    if (system !== undefined) return system;
    if (isStepReference(name)) return signalResult(this.data, name, path);
    return unknownName(name, path);
  }

  /** What is wrong with a system parameter since others are overridden. */
  systemProblem(): Problem | undefined {
    const names = [...DEFAULT_WORKFLOW_PARAMS.keys()];
    if (!names.some((name) => this.#definitions.has(name))) return undefined;
    for (const name of names) {
      if (!this.#system.has(name)) continue;
      const result = this.resolve(name, `params.${name}`);
      if (result.kind === 'failed') return result.problem;
    }
    return undefined;
  }
}

/** A name that nothing answers to. */
export function unknownName(name: string, path: string): Stop {
  return failed(problem(path, `refer to parameters that exist: there is no such name`, name));
}

/** The value of a name signal__param. */
export function signalResult(data: ParamData, name: string, path: string): Result {
  const reference = splitReference(name, () => false);
  if (reference.kind === 'unclear') return failed(problem(path, reference.why, name));
  const answer = readSignal(data, reference.step, reference.param);
  if (answer.kind === 'value') return answer;
  return failed(problem(path, 'refer to a finished step or a signal of the run', name));
}

export type OneEvaluation = { readonly kind: 'value'; readonly parameter: Parameter } | Stop;

/**
 * Evaluates one definition over the workflow's parameters alone: a timeout, a retry, the name of a signal.
 * @param path where a problem with it stands
 */
export function evaluateAttribute(
  definition: ParamDefinition,
  path: string,
  run: { readonly workflow: WorkflowParams; readonly data: ParamData },
  context: EvaluationContext,
): OneEvaluation {
  const { workflow, data } = run;
  const resolve = (name: string, at: string): Result =>
    workflow.read(name) ??
    (isStepReference(name) ? signalResult(data, name, at) : unknownName(name, at));
  const result = new Evaluator({ data, resolve, background: undefined }, context).evaluate(
    definition,
    path,
  );
  return result.kind === 'value' ? recorded(definition, result.coerced, context.nowMs) : result;
}

/** A result with its definition and time. */
export function recorded(
  definition: ParamDefinition,
  coerced: Coerced,
  evaluatedAtMs: number,
): OneEvaluation {
  const { value: evaluated, note } = coerced;
  const parameter = { definition, evaluated, evaluatedAtMs };
  return { kind: 'value', parameter: note === undefined ? parameter : { ...parameter, note } };
}

/** The parameters of a run as its steps and its readers see them: evaluated ones, and the system's on demand. */
export class WorkflowParams {
  readonly user: Parameters;
  readonly #instance: InstanceFacts;
  readonly #programs: ProgramCache;
  #system: SystemParams | undefined;

  constructor(user: Parameters, instance: InstanceFacts, programs: ProgramCache) {
    this.user = user;
    this.#instance = instance;
    this.#programs = programs;
  }

  /** A parameter's value; undefined when there is none. */
  read(name: string): Result | undefined {
    const own = this.user.get(name);
    if (own !== undefined) return { kind: 'value', value: own.evaluated };
    if (!DEFAULT_WORKFLOW_PARAMS.has(name)) return undefined;
    return this.#systemParams().read(name, this.#resolve);
  }

  /** A parameter's value as `params.get(name)` finds it. */
  value(name: string): Evaluated | undefined {
    const result = this.read(name);
    return result?.kind === 'value' ? result.value : undefined;
  }

  /** One system parameter that nobody overrode. */
  system(name: string): Parameter | undefined {
    return this.#systemParams()
      .parameters(this.#resolve, (other) => other !== name || this.user.has(other))
      .at(0)?.[1];
  }

  /** All parameters as readers are shown them, the system's first. After a fresh run those are literals. */
  all(): Parameters {
    const { origin, runPolicy } = this.#instance;
    const fresh = origin === undefined && runPolicy === 'START_FRESH_NEW_RUN';
    const system = this.#systemParams().parameters(this.#resolve, (name) => this.user.has(name));
    const all = new Map(system);
    if (!fresh) {
      for (const [name, parameter] of system) {
        all.set(name, { ...parameter, definition: toDefinition(parameter) });
      }
    }
    for (const [name, parameter] of this.user) all.set(name, parameter);
    return all;
  }

  readonly #resolve = (name: string, path: string): Result =>
    this.read(name) ?? unknownName(name, path);

  #systemParams(): SystemParams {
    this.#system ??= new SystemParams(
      DEFAULT_WORKFLOW_PARAMS,
      { instance: this.#instance, finished: NONE_FINISHED },
      this.#programs,
    );
    return this.#system;
  }
}
