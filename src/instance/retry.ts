// Failures that are tried again: by class, up to a limit, after a delay that grows.

import type { Parameters } from '../param/parameter.ts';
import { beginNextAttempt, type ClosedAttempt, failFatally, settle } from './attempt.ts';
import type { RetryRule } from './run-definition.ts';
import { endedAt, type Retries, type StepRecord } from './state.ts';
import type { RetryableStatus } from './status.ts';
import { attributeOf } from './step-params.ts';
import type { Turn } from './turn.ts';

export type FailureClass = 'error' | 'platform' | 'timeout';

export interface Failure {
  readonly class: FailureClass;
  /** Of the attempt, for the transitions behind a failure that is ignored. */
  readonly params: Parameters;
}

const STATUS: { readonly [Class in FailureClass]: RetryableStatus } = {
  error: 'USER_FAILED',
  platform: 'PLATFORM_FAILED',
  timeout: 'TIMEOUT_FAILED',
};

/** Tries the step again after a delay, or ends it for good once the limit of the class is reached. */
export function retryOrFail(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  failure: Failure,
): void {
  const retries = attempt.retries[failure.class];
  const rule = ruleOf(turn, index, failure.class);
  if (rule !== undefined && retries < rule.limit) {
    const alarmAtMs = turn.nowMs + retryDelayMs(rule, retries);
    turn.arm(turn.nameOf('retry', index, attempt.attempt), alarmAtMs);
    const times = endedAt(attempt.times, turn.nowMs);
    turn.put(index, { ...attempt, status: STATUS[failure.class], times, alarmAtMs });
  } else if (failure.class === 'timeout') {
    settle(turn, index, attempt, 'TIMED_OUT');
  } else {
    failFatally(turn, index, attempt, failure.params);
  }
}

/** The rule for a class of failures; a policy that cannot be read tries nothing again. */
function ruleOf(turn: Turn, index: number, failure: FailureClass): RetryRule | undefined {
  const policy = attributeOf(turn, turn.step(index).retryPolicy);
  return policy.kind === 'value' ? policy.value[failure] : undefined;
}

/** The delay before a retry. @param retries of the same class before it */
export function retryDelayMs(rule: RetryRule, retries: number): number {
  return Math.min(rule.backoffMs * rule.exponent ** retries, rule.delayLimitMs);
}

/** The delay is over. */
export function retry(turn: Turn, index: number, record: StepRecord): void {
  const failure = failureClassOf(record);
  if (failure === undefined) return;
  const retries: Retries = { ...record.retries, [failure]: record.retries[failure] + 1 };
  beginNextAttempt(turn, index, retries);
}

function failureClassOf({ status }: StepRecord): FailureClass | undefined {
  if (status === 'USER_FAILED') return 'error';
  if (status === 'PLATFORM_FAILED') return 'platform';
  return status === 'TIMEOUT_FAILED' ? 'timeout' : undefined;
}
