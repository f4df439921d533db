// Transitions: which of a complete step's successors it leads to.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Problem } from '../definition/problem.ts';
import type { EvaluateOutcome } from '../effect.ts';
import { conditionsRequest, type Decision, decodeDecision } from '../param/evaluation-request.ts';
import type { Stop } from '../param/evaluation.ts';
import { evaluateCondition, type ExpressionText } from '../param/step-scope.ts';
import type { Parameters } from '../param/parameter.ts';
import type { TransitionDefinition } from './run-definition.ts';
import type { StepRecord } from './state.ts';
import { evaluationContext, sightOf } from './step-params.ts';
import type { Turn } from './turn.ts';

export type Transitions =
  /** `taken`: positions of those that are met; undefined: all. */
  | { readonly kind: 'decided'; readonly taken: readonly number[] | undefined }
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** More than one turn may spend: the request of an EvaluateEffect. */
  | { readonly kind: 'later'; readonly request: PlainObject };

const ALL: Transitions = { kind: 'decided', taken: undefined };

/** Evaluates the conditions of a step that is complete, within the budget of a turn. One that fails fails them all. */
export function decideTransitions(
  turn: Turn,
  index: number,
  record: StepRecord,
  params: Parameters,
): Transitions {
  const { successors } = turn.step(index);
  if (successors.every(({ always }) => always)) return ALL;
  const step = { ...sightOf(turn, index, record), params };
  const context = evaluationContext(turn);
  const conditions = conditionsOf(successors);
  const met: boolean[] = [];
  for (const { path, expression } of conditions) {
    const result = evaluateCondition(expression, path, step, context);
    if (result.kind === 'over-budget') {
      return { kind: 'later', request: { ...conditionsRequest(conditions, step) } };
    }
    if (result.kind !== 'condition') return failedTransitions(result);
    met.push(result.met);
  }
  return transitionsOf(successors, met);
}

/** What conditions came to that were evaluated elsewhere. */
export function transitionsFrom(
  turn: Turn,
  index: number,
  outcome: EvaluateOutcome,
): Exclude<Transitions, { readonly kind: 'later' }> {
  if (outcome.kind !== 'evaluated') return unevaluable(outcome.message);
  const decision: Decision = decodeDecision(outcome.results);
  if (decision.kind !== 'decided') return failedTransitions(decision);
  return transitionsOf(turn.step(index).successors, decision.met);
}

/** Those that are not `true`, in their order. */
function conditionsOf(successors: readonly TransitionDefinition[]): readonly ExpressionText[] {
  return successors
    .filter(({ always }) => !always)
    .map(({ stepId, condition }) => ({
      path: `transition.successors.${stepId}`,
      expression: condition,
    }));
}

/** @param met what the conditions of conditionsOf came to */
function transitionsOf(successors: readonly TransitionDefinition[], met: readonly boolean[]) {
  let next = 0;
  const taken = successors.flatMap(({ always }, position) =>
    always || met[next++] === true ? [position] : [],
  );
  if (taken.length === successors.length) return { kind: 'decided', taken: undefined } as const;
  return { kind: 'decided', taken } as const;
}

function failedTransitions(stop: Stop) {
  if (stop.kind === 'failed') return { kind: 'failed', problem: stop.problem } as const;
  const found =
    stop.kind === 'needs'
      ? 'a result of another instance, which a condition cannot read'
      : 'more than an evaluation may visit';
  return unevaluable(found);
}

function unevaluable(found: string) {
  const path = 'transition.successors';
  return { kind: 'failed', problem: { path, rule: 'be evaluable', found } } as const;
}
