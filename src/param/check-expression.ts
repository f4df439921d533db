// What can be said of an expression before it is part of a workflow.

import type { JsonValue } from '../definition/json.ts';
import type { ParamDefinitions } from '../definition/param-definition.ts';
import { problemText } from '../definition/problem.ts';
import { evaluatedToJson } from './evaluated.ts';
import type { EvaluationContext } from './evaluation.ts';
import type { LanguageError } from './language.ts';
import type { Evaluation } from './own-params.ts';
import { type InstanceFacts, NONE_FINISHED } from './param-data.ts';
import { evaluateWorkflowParams } from './workflow-scope.ts';

export interface CheckedExpression {
  /** Names it reads and does not set. */
  readonly references: readonly string[];
  /** What it gives for the parameters; undefined when a name is missing or it fails. */
  readonly value: { readonly type: string; readonly json: JsonValue } | undefined;
  readonly problem: Pick<LanguageError, 'class' | 'message' | 'line' | 'column'> | undefined;
}

/** Whether the allowance was not enough to say. */
export function isCutShort({ problem }: CheckedExpression): boolean {
  return problem?.class === 'nodes' || problem?.class === 'time';
}

/** Compiles an expression and, when every name it needs is given, evaluates it. */
export function checkExpression(
  expression: string,
  params: ParamDefinitions,
  context: EvaluationContext,
): CheckedExpression {
  const { programs } = context;
  const compiled = programs.compile(expression);
  if (compiled.kind === 'refused') {
    return { references: [], value: undefined, problem: compiled.error };
  }
  const { references } = compiled.program;
  if (!references.every((name) => params.has(name))) {
    return { references, value: undefined, problem: undefined };
  }
  const data = { instance: NOWHERE, finished: NONE_FINISHED };
  const evaluation = evaluateWorkflowParams(params, data, context);
  if (evaluation.kind !== 'evaluated') {
    return { references, value: undefined, problem: inputProblem(evaluation) };
  }
  const inputs = evaluation.params;
  const { allowance } = context;
  const outcome = programs.language.evaluate(compiled.program, {
    ...context,
    nodes: allowance.nodes,
    isOverdue: allowance.isOverdue,
    read: (name) => inputs.get(name)?.evaluated,
    call: (name) => ({ kind: 'refused', message: `params.${name} needs an instance` }),
  });
  switch (outcome.kind) {
    case 'value': {
      const { type } = outcome.value;
      const value = { type, json: evaluatedToJson(outcome.value) };
      return { references, value, problem: undefined };
    }
    case 'no-value': {
      const message = `the value is ${outcome.what}, which no parameter can hold`;
      const problem = { class: 'eval', message, line: 1, column: 1 } as const;
      return { references, value: undefined, problem };
    }
    case 'failed':
      return { references, value: undefined, problem: outcome.error };
  }
}

/** Why the parameters given along have no values; its place is in none of the expression. */
function inputProblem(evaluation: Evaluation): CheckedExpression['problem'] {
  const place = { line: 1, column: 1 };
  switch (evaluation.kind) {
    case 'evaluated':
      return undefined;
    case 'failed':
      return { class: 'eval', message: evaluation.problems.map(problemText).join('; '), ...place };
    case 'over-budget':
      return { class: 'nodes', message: 'the parameters take too long', ...place };
    case 'needs':
      return { class: 'eval', message: 'the parameters need an instance', ...place };
  }
}

/** No instance is there to ask. */
const NOWHERE: InstanceFacts = {
  workflowId: '',
  instanceId: 0,
  runId: 0,
  owner: '',
  runPolicy: 'START_FRESH_NEW_RUN',
  initiator: { type: 'VALIDATION' },
  startedAtMs: 0,
  environment: '',
};
