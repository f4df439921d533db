// Failures that are tried again: by class, up to a limit, after a delay that grows.

import type { Parameters } from '../param/parameter.ts';
import {
  beginNextAttempt,
  type ClosedAttempt,
  close,
  failFatally,
  keepEvent,
  nextAttempt,
  settle,
} from './attempt.ts';
import type { RetryRule } from './run-definition.ts';
import { type Ending, endedAt, type Retries, type StepRecord } from './state.ts';
import type { RetryableStatus } from './status.ts';
import { attributeOf } from './step-params.ts';
import { logEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

type FailureClass = 'error' | 'platform' | 'timeout';

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
    const delayMs = retryDelayMs(rule, retries);
    const alarmAtMs = turn.nowMs + delayMs;
    turn.arm(turn.nameOf('retry', index, attempt.attempt), alarmAtMs);
    const told = tell(turn, index, attempt, `The next attempt begins in ${delayMs / 1_000} s`);
    const times = endedAt(told.times, turn.nowMs);
    turn.put(index, { ...told, status: STATUS[failure.class], times, alarmAtMs });
  } else if (failure.class === 'timeout') {
    settle(
      turn,
      index,
      tell(turn, index, attempt, 'The step has reached its timeout'),
      'TIMED_OUT',
    );
  } else {
    failFatally(turn, index, attempt, failure.params);
  }
}

function tell(turn: Turn, index: number, attempt: ClosedAttempt, line: string): ClosedAttempt {
  return keepEvent(turn, index, attempt, logEvent(turn.nowMs, line));
}

/** The rule for a class of failures; a policy that cannot be read tries nothing again. */
function ruleOf(turn: Turn, index: number, failure: FailureClass): RetryRule | undefined {
  const policy = attributeOf(turn, turn.step(index).retryPolicy);
  return policy.kind === 'value' ? policy.value[failure] : undefined;
}

/** The delay before a retry. @param retries of the same class before it */
function retryDelayMs(rule: RetryRule, retries: number): number {
  return Math.min(rule.backoffMs * rule.exponent ** retries, rule.delayLimitMs);
}

/** The delay is over. */
export function retry(turn: Turn, index: number, record: StepRecord): void {
  const retries = retriesAfter(record);
  if (retries !== undefined) beginNextAttempt(turn, index, retries);
}

/**
 * Brings an open step to an end. One that waits for its next attempt has that attempt ended as it begins: the failed one
 * is over, and nothing that is over changes.
 */
export function bringDownStep(
  turn: Turn,
  index: number,
  record: StepRecord,
  as: Ending['as'],
): void {
  const retries = retriesAfter(record);
  const closed = close(turn, index, record);
  const open = retries === undefined ? closed : nextAttempt(turn, index, retries);
  settle(turn, index, open, as);
}

/** The retries so far with the one that follows a failure; undefined when none does. */
function retriesAfter(record: StepRecord): Retries | undefined {
  const failure = failureClassOf(record);
  if (failure === undefined) return undefined;
  return { ...record.retries, [failure]: record.retries[failure] + 1 };
}

function failureClassOf({ status }: StepRecord): FailureClass | undefined {
  if (status === 'USER_FAILED') return 'error';
  if (status === 'PLATFORM_FAILED') return 'platform';
  return status === 'TIMEOUT_FAILED' ? 'timeout' : undefined;
}
