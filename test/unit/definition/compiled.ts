// Definitions for tests of the definition language: compiled, or the problems that kept them from it.

import { compileWorkflow } from '../../../src/definition/compile.ts';
import type { JsonObject, JsonValue } from '../../../src/definition/json.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import { problemText } from '../../../src/definition/problem.ts';
import type {
  WorkflowDefinition,
  WorkflowStep,
} from '../../../src/definition/workflow-definition.ts';

/** A NoOp step with more fields. */
export function noop(id: string, fields: JsonObject = {}): JsonObject {
  return { step: { id, type: 'NoOp', ...fields } };
}

/** A NoOp step that leads to others. */
export function leading(id: string, ...to: readonly string[]): JsonObject {
  return noop(id, {
    transition: { successors: Object.fromEntries(to.map((one) => [one, 'true'])) },
  });
}

/** A workflow with one NoOp step, and more fields. */
export function workflow(fields: JsonObject = {}): JsonObject {
  return { id: 'w', steps: [noop('a')], ...fields };
}

/** The definition of a workflow that has nothing wrong with it. */
export function compiled(json: JsonObject): WorkflowDefinition {
  const result = compileWorkflow(json, DEFAULT_DEFINITION_LIMITS);
  if (result.kind === 'compiled') return result.definition;
  throw new Error(result.problems.map(problemText).join('\n'));
}

/** The first step of a definition. */
export function firstStep(...steps: readonly JsonValue[]): WorkflowStep {
  const [step] = compiled(workflow({ steps })).steps;
  if (step === undefined) throw new Error('the definition has no step');
  return step;
}

/** What is wrong with a workflow, a line each. */
export function problemsOf(
  json: JsonObject,
  limits = DEFAULT_DEFINITION_LIMITS,
): readonly string[] {
  const result = compileWorkflow(json, limits);
  return result.kind === 'compiled' ? [] : result.problems.map(problemText);
}

/** What is wrong with a NoOp step that has such fields, a line each, without the path of the step. */
export function stepProblems(fields: JsonObject): readonly string[] {
  return problemsOf(workflow({ steps: [noop('a', fields)] })).map((line) =>
    line.replace('workflow.steps[0].step.', ''),
  );
}
