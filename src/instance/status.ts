// The statuses of runs and of steps, and which may follow which.

import { assert } from '../../cluster/core/errors.ts';
import type { EndStatus } from './message.ts';

/** Statuses of a run. An instance has the status of its latest run. Rows hold positions in this list: only append. */
export const INSTANCE_STATUSES = [
  'CREATED',
  'IN_PROGRESS',
  'PAUSED',
  'TIMED_OUT',
  'STOPPED',
  'FAILED',
  'SUCCEEDED',
] as const;

export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

/** Statuses of a step. Rows hold positions in this list: only append. */
export const STEP_STATUSES = [
  'NOT_CREATED',
  'CREATED',
  'INITIALIZED',
  'PAUSED',
  'WAITING_FOR_SIGNALS',
  'EVALUATING_PARAMS',
  'WAITING_FOR_PERMITS',
  'STARTING',
  'RUNNING',
  'FINISHING',
  'DISABLED',
  'UNSATISFIED',
  'SKIPPED',
  'SUCCEEDED',
  'COMPLETED_WITH_ERROR',
  'USER_FAILED',
  'PLATFORM_FAILED',
  'TIMEOUT_FAILED',
  'FATALLY_FAILED',
  'INTERNALLY_FAILED',
  'STOPPED',
  'TIMED_OUT',
] as const;

export type StepStatus = (typeof STEP_STATUSES)[number];

/** The position of each status in STEP_STATUSES. */
export const STEP_STATUS_CODE = codes(STEP_STATUSES);

/** The position of each status in INSTANCE_STATUSES. */
export const INSTANCE_STATUS_CODE = codes(INSTANCE_STATUSES);

function codes<Status extends string>(
  list: readonly Status[],
): { readonly [Name in Status]: number } {
  return Object.fromEntries(list.map((status, code) => [status, code])) as {
    readonly [Name in Status]: number;
  };
}

/** Ends of a step after which what follows it may go on. */
const COMPLETE = [
  'DISABLED',
  'UNSATISFIED',
  'SKIPPED',
  'SUCCEEDED',
  'COMPLETED_WITH_ERROR',
] as const;
/** Failures that are tried again: a run never ends with one. */
const RETRYABLE = ['USER_FAILED', 'PLATFORM_FAILED', 'TIMEOUT_FAILED'] as const;
/** Ends of a step behind which nothing goes on. */
const CUT = ['FATALLY_FAILED', 'INTERNALLY_FAILED', 'STOPPED', 'TIMED_OUT'] as const;
/** Statuses of a step that has begun, in the order in which it passes them. */
const UNDERWAY = [
  'CREATED',
  'INITIALIZED',
  'PAUSED',
  'WAITING_FOR_SIGNALS',
  'EVALUATING_PARAMS',
  'WAITING_FOR_PERMITS',
  'STARTING',
  'RUNNING',
  'FINISHING',
] as const;

/** A status in which a step, or its attempt, stays for good. */
export type SettledStatus = (typeof COMPLETE)[number] | (typeof CUT)[number];
/** A failure that is tried again. */
export type RetryableStatus = (typeof RETRYABLE)[number];

const complete: ReadonlySet<StepStatus> = new Set(COMPLETE);
const retryable: ReadonlySet<StepStatus> = new Set(RETRYABLE);
const open: ReadonlySet<StepStatus> = new Set([...UNDERWAY, ...RETRYABLE]);

/** Steps behind this one may go on. */
export function isComplete(status: StepStatus): boolean {
  return complete.has(status);
}

/** Another attempt follows by itself. */
export function isRetryable(status: StepStatus): status is RetryableStatus {
  return retryable.has(status);
}

/** The step has begun, and something will still happen to it without anybody asking. */
export function isOpen(status: StepStatus): boolean {
  return open.has(status);
}

/** Has the run ended? */
export function isEnded(status: InstanceStatus): status is EndStatus {
  return status !== 'CREATED' && status !== 'IN_PROGRESS' && status !== 'PAUSED';
}

const BEFORE_START: readonly StepStatus[] = ['SKIPPED', 'COMPLETED_WITH_ERROR', ...CUT];
const SINCE_START: readonly StepStatus[] = [...BEFORE_START, ...RETRYABLE];

/** What may come directly after a status, within one attempt. */
const NEXT: { readonly [Status in StepStatus]: readonly StepStatus[] } = {
  NOT_CREATED: ['CREATED'],
  CREATED: ['INITIALIZED', 'UNSATISFIED', ...BEFORE_START],
  INITIALIZED: ['PAUSED', 'WAITING_FOR_SIGNALS', ...BEFORE_START],
  PAUSED: ['WAITING_FOR_SIGNALS', ...BEFORE_START],
  WAITING_FOR_SIGNALS: ['EVALUATING_PARAMS', ...BEFORE_START],
  EVALUATING_PARAMS: ['WAITING_FOR_PERMITS', ...BEFORE_START],
  WAITING_FOR_PERMITS: ['STARTING', ...BEFORE_START],
  STARTING: ['RUNNING', ...SINCE_START],
  RUNNING: ['FINISHING', ...SINCE_START],
  FINISHING: ['SUCCEEDED', ...SINCE_START],
  DISABLED: [],
  UNSATISFIED: [],
  SKIPPED: [],
  SUCCEEDED: [],
  COMPLETED_WITH_ERROR: [],
  USER_FAILED: [],
  PLATFORM_FAILED: [],
  TIMEOUT_FAILED: [],
  FATALLY_FAILED: [],
  INTERNALLY_FAILED: [],
  STOPPED: [],
  TIMED_OUT: [],
};

/** A turn records where an attempt came to rest, perhaps several statuses on: one bit per status that can be reached. */
const REACHABLE: readonly number[] = STEP_STATUSES.map((status) => reachableFrom(status, 0));

function reachableFrom(status: StepStatus, seen: number): number {
  let mask = seen;
  for (const next of NEXT[status]) {
    const bit = 1 << STEP_STATUS_CODE[next];
    if ((mask & bit) === 0) mask = reachableFrom(next, mask | bit);
  }
  return mask;
}

/** May an attempt come from one status to the other, by whatever statuses in between? */
export function mayBecome(from: StepStatus, to: StepStatus): boolean {
  return ((REACHABLE[STEP_STATUS_CODE[from]] ?? 0) & (1 << STEP_STATUS_CODE[to])) !== 0;
}

/** Asserts that an attempt may come from one status to the other. */
export function assertMayBecome(from: StepStatus, to: StepStatus): void {
  assert(mayBecome(from, to), 'a step changes status only as its life-cycle allows', { from, to });
}
