// The dry run of a definition's parameters: what a push must survive before it becomes a version.

import type { ParamDefinition, ParamDefinitions } from '../definition/param-definition.ts';
import type { JsonObject } from '../definition/json.ts';
import type { Problem } from '../definition/problem.ts';
import { DRY_RUN_PARAMS } from './default-params.ts';
import { workflowRequest } from './evaluation-request.ts';
import type { EvaluationContext } from './evaluation.ts';
import type { Evaluation } from './own-params.ts';
import { type InstanceFacts, NONE_FINISHED } from './param-data.ts';
import { changeableModes } from './source.ts';
import { mergeStep } from './step-params.ts';
import { evaluateWorkflowParams } from './workflow-scope.ts';
import { mergeFreshRun } from './workflow-params.ts';

/** A step of the outermost level, as far as its parameters are concerned. */
interface DryRunStep {
  /** Where the step stands in what was pushed. */
  readonly path: string;
  readonly stepType: string;
  readonly params: ParamDefinitions;
}

export interface DryRun {
  /** Where the workflow stands in what was pushed. */
  readonly path: string;
  readonly workflowId: string;
  readonly owner: string;
  readonly firstTriggerTimezone?: string;
  readonly params: ParamDefinitions;
  readonly steps: readonly DryRunStep[];
}

/**
 * Merges and evaluates the workflow's parameters as a start without run params would, and merges those of its steps. Paths
 * begin where those of the other checks of a push do: `workflow.params.x`, `workflow.steps[0].step.params.x`.
 * @param elsewhere does what the context's allowance cuts short
 */
export async function dryRunParams(
  run: DryRun,
  context: EvaluationContext,
  elsewhere: (request: JsonObject) => Promise<Evaluation>,
): Promise<readonly Problem[]> {
  return [
    ...below(run.path, await workflowProblems(run, context, elsewhere)),
    ...run.steps.flatMap((step) => below(step.path, stepProblems(step))),
  ];
}

function below(path: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}

async function workflowProblems(
  run: DryRun,
  context: EvaluationContext,
  elsewhere: (request: JsonObject) => Promise<Evaluation>,
): Promise<readonly Problem[]> {
  const runParams = dryRunValues(run.params);
  const merged = mergeFreshRun({ definition: run.params, runParams, source: 'LAUNCH' });
  if (merged.kind === 'refused') return merged.problems;
  const instance: InstanceFacts = {
    workflowId: run.workflowId,
    instanceId: 1,
    runId: 1,
    owner: run.owner,
    runPolicy: 'START_FRESH_NEW_RUN',
    initiator: { type: 'VALIDATION', runnerName: run.owner },
    startedAtMs: context.nowMs,
    environment: '',
    ...(run.firstTriggerTimezone === undefined
      ? {}
      : { firstTriggerTimezone: run.firstTriggerTimezone }),
  };
  const data = {
    instance,
    finished: NONE_FINISHED,
    signals: 'any',
  } as const;
  const here = evaluateWorkflowParams(merged.params, data, context);
  const evaluation =
    here.kind === 'over-budget' ? await elsewhere(workflowRequest(merged.params, data)) : here;
  return evaluation.kind === 'failed' ? evaluation.problems : [];
}

/** Values for parameters whose own would not pass, as long as a start might change them. */
function dryRunValues(params: ParamDefinitions): ParamDefinitions {
  const values = new Map<string, ParamDefinition>();
  const changeable = changeableModes('LAUNCH', false);
  for (const [name, definition] of DRY_RUN_PARAMS) {
    const declared = params.get(name);
    if (declared?.type !== definition.type) continue;
    if (changeable.includes(declared.mode ?? 'MUTABLE')) values.set(name, definition);
  }
  return values;
}

function stepProblems(step: DryRunStep): readonly Problem[] {
  const merged = mergeStep({ stepType: step.stepType, definition: step.params });
  return merged.kind === 'merged' ? [] : merged.problems;
}
