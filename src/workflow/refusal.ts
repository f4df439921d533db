// Refusals a workflow gives: nothing was changed.

import { type Problem, problemText } from '../definition/problem.ts';
import type { EngineErrorCode } from '../errors.ts';
import type { Refusal } from './message.ts';

export function refusal(
  code: EngineErrorCode,
  message: string,
  errors: readonly string[] = [],
): Refusal {
  return { kind: 'refused', code, message, errors };
}

export function notFound(workflowId: string): Refusal {
  return refusal('not-found', `there is no workflow [${workflowId}]`);
}

/** A refusal that lists everything that is wrong. */
export function invalid(message: string, problems: readonly Problem[]): Refusal {
  return refusal('invalid', message, problems.map(problemText));
}
