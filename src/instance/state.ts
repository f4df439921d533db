// The state of a workflow instance: a head, and the steps of its latest run in blocks.
//
//   S1  A run that has ended never changes again.
//   S2  The record of a step has one attempt, the latest. Earlier ones are rows of `attempts`, as they ended.
//   S3  head.counts counts the records of the run by status; steps without a record are NOT_CREATED and not counted.
//   S4  A step in a status that `isOpen` has exactly one thing that will move it on: a timer (alarmAtMs, timeoutAtMs), an
//       open effect, a permit that was asked for, or its place in head.permitQueue.
//   S5  head.ready holds steps whose predecessors are complete and which have no record with a status yet. It is empty
//       once head.ending is set.
//   S6  Timers are named here and nowhere else, and an armed timer can be named again from the state: nothing else is
//       ever disarmed.
//
// What can be derived is not stored: statuses passed (from times), uuids of attempts (step-uuid.ts), time-outs and retry
// policies (from the definition and the parameters of the run), the built-in parameters.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { ActorState, ReplyTo } from '../../cluster/core/reduction.ts';
import type { CreateMessage } from './message.ts';
import type { InstanceStatus, StepStatus } from './status.ts';
import type { StepQueue } from './step-queue.ts';

/** The stages of an attempt, in order. A record's `times` has one entry for each; answers name it `<stage>_time`. */
export const STAGES = [
  'create',
  'initialize',
  'pause',
  'wait_signal',
  'evaluate_param',
  'wait_permit',
  'start',
  'execute',
  'finish',
  'end',
] as const;

/** Positions in `times`. */
export const STAGE = {
  CREATE: 0,
  INITIALIZE: 1,
  PAUSE: 2,
  WAIT_SIGNAL: 3,
  EVALUATE_PARAM: 4,
  WAIT_PERMIT: 5,
  START: 6,
  EXECUTE: 7,
  FINISH: 8,
  END: 9,
} as const;

/** When each stage was reached, in milliseconds since 1970; 0: it was not. */
export type StageTimes = readonly number[];

/** Attempts that were tried again, by reason. */
export interface Retries {
  readonly error: number;
  readonly platform: number;
  readonly timeout: number;
  readonly manual: number;
}

/** Where an attempt stands with its permit: asked of the instance, asked of the workflow, or held. */
export type PermitState = 'none' | 'queued' | 'requested' | 'held';

/** One step of the run: its latest attempt. Records of steps to which the same thing happened are shared. */
export interface StepRecord {
  readonly status: StepStatus;
  /** From 1; 0 while it is NOT_CREATED. */
  readonly attempt: number;
  readonly times: StageTimes;
  /** NOT_CREATED only: predecessors that are not complete. */
  readonly pending: number;
  /** A transition into the step was met (so far, while it is NOT_CREATED). */
  readonly satisfied: boolean;
  readonly retries: Retries;
  /** When the attempt's own timer falls due: the end of a Sleep, the next look, the next attempt. 0: none is armed. */
  readonly alarmAtMs: number;
  /** When the attempt is out of time. 0: no timer is armed. */
  readonly timeoutAtMs: number;
  readonly permit: PermitState;
  /** Complete steps: which transitions were met, as positions among the successors; undefined: all if satisfied, else none. */
  readonly taken: readonly number[] | undefined;
  /** The attempt has a row in `details`. */
  readonly detailed: boolean;
  /** RUNNING only: what its answer means is being evaluated elsewhere. That effect is open, and its launch no longer. */
  readonly deciding: boolean;
}

/** Steps are stored in blocks of this many, so that a small graph is one row. */
export const BLOCK_SIZE = 16;

/** The records of BLOCK_SIZE steps by position; undefined (or beyond the end): the step has none. */
export type StepBlock = readonly (StepRecord | undefined)[];

/** What only some attempts have. */
export interface DetailsRow {
  /** Evaluated parameters, encoded by param beside definedStepParams of the step. */
  readonly params: PlainObject | undefined;
  /** By key. */
  readonly artifacts: PlainObject | undefined;
  /** LOG and DETAILS events, oldest first, as answers show them. Status events follow from times. */
  readonly timeline: readonly PlainObject[];
}

/** Steps that became ready together and run side by side, of which a turn did not begin all. */
export interface Wave {
  /** How many of `head.ready` belong to it, from the front. */
  readonly left: number;
  /** Steps that were completed since it began; none of those that are left sees them. */
  readonly finished: readonly number[];
}

/** The end that everything still open is being brought to. */
export interface Ending {
  /** What open steps become. */
  readonly as: 'STOPPED' | 'FATALLY_FAILED' | 'TIMED_OUT';
  /** The first step that was not looked at yet. */
  readonly from: number;
}

export interface InstanceHead {
  /** What the instance was born with; never changes. */
  readonly birth: CreateMessage;
  /** The latest run. */
  readonly runId: number;
  readonly status: InstanceStatus;
  /** 0: it has not begun. */
  readonly startTimeMs: number;
  /** 0: it has not ended. */
  readonly endTimeMs: number;
  readonly modifyTimeMs: number;
  /** Records by the position of their status in STEP_STATUSES. */
  readonly counts: readonly number[];
  /** Steps that can begin, each as `2 × index + (a transition into it was met ? 1 : 0)`. */
  readonly ready: StepQueue;
  /** Under way; undefined: whatever is ready is the next one. */
  readonly wave: Wave | undefined;
  /** An `advance` to itself is under way. */
  readonly advancing: boolean;
  readonly ending: Ending | undefined;
  /** Permits held of instance_step_concurrency. */
  readonly permitsHeld: number;
  /** Indexes of steps that wait for one. Those that no longer do are passed over. */
  readonly permitQueue: StepQueue;
  /** Permits that were asked of the workflow and are no longer wanted: given back when they come. */
  readonly permitsUnwanted: number;
  /** The timer of the run's timeout; 0: not armed. */
  readonly timeoutAtMs: number;
  /** The timer of the retention; 0: not armed. */
  readonly eraseAtMs: number;
  /** Who waits for the end of the run. */
  readonly askers: readonly ReplyTo[];
  /** Stored events of the instance, oldest first, as answers show them. */
  readonly timeline: readonly PlainObject[];
  /** Rows in `details`. */
  readonly details: number;
  /** Open effects. */
  readonly effects: number;
}

/** The tables. Keys: `blockKey` for steps, `attemptKey` for the others. */
export type InstanceRows = {
  readonly steps: StepBlock;
  readonly details: DetailsRow;
  readonly attempts: StepRecord;
};

export type InstanceState = ActorState<InstanceHead, InstanceRows>;

const BLOCKS_PER_RUN = 2 ** 20;
const STEPS_PER_RUN = 2 ** 24;
const ATTEMPTS_PER_STEP = 2 ** 12;

/** The key of a block of steps. @param block index of a step divided by BLOCK_SIZE */
export function blockKey(runId: number, block: number): number {
  return runId * BLOCKS_PER_RUN + block;
}

/** The block of a key. */
export function blockOf(key: number): number {
  return key % BLOCKS_PER_RUN;
}

/** All blocks of a run. */
export function blockRange(runId: number): { readonly from: number; readonly to: number } {
  return { from: blockKey(runId, 0), to: blockKey(runId + 1, 0) - 1 };
}

/** The key of what belongs to one attempt of a step. @param index of the step, from 0 */
export function attemptKey(runId: number, index: number, attempt: number): number {
  return (runId * STEPS_PER_RUN + index) * ATTEMPTS_PER_STEP + attempt;
}

/** Everything of one kind that belongs to the attempts of a run. */
export function attemptRange(runId: number): { readonly from: number; readonly to: number } {
  return { from: attemptKey(runId, 0, 0), to: attemptKey(runId + 1, 0, 0) - 1 };
}

export const NO_RETRIES: Retries = { error: 0, platform: 0, timeout: 0, manual: 0 };
const NO_TIMES: StageTimes = STAGES.map(() => 0);

/** A step that has not begun and waits for `pending` predecessors. */
export function notCreated(pending: number, satisfied: boolean): StepRecord {
  return {
    status: 'NOT_CREATED',
    attempt: 0,
    times: NO_TIMES,
    pending,
    satisfied,
    retries: NO_RETRIES,
    alarmAtMs: 0,
    timeoutAtMs: 0,
    permit: 'none',
    taken: undefined,
    detailed: false,
    deciding: false,
  };
}

/** An attempt at its beginning. */
export function created(attempt: number, retries: Retries, nowMs: number): StepRecord {
  return {
    status: 'CREATED',
    attempt,
    times: reached(NO_TIMES, STAGE.CREATE, nowMs),
    pending: 0,
    satisfied: true,
    retries,
    alarmAtMs: 0,
    timeoutAtMs: 0,
    permit: 'none',
    taken: undefined,
    detailed: false,
    deciding: false,
  };
}

/** Times in which every stage up to `stage` has been reached; those that were not before, now. A pause never is. */
export function reached(times: StageTimes, stage: number, nowMs: number): StageTimes {
  const next = times.slice();
  for (let at = 0; at <= stage; at++) {
    if (next[at] === 0 && at !== STAGE.PAUSE) next[at] = nowMs;
  }
  return next;
}

/** Times of an attempt that ends now, wherever it was. */
export function endedAt(times: StageTimes, nowMs: number): StageTimes {
  const next = times.slice();
  next[STAGE.END] = nowMs;
  return next;
}

/** The time of the last change of an attempt. */
export function modifiedAt(times: StageTimes): number {
  return Math.max(...times);
}
