// Parameters of steps: evaluated once per attempt, kept as rows, read by later steps and conditions.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Attribute, AttributeValue } from '../definition/attribute.ts';
import { resolveAttribute } from '../param/attribute.ts';
import { decodeParameters, encodeParameters } from '../param/codec.ts';
import { Allowance } from '../param/allowance.ts';
import type { EvaluationContext } from '../param/evaluation.ts';
import { stepRequest } from '../param/evaluation-request.ts';
import type { Evaluation } from '../param/own-params.ts';
import {
  type FinishedStep,
  type FinishedSteps,
  NONE_FINISHED,
  type ParamData,
} from '../param/param-data.ts';
import { NO_PARAMETERS, type Parameters } from '../param/parameter.ts';
import { definedStepParams, mergeStep } from '../param/step-params.ts';
import { evaluateStepParams, type StepSight } from '../param/step-scope.ts';
import { definedParams } from '../param/workflow-params.ts';
import { WorkflowParams } from '../param/workflow-scope.ts';
import { instanceFacts, type RunName, signalFacts, stepFacts } from './instance-facts.ts';
import { STAGE, type StepRecord } from './state.ts';
import { isComplete } from './status.ts';
import type { Turn } from './turn.ts';

export type StepParams =
  | Exclude<Evaluation, { readonly kind: 'over-budget' }>
  /** More than one turn may spend: the request of an EvaluateEffect. */
  | { readonly kind: 'later'; readonly request: PlainObject };

/** Merges and evaluates the parameters of an attempt, within the budget of a turn. */
export function evaluateParams(turn: Turn, index: number, record: StepRecord): StepParams {
  const { type: stepType, params: definition } = turn.step(index);
  const merged = mergeStep({ stepType, definition });
  if (merged.kind === 'refused') return { kind: 'failed', problems: merged.problems };
  if (merged.params.size === 0) return NOTHING;
  const sight = sightOf(turn, index, record);
  const evaluation = evaluateStepParams(merged.params, sight, evaluationContext(turn));
  if (evaluation.kind !== 'over-budget') return evaluation;
  return { kind: 'later', request: { ...stepRequest(merged.params, sight) } };
}

const NOTHING: StepParams = { kind: 'evaluated', params: NO_PARAMETERS };

/** What a step can see. */
export function sightOf(turn: Turn, index: number, record: StepRecord): StepSight {
  const step = stepFacts(runName(turn), index, record);
  const data = { ...dataOf(turn), step, finished: new FinishedOfRun(turn) };
  return { workflow: workflowParams(turn), data };
}

/** What the run itself can see. */
function dataOf(turn: Turn): ParamData {
  const instance = instanceFacts(runName(turn));
  const signals = signalFacts(turn.birth.initiator);
  return { instance, finished: NONE_FINISHED, ...(signals === undefined ? {} : { signals }) };
}

/** What an attribute of the definition is in this run. It inserts parameters, and runs no expression. */
export function attributeOf<Value>(turn: Turn, attribute: Attribute<Value>): AttributeValue<Value> {
  const run = () => ({ workflow: workflowParams(turn), data: dataOf(turn) });
  return resolveAttribute(attribute, run, {
    ...evaluationContext(turn),
    allowance: Allowance.whole(),
  });
}

/** Time, chance and allowance of an evaluation in this turn that can be done elsewhere, too. */
export function evaluationContext(turn: Turn): EvaluationContext {
  return {
    nowMs: turn.nowMs,
    random: () => turn.random.next(),
    uuid: () => turn.random.uuid(),
    allowance: turn.allowance,
    programs: turn.setting.programs,
  };
}

/** The parameters of the run. */
function workflowParams(turn: Turn): WorkflowParams {
  if (turn.workflowParams !== undefined) return turn.workflowParams;
  const { birth, definition, setting } = turn;
  const user = decoded(birth.params, () =>
    decodeParameters(birth.params, definedParams(definition.params)),
  );
  const params = new WorkflowParams(user, instanceFacts(runName(turn)), setting.programs);
  turn.workflowParams = params;
  return params;
}

export function runName(turn: Turn): RunName {
  const { birth, definition, head, setting } = turn;
  return { birth, runId: head.runId, definition, environment: setting.environment };
}

/** The evaluated parameters of the latest attempt of a step, without those that every step has. */
export function paramsOf(turn: Turn, index: number): Parameters {
  const { params: row } = turn.details(index);
  if (row === undefined) return NO_PARAMETERS;
  const { type, params } = turn.step(index);
  return decoded(row, () => decodeParameters(row, definedStepParams(type, params)));
}

/** The row form of a step's parameters; undefined when there are none. */
export function paramsRow(turn: Turn, index: number, params: Parameters): PlainObject | undefined {
  if (params.size === 0) return undefined;
  const step = turn.step(index);
  const row: PlainObject = {
    ...encodeParameters(params, definedStepParams(step.type, step.params)),
  };
  DECODED.set(row, params);
  return row;
}

/** Rows never change, so each is decoded once for as long as it is in memory. */
const DECODED = new WeakMap<PlainObject, Parameters>();

function decoded(row: PlainObject, decode: () => Parameters): Parameters {
  const known = DECODED.get(row);
  if (known !== undefined) return known;
  const params = decode();
  DECODED.set(row, params);
  return params;
}

/** The steps of a run that were complete before the one that asks became ready, looked up when an expression does. */
class FinishedOfRun implements FinishedSteps {
  readonly #turn: Turn;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  get(stepId: string): FinishedStep | undefined {
    const turn = this.#turn;
    const index = turn.definition.indexes.get(stepId);
    if (index === undefined || !this.#sees(index)) return undefined;
    const record = turn.record(index);
    return {
      facts: stepFacts(runName(turn), index, record),
      status: record.status,
      endTimeMs: record.times[STAGE.END],
      params: paramsOf(turn, index),
    };
  }

  *keys(): Iterable<string> {
    for (const [stepId, index] of this.#turn.definition.indexes) {
      if (this.#sees(index)) yield stepId;
    }
  }

  #sees(index: number): boolean {
    return isComplete(this.#turn.record(index).status) && !this.#turn.isBeside(index);
  }
}
