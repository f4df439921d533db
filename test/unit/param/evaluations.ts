// Evaluations for tests: fixed facts, a fixed clock, counted uuids.

import { NO_PARAMS } from '../../../src/definition/param-definition.ts';
import type { JsonValue } from '../../../src/definition/json.ts';
import { type Problem, problemText } from '../../../src/definition/problem.ts';
import { evaluatedToJson } from '../../../src/param/evaluated.ts';
import { Allowance } from '../../../src/param/allowance.ts';
import type { EvaluationContext } from '../../../src/param/evaluation.ts';
import type { Evaluation } from '../../../src/param/own-params.ts';
import {
  type InstanceFacts,
  NONE_FINISHED,
  type ParamData,
  type StepFacts,
} from '../../../src/param/param-data.ts';
import { NO_PARAMETERS, type Parameters } from '../../../src/param/parameter.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { mergeStep } from '../../../src/param/step-params.ts';
import { evaluateStepParams } from '../../../src/param/step-scope.ts';
import { type MergeOutcome, mergeFreshRun } from '../../../src/param/workflow-params.ts';
import { WorkflowParams, evaluateWorkflowParams } from '../../../src/param/workflow-scope.ts';
import { SMALL_LANGUAGE } from '../../support/small-language.ts';
import { definitions } from './definitions.ts';

/** An hour before midnight UTC, on the last day of a February with 29. */
export const NOON = Date.UTC(2024, 1, 29, 23, 15);

export const PROGRAMS = new ProgramCache(SMALL_LANGUAGE);

export const INSTANCE: InstanceFacts = {
  workflowId: 'w',
  instanceId: 7,
  runId: 1,
  owner: 'tester',
  runPolicy: 'START_FRESH_NEW_RUN',
  initiator: { type: 'MANUAL', runnerName: 'ann' },
  startedAtMs: NOON,
  environment: 'test',
};

export const STEP: StepFacts = {
  stepId: 'own',
  stepInstanceId: 3,
  stepInstanceUuid: 'uuid-of-own',
  attemptId: 2,
  typeInfo: 'NoOp',
  errorRetries: 1,
};

/** A context whose uuids are uuid-1, uuid-2, … @param nodes that a turn leaves; all there are when undefined */
export function context(nodes?: number): EvaluationContext {
  let uuids = 0;
  return {
    nowMs: NOON + 1000,
    random: () => 0.5,
    uuid: () => {
      uuids += 1;
      return `uuid-${uuids}`;
    },
    allowance: nodes === undefined ? Allowance.whole() : Allowance.ofTurn(undefined, nodes),
    programs: PROGRAMS,
  };
}

export function dataOf(data: Partial<ParamData>): ParamData {
  return { instance: INSTANCE, finished: NONE_FINISHED, ...data };
}

export interface Seen {
  readonly parameters: Parameters;
  readonly values: { readonly [name: string]: JsonValue };
  readonly problems: readonly Problem[];
}

/** What came of an evaluation that was not cut short. */
export function seen(evaluation: Evaluation): Seen {
  if (evaluation.kind === 'failed') {
    return { parameters: NO_PARAMETERS, values: {}, problems: evaluation.problems };
  }
  if (evaluation.kind !== 'evaluated') throw new Error(`the evaluation is ${evaluation.kind}`);
  const values = [...evaluation.params].map(([name, one]): [string, JsonValue] => [
    name,
    evaluatedToJson(one.evaluated),
  ]);
  return { parameters: evaluation.params, values: Object.fromEntries(values), problems: [] };
}

export function mergedParams(outcome: MergeOutcome) {
  if (outcome.kind === 'merged') return outcome.params;
  throw new Error(outcome.problems.map(problemText).join('; '));
}

/** Merges and evaluates workflow parameters written as JSON. */
export function evaluateWorkflow(json: object, data: Partial<ParamData> = {}): Seen {
  const definition = definitions(json);
  const merged = mergeFreshRun({ definition, runParams: NO_PARAMS, source: 'LAUNCH' });
  return seen(evaluateWorkflowParams(mergedParams(merged), dataOf(data), context()));
}

/** Merges and evaluates step parameters written as JSON, in a workflow with parameters written as JSON. */
export function evaluateStep(
  json: object,
  workflow: object = {},
  data: Partial<ParamData> = {},
): Seen {
  const merged = mergeStep({ stepType: 'NoOp', definition: definitions(json) });
  const params = new WorkflowParams(evaluateWorkflow(workflow).parameters, INSTANCE, PROGRAMS);
  const sight = { workflow: params, data: dataOf({ step: STEP, ...data }) };
  return seen(evaluateStepParams(mergedParams(merged), sight, context()));
}
