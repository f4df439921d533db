// Timers of an instance. One that is not what the state expects is late and does nothing.

import { assert } from '../../cluster/core/errors.ts';
import { alarmOf, close, complete, launch } from './attempt.ts';
import { RETENTION, retentionOver, workflowTimeout } from './end.ts';
import { retry, retryOrFail } from './retry.ts';
import type { StepRecord } from './state.ts';
import { isEnded } from './status.ts';
import { paramsOf } from './step-params.ts';
import { logEvent, withEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

/** What a timer or an effect of an attempt is called: kind, run, ordinal and attempt. */
export interface AttemptEvent {
  readonly kind: string;
  readonly runId: number;
  readonly index: number;
  readonly attempt: number;
}

/** Reads a name that `nameOf` made; undefined when it is another kind of name. */
export function parseAttemptEvent(name: string): AttemptEvent | undefined {
  const [kind = '', runId, ordinal, attempt] = name.split(':');
  if (attempt === undefined) return undefined;
  return { kind, runId: Number(runId), index: Number(ordinal) - 1, attempt: Number(attempt) };
}

/** The record that an event of an attempt is about; undefined when that attempt is over. */
export function recordOf(turn: Turn, event: AttemptEvent): StepRecord | undefined {
  if (event.runId !== turn.head.runId) return undefined;
  const record = turn.record(event.index);
  return record.attempt === event.attempt ? record : undefined;
}

/** A timer fell due. */
export function timerFired(turn: Turn, name: string, dueAtMs: number): void {
  const event = parseAttemptEvent(name);
  if (event !== undefined) {
    const record = isEnded(turn.head.status) ? undefined : recordOf(turn, event);
    if (record !== undefined) attemptTimer(turn, event, record, dueAtMs);
  } else if (dueAtMs === turn.head.timeoutAtMs && name === workflowTimeout(turn.head)) {
    turn.head.timeoutAtMs = 0;
    turn.head.timeline = withEvent(
      turn.head.timeline,
      logEvent(turn.nowMs, 'The run has reached its timeout'),
    );
    turn.beginEnding('TIMED_OUT');
  } else if (name === RETENTION && dueAtMs === turn.head.eraseAtMs) {
    retentionOver(turn);
  }
}

function attemptTimer(
  turn: Turn,
  { kind, index }: AttemptEvent,
  record: StepRecord,
  dueAtMs: number,
): void {
  if (kind === 'step-timeout') {
    if (dueAtMs === record.timeoutAtMs) timeOut(turn, index, { ...record, timeoutAtMs: 0 });
    return;
  }
  if (dueAtMs !== record.alarmAtMs || kind !== alarmOf(turn, index, record)) return;
  ring(turn, index, { ...record, alarmAtMs: 0 });
}

/** The attempt's own timer. @param record without that timer */
function ring(turn: Turn, index: number, record: StepRecord): void {
  const kind = alarmOf(turn, index, record);
  switch (kind) {
    case 'sleep':
      complete(turn, index, close(turn, index, record), paramsOf(turn, index));
      return;
    case 'look':
      turn.adjust(index, record);
      launch(turn, index, record, paramsOf(turn, index));
      return;
    case 'retry':
      retry(turn, index, record);
      return;
  }
}

/** The attempt is out of time. @param record without that timer */
function timeOut(turn: Turn, index: number, record: StepRecord): void {
  assert(record.status === 'RUNNING', 'only a running attempt has a timeout', { index });
  const params = paramsOf(turn, index);
  retryOrFail(turn, index, close(turn, index, record), { class: 'timeout', params });
}
