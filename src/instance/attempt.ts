// The life of an attempt: created, its parameters evaluated, a permit taken, started, ended. Whoever moves an attempt on
// hands in its record as it stands; it is written once, where it comes to rest.

import { assert } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { AttributeValue } from '../definition/attribute.ts';
import { problem } from '../definition/problem.ts';
import { evaluatedToJson } from '../param/evaluated.ts';
import type { Parameters } from '../param/parameter.ts';
import { decideTransitions, type Transitions } from './conditions.ts';
import { askPermit, releasePermit } from './permit.ts';
import type { StepDefinition } from './run-definition.ts';
import {
  created,
  endedAt,
  notCreated,
  reached,
  type Retries,
  STAGE,
  type StepRecord,
} from './state.ts';
import type { SettledStatus } from './status.ts';
import { attributeOf, evaluateParams, paramsRow, runName } from './step-params.ts';
import { stepFacts } from './instance-facts.ts';
import { logEvent, problemsEvent, withEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

/** An attempt that holds nothing any more and whose last status is about to be written. */
export type ClosedAttempt = Omit<StepRecord, 'status'>;

/** Begins a step none of whose predecessors is outstanding. @param satisfied a transition into it was met */
export function beginStep(turn: Turn, index: number, satisfied: boolean): void {
  const step = turn.step(index);
  if (!satisfied) {
    turn.put(index, turn.shared.unsatisfied);
    lead(turn, step, NOWHERE);
  } else if (isInstant(step)) {
    turn.put(index, turn.shared.succeeded);
    lead(turn, step, undefined);
  } else {
    beginAttempt(turn, index, created(1, turn.record(index).retries, turn.nowMs));
  }
}

const NOWHERE: readonly number[] = [];

/** Nothing about the step has to be worked out: it succeeds as it begins. */
function isInstant(step: StepDefinition): boolean {
  return (
    step.type === 'NoOp' &&
    step.params.size === 0 &&
    step.timeout.kind === 'fixed' &&
    step.successors.every(isAlways)
  );
}

function isAlways({ always }: { readonly always: boolean }): boolean {
  return always;
}

/** Tells the successors of a complete step. @param taken positions of transitions that were met; undefined: all */
function lead(turn: Turn, step: StepDefinition, taken: readonly number[] | undefined): void {
  let next = 0;
  for (const [position, { index }] of step.successors.entries()) {
    const isMet = taken === undefined || taken[next] === position;
    if (isMet) next++;
    const { predecessors } = turn.step(index);
    if (predecessors === 1) {
      turn.pushReady(index, isMet);
      continue;
    }
    const before = turn.record(index);
    const pending = (before.pending === 0 ? predecessors : before.pending) - 1;
    const satisfied = before.satisfied || isMet;
    turn.adjust(index, waiting(pending, satisfied));
    if (pending === 0) turn.pushReady(index, satisfied);
  }
}

const WAITING: StepRecord[][] = [[], []];

/** The record of a step that waits for predecessors; shared, because it says nothing else. */
function waiting(pending: number, satisfied: boolean): StepRecord {
  const known = WAITING[satisfied ? 1 : 0];
  const record = known?.[pending] ?? notCreated(pending, satisfied);
  if (known !== undefined && pending < WAITING_SHARED) known[pending] = record;
  return record;
}

const WAITING_SHARED = 64;

/** Begins the attempt after a failed one. */
export function beginNextAttempt(turn: Turn, index: number, retries: Retries): void {
  beginAttempt(turn, index, nextAttempt(turn, index, retries));
}

/** Keeps a failed attempt as it ended. @returns the one after it, which is still to be written */
export function nextAttempt(turn: Turn, index: number, retries: Retries): StepRecord {
  const before = turn.record(index);
  turn.keepAttempt(index, { ...before, alarmAtMs: 0 });
  return created(before.attempt + 1, retries, turn.nowMs);
}

function beginAttempt(turn: Turn, index: number, fresh: StepRecord): void {
  const timeout = timeoutOf(turn, index);
  if (timeout.kind === 'refused') {
    const event = problemsEvent(turn.nowMs, 'The step has no timeout', [timeout.problem]);
    failInternally(turn, index, fresh, event);
    return;
  }
  const record: StepRecord = {
    ...fresh,
    status: 'EVALUATING_PARAMS',
    times: reached(fresh.times, STAGE.EVALUATE_PARAM, turn.nowMs),
  };
  const outcome = evaluateParams(turn, index, record);
  if (outcome.kind === 'evaluated') {
    goOnWithParams(turn, index, record, outcome.params);
  } else if (outcome.kind === 'later') {
    const { request } = outcome;
    turn.open(turn.nameOf('evaluate', index, record.attempt), { kind: 'evaluate', request });
    turn.put(index, record);
  } else {
    failOnParams(turn, index, record, outcome);
  }
}

/** The parameters of an attempt could not be evaluated. */
export function failOnParams(
  turn: Turn,
  index: number,
  record: ClosedAttempt,
  outcome: Extract<ReturnType<typeof evaluateParams>, { readonly kind: 'failed' | 'needs' }>,
): void {
  const problems =
    outcome.kind === 'failed'
      ? outcome.problems
      : [problem('params', 'not read results of another instance', outcome.reads[0]?.stepId)];
  const event = problemsEvent(turn.nowMs, 'The parameters cannot be evaluated', problems);
  failInternally(turn, index, record, event);
}

/** Goes on with an attempt whose parameters are known. */
export function goOnWithParams(
  turn: Turn,
  index: number,
  record: StepRecord,
  params: Parameters,
): void {
  const row = paramsRow(turn, index, params);
  const known =
    row === undefined
      ? record
      : turn.keepDetails(index, record, { ...turn.detailsOf(index, record), params: row });
  if (turn.step(index).type === 'NoOp') {
    complete(turn, index, known, params);
    return;
  }
  const waiting: StepRecord = {
    ...known,
    status: 'WAITING_FOR_PERMITS',
    times: reached(known.times, STAGE.WAIT_PERMIT, turn.nowMs),
  };
  const permit = askPermit(turn, index, waiting);
  if (permit === 'held') start(turn, index, { ...waiting, permit }, params);
  else turn.put(index, { ...waiting, permit });
}

/** Starts the work of an attempt that has its permit. */
export function start(turn: Turn, index: number, record: StepRecord, params: Parameters): void {
  const running: StepRecord = {
    ...record,
    status: 'RUNNING',
    times: reached(record.times, STAGE.EXECUTE, turn.nowMs),
  };
  const { type } = turn.step(index);
  switch (type) {
    case 'Sleep':
      startSleep(turn, index, running, params);
      return;
    case 'Http':
    case 'Shell':
      launch(turn, index, running, params);
      turn.put(index, armTimeout(turn, index, withTimeout(turn, index, running)));
      return;
    default: {
      const event = logEvent(turn.nowMs, `There is no step runtime for steps of type ${type}`);
      failFatally(turn, index, keepEvent(turn, index, close(turn, index, running), event), params);
    }
  }
}

const SLEEP_SECONDS = 3;

/** Waits for more than sleep_seconds. Of the two timers only the one that falls due first is armed. */
function startSleep(turn: Turn, index: number, running: StepRecord, params: Parameters): void {
  const sleep = params.get('sleep_seconds')?.evaluated ?? { type: 'LONG', value: SLEEP_SECONDS };
  if (sleep.type !== 'LONG') {
    const problems = [problem('params.sleep_seconds', 'be a LONG', sleep.value)];
    const event = problemsEvent(turn.nowMs, 'The step cannot start', problems);
    failInternally(turn, index, close(turn, index, running), event);
    return;
  }
  const seconds = Math.max(0, Number(sleep.value));
  const alarmAtMs = turn.nowMs + seconds * 1_000 + 1;
  const timed = withTimeout(turn, index, running);
  if (alarmAtMs > timed.timeoutAtMs) {
    turn.put(index, armTimeout(turn, index, timed));
    return;
  }
  turn.arm(turn.nameOf('sleep', index, running.attempt), alarmAtMs);
  turn.put(index, { ...running, alarmAtMs });
}

/** How long the step may take, in milliseconds. */
function timeoutOf(turn: Turn, index: number): AttributeValue<number> {
  return attributeOf(turn, turn.step(index).timeout);
}

function withTimeout(turn: Turn, index: number, running: StepRecord): StepRecord {
  const timeout = timeoutOf(turn, index);
  assert(timeout.kind === 'value', 'a step has a timeout before it starts', { index });
  return { ...running, timeoutAtMs: turn.nowMs + timeout.value };
}

function armTimeout(turn: Turn, index: number, timed: StepRecord): StepRecord {
  turn.arm(turn.nameOf('step-timeout', index, timed.attempt), timed.timeoutAtMs);
  return timed;
}

/** Hands the attempt to its step runtime. */
export function launch(turn: Turn, index: number, running: StepRecord, params: Parameters): void {
  const { type } = turn.step(index);
  const { stepId, stepInstanceUuid } = stepFacts(runName(turn), index, running);
  turn.open(turn.nameOf('launch', index, running.attempt), {
    kind: 'launch',
    step_type: type === 'Http' ? 'Http' : 'Shell',
    token: {
      workflow_id: turn.birth.workflow_id,
      workflow_instance_id: turn.birth.instance_id,
      workflow_run_id: turn.head.runId,
      step_id: stepId,
      step_attempt_id: running.attempt,
      step_instance_uuid: stepInstanceUuid,
    },
    params: plainParams(params),
  });
}

function plainParams(params: Parameters): PlainObject {
  const plain: [string, PlainObject[string]][] = [];
  for (const [name, { evaluated }] of params) plain.push([name, evaluatedToJson(evaluated)]);
  return Object.fromEntries(plain);
}

/** Gives up whatever an attempt has open: timers, effects, its permit. */
export function close(turn: Turn, index: number, record: StepRecord): ClosedAttempt {
  const { attempt, status } = record;
  const isLooking = record.alarmAtMs > 0;
  if (isLooking)
    turn.disarm(turn.nameOf(alarmOf(turn, index, record), index, attempt), record.alarmAtMs);
  if (record.timeoutAtMs > 0) {
    turn.disarm(turn.nameOf('step-timeout', index, attempt), record.timeoutAtMs);
  }
  if (status === 'EVALUATING_PARAMS') turn.settle(turn.nameOf('evaluate', index, attempt));
  if (status === 'FINISHING') turn.settle(turn.nameOf('decide', index, attempt));
  if (status === 'RUNNING' && !isLooking && isLaunched(turn.step(index))) {
    settleWork(turn, index, record);
  }
  releasePermit(turn, index, record);
  return { ...record, alarmAtMs: 0, timeoutAtMs: 0, permit: 'none', deciding: false };
}

/** Gives up the work of an attempt outside: its launch, or the evaluation of what came of it. */
export function settleWork(turn: Turn, index: number, { attempt, deciding }: StepRecord): void {
  turn.settle(turn.nameOf(deciding ? 'state' : 'launch', index, attempt));
}

/** What the attempt's own timer stands for. */
export function alarmOf(
  turn: Turn,
  index: number,
  { status }: StepRecord,
): 'sleep' | 'look' | 'retry' {
  if (status !== 'RUNNING') return 'retry';
  return turn.step(index).type === 'Sleep' ? 'sleep' : 'look';
}

function isLaunched({ type }: StepDefinition): boolean {
  return type === 'Http' || type === 'Shell';
}

/** Ends an attempt well, or with an error that is ignored, and goes on behind it. */
export function complete(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  params: Parameters,
  status: 'SUCCEEDED' | 'COMPLETED_WITH_ERROR' = 'SUCCEEDED',
): void {
  const stage = status === 'SUCCEEDED' ? STAGE.FINISH : STAGE.CREATE;
  const finished = { ...attempt, times: reached(attempt.times, stage, turn.nowMs) };
  const ended: StepRecord = { ...finished, status, times: endedAt(finished.times, turn.nowMs) };
  const transitions = decideTransitions(turn, index, ended, params);
  if (transitions.kind === 'later') {
    const { request } = transitions;
    turn.open(turn.nameOf('decide', index, ended.attempt), { kind: 'evaluate', request });
    turn.put(index, { ...finished, status: 'FINISHING' });
  } else {
    follow(turn, index, finished, transitions, status);
  }
}

/** Ends an attempt whose transitions are decided, and goes on behind it. */
export function follow(
  turn: Turn,
  index: number,
  finished: ClosedAttempt,
  transitions: Exclude<Transitions, { readonly kind: 'later' }>,
  status: 'SUCCEEDED' | 'COMPLETED_WITH_ERROR',
): void {
  if (transitions.kind === 'failed') {
    const event = problemsEvent(turn.nowMs, 'The transitions of the step cannot be decided', [
      transitions.problem,
    ]);
    failInternally(turn, index, finished, event);
    return;
  }
  const { taken } = transitions;
  turn.put(index, { ...finished, status, taken, times: endedAt(finished.times, turn.nowMs) });
  lead(turn, turn.step(index), taken);
}

/** Ends an attempt that cannot go on because of what was written for it. Its failure mode does not matter. */
export function failInternally(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  event: PlainObject,
): void {
  settle(turn, index, keepEvent(turn, index, attempt, event), 'INTERNALLY_FAILED');
}

/** Ends an attempt that failed for good, by the failure mode of its step. */
export function failFatally(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  params: Parameters,
): void {
  const { failureMode } = turn.step(index);
  if (failureMode === 'IGNORE_FAILURE') {
    const line =
      'The step has failed and is COMPLETED_WITH_ERROR: its failure mode is IGNORE_FAILURE';
    const told = keepEvent(turn, index, attempt, logEvent(turn.nowMs, line));
    complete(turn, index, told, params, 'COMPLETED_WITH_ERROR');
    return;
  }
  settle(turn, index, attempt, 'FATALLY_FAILED');
  if (failureMode === 'FAIL_IMMEDIATELY') turn.beginEnding('STOPPED');
}

/** Ends an attempt in a status behind which nothing goes on. */
export function settle(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  status: SettledStatus,
): void {
  turn.put(index, { ...attempt, status, times: endedAt(attempt.times, turn.nowMs) });
}

/** Adds an event to the timeline of an attempt. */
export function keepEvent<Attempt extends Pick<StepRecord, 'attempt' | 'detailed'>>(
  turn: Turn,
  index: number,
  attempt: Attempt,
  event: PlainObject,
): Attempt {
  const details = turn.detailsOf(index, attempt);
  return turn.keepDetails(index, attempt, {
    ...details,
    timeline: withEvent(details.timeline, event),
  });
}
