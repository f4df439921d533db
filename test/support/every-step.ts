// The steps of a compiled workflow, those of its loops among them.

import type { StepGraph, WorkflowStep } from '../../src/definition/workflow-definition.ts';

/** Every step of a graph and of the loop bodies in it, outer ones first. */
export function* everyStep(graph: StepGraph): Generator<WorkflowStep> {
  for (const step of graph.steps) {
    yield step;
    if (step.shape.kind === 'foreach' || step.shape.kind === 'while') {
      yield* everyStep(step.shape.body);
    }
  }
}
