// The scope of step parameters: the step's own, those of the workflow, those of finished steps, and signals.

import type { ParamDefinition, ParamDefinitions } from '../definition/param-definition.ts';
import { problem } from '../definition/problem.ts';
import { DEFAULT_STEP_PARAMS } from './default-params.ts';
import type { Evaluated } from './evaluated.ts';
import {
  type EvaluationContext,
  Evaluator,
  type Result,
  type Scope,
  type Stop,
  failed,
} from './evaluation.ts';
import { type Evaluation, NOTHING_EVALUATED, OwnParams } from './own-params.ts';
import type { ParamData } from './param-data.ts';
import { finishedParam } from './param-extension.ts';
import type { Parameters } from './parameter.ts';
import type { ProgramCache } from './program-cache.ts';
import { isStepReference, splitReference } from './step-reference.ts';
import { SystemParams } from './system-params.ts';
import {
  type OneEvaluation,
  type WorkflowParams,
  recorded,
  signalResult,
  unknownName,
} from './workflow-scope.ts';

/** What a step can see. `data.step` says which attempt of which step it is. */
export interface StepSight {
  readonly workflow: WorkflowParams;
  readonly data: ParamData;
}

/** Evaluates the merged parameters of one attempt, once. Without any it returns a shared constant. */
export function evaluateStepParams(
  definitions: ParamDefinitions,
  sight: StepSight,
  context: EvaluationContext,
): Evaluation {
  if (definitions.size === 0) return NOTHING_EVALUATED;
  return new StepScope(definitions, sight, context).own.evaluateAll();
}

/**
 * Evaluates one more definition beside a step's evaluated parameters: a condition, a signal's parameter.
 * @param path where a problem with it stands
 */
export function evaluateBesideStep(
  definition: ParamDefinition,
  path: string,
  step: StepSight & { readonly params: Parameters },
  context: EvaluationContext,
): OneEvaluation {
  const scope = new BesideScope(step, context.programs);
  const result = new Evaluator(scope, context).evaluate(definition, path);
  return result.kind === 'value' ? recorded(definition, result.coerced, context.nowMs) : result;
}

/** An expression, and where a problem with it stands. */
export interface ExpressionText {
  readonly path: string;
  readonly expression: string;
}

export type TextResult = { readonly kind: 'text'; readonly text: string } | Stop;

/** Evaluates a STRING expression beside a step's evaluated parameters: what the answer of a call means. */
export function evaluateText(
  { path, expression }: ExpressionText,
  step: StepSight & { readonly params: Parameters },
  context: EvaluationContext,
): TextResult {
  const definition = { kind: 'expression', type: 'STRING', expression } as const;
  const result = evaluateBesideStep(definition, path, step, context);
  if (result.kind !== 'value') return result;
  return { kind: 'text', text: String(result.parameter.evaluated.value) };
}

export type Condition = { readonly kind: 'condition'; readonly met: boolean } | Stop;

/**
 * Evaluates a BOOLEAN expression beside a step's evaluated parameters: a transition, the condition of a loop.
 * @param path where a problem with it stands
 */
export function evaluateCondition(
  expression: string,
  path: string,
  step: StepSight & { readonly params: Parameters },
  context: EvaluationContext,
): Condition {
  if (expression === 'true') return ALWAYS;
  const definition = { kind: 'expression', type: 'BOOLEAN', expression } as const;
  const result = evaluateBesideStep(definition, path, step, context);
  if (result.kind !== 'value') return result;
  return { kind: 'condition', met: result.parameter.evaluated.value === true };
}

const ALWAYS: Condition = { kind: 'condition', met: true };

/** How the parameters of the step itself answer. */
interface OwnAnswers {
  has(name: string): boolean;
  /** The value if its turn has come. */
  evaluated(name: string): Evaluated | undefined;
  read(name: string): Result;
}

/** Resolution of names in a step, over whatever holds the step's own parameters. */
class StepNames {
  readonly #own: OwnAnswers;
  readonly #sight: StepSight;
  readonly #system: SystemParams;

  constructor(own: OwnAnswers, sight: StepSight, programs: ProgramCache) {
    this.#own = own;
    this.#sight = sight;
    this.#system = new SystemParams(DEFAULT_STEP_PARAMS, sight.data, programs);
  }

  /**
   * step__param, else an own parameter that is evaluated already, else one of the workflow, else an own one that is not
   * evaluated yet: an own parameter is hidden by a workflow parameter of its name until its turn has come.
   */
  resolve(name: string, path: string): Result {
    if (isStepReference(name)) return this.#ofStep(name, path);
    const evaluated = this.#own.evaluated(name);
    if (evaluated !== undefined) return { kind: 'value', value: evaluated };
    return (
      this.#ofEveryStep(name) ??
      this.#sight.workflow.read(name) ??
      (this.#own.has(name) ? this.#own.read(name) : unknownName(name, path))
    );
  }

  #ofStep(name: string, path: string): Result {
    const { data } = this.#sight;
    const ownId = data.step?.stepId;
    const reference = splitReference(
      name,
      (stepId) => stepId === ownId || data.finished.get(stepId) !== undefined,
    );
    if (reference.kind === 'unclear') return failed(problem(path, reference.why, name));
    const { step, param } = reference;
    if (step === ownId) {
      const own = this.#own.has(param) ? this.#own.read(param) : this.#ofEveryStep(param);
      return own ?? unknownName(name, path);
    }
    const finished = data.finished.get(step);
    if (finished === undefined) return signalResult(data, name, path);
    const value = finishedParam(finished, data, param);
    if (value !== undefined) return { kind: 'value', value };
    return failed(problem(path, `refer to what step '${step}' has: there is no '${param}'`, name));
  }

  #ofEveryStep(name: string): Result | undefined {
    if (name === 'maestro_step_satisfied') {
      return { kind: 'value', value: { type: 'BOOLEAN', value: true } };
    }
    return this.#system.has(name) ? this.#system.read(name, unknownName) : undefined;
  }
}

class StepScope implements Scope {
  readonly data: ParamData;
  readonly own: OwnParams;
  readonly background: (name: string) => Evaluated | undefined;
  readonly #names: StepNames;

  constructor(definitions: ParamDefinitions, sight: StepSight, context: EvaluationContext) {
    this.data = sight.data;
    this.own = new OwnParams(definitions, new Evaluator(this, context), context.nowMs);
    this.background = (name) => sight.workflow.value(name);
    this.#names = new StepNames(this.own, sight, context.programs);
  }

  resolve(name: string, path: string): Result {
    return this.#names.resolve(name, path);
  }
}

class BesideScope implements Scope {
  readonly data: ParamData;
  readonly background: (name: string) => Evaluated | undefined;
  readonly #names: StepNames;

  constructor(step: StepSight & { readonly params: Parameters }, programs: ProgramCache) {
    this.data = step.data;
    this.background = (name) => step.workflow.value(name);
    const { params } = step;
    const own: OwnAnswers = {
      has: (name) => params.has(name),
      evaluated: (name) => params.get(name)?.evaluated,
      read: (name) => {
        const parameter = params.get(name);
        return parameter === undefined
          ? unknownName(name, `params.${name}`)
          : { kind: 'value', value: parameter.evaluated };
      },
    };
    this.#names = new StepNames(own, step, programs);
  }

  resolve(name: string, path: string): Result {
    return this.#names.resolve(name, path);
  }
}
