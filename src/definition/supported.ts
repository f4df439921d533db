// What a definition may say and this build cannot run. Everything is read and checked either way, so that a definition is
// refused with a reason and never runs as something else.

import type { Problem } from './problem.ts';
import { isRunnable } from './step-type.ts';
import type { WorkflowDefinition, WorkflowStep } from './workflow-definition.ts';

/** Everything in a definition that this build cannot run; empty when it can run the definition. */
export function unsupported(definition: WorkflowDefinition): readonly Problem[] {
  return [
    ...listed(definition.timeTriggers, 'workflow.time_triggers', 'time triggers'),
    ...listed(definition.signalTriggers, 'workflow.signal_triggers', 'signal triggers'),
    ...definition.steps.flatMap(stepProblems),
  ];
}

function stepProblems(step: WorkflowStep, index: number): readonly Problem[] {
  const path = `workflow.steps[${index}].${step.shape.kind}`;
  const found = `step ${step.id} of type ${step.type}`;
  const rule = 'be NoOp, Sleep, Http or Shell, because this build runs no steps of other types';
  return [
    ...(isRunnable(step.type) ? [] : [{ path, rule, found }]),
    ...listed(step.signalDependencies, `${path}.signal_dependencies`, 'signal dependencies'),
    ...listed(step.signalOutputs, `${path}.signal_outputs`, 'signal outputs'),
  ];
}

function listed(list: readonly unknown[], path: string, what: string): readonly Problem[] {
  if (list.length === 0) return [];
  const rule = `be left out, because this build has no ${what}`;
  return [{ path, rule, found: `array of ${list.length}` }];
}
