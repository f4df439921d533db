// Transitions: which of a complete step's successors it leads to.

import { type Problem, problem } from '../definition/problem.ts';
import type { Stop } from '../param/evaluation.ts';
import { type Condition, evaluateCondition } from '../param/step-scope.ts';
import type { Parameters } from '../param/parameter.ts';
import type { TransitionDefinition } from './run-definition.ts';
import type { StepRecord } from './state.ts';
import { evaluationContext, sightOf } from './step-params.ts';
import type { Turn } from './turn.ts';

export type Transitions =
  /** `taken`: positions of those that are met; undefined: all. */
  | { readonly kind: 'decided'; readonly taken: readonly number[] | undefined }
  | { readonly kind: 'failed'; readonly problem: Problem };

const ALL: Transitions = { kind: 'decided', taken: undefined };

/** Evaluates the conditions of a step that is complete. One that fails fails them all. */
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
  const taken: number[] = [];
  for (const [position, successor] of successors.entries()) {
    const path = `transition.successors.${successor.stepId}`;
    const result: Condition = successor.always
      ? MET
      : evaluateCondition(successor.condition, path, step, context);
    if (result.kind !== 'condition') {
      return { kind: 'failed', problem: problemOf(result, path, successor) };
    }
    if (result.met) taken.push(position);
  }
  return taken.length === successors.length ? ALL : { kind: 'decided', taken };
}

const MET: Condition = { kind: 'condition', met: true };

function problemOf(stop: Stop, path: string, { condition }: TransitionDefinition): Problem {
  if (stop.kind === 'failed') return stop.problem;
  const rule =
    stop.kind === 'over-budget'
      ? 'be decided within the budget of one turn'
      : 'not read results of another instance';
  return problem(path, rule, condition);
}
