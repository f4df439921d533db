// The walk through the graph: begins whatever can begin, brings down whatever must end, and ends the run when nothing is
// left. Every turn of a run that is in progress ends here.

import { beginStep, start } from './attempt.ts';
import { endRun } from './end.ts';
import { nextInPermitQueue, takePermit } from './permit.ts';
import { bringDownStep } from './retry.ts';
import type { Ending } from './state.ts';
import type { EndStatus } from './message.ts';
import { isOpen, STEP_STATUS_CODE, type StepStatus } from './status.ts';
import { paramsOf } from './step-params.ts';
import type { Turn } from './turn.ts';

/** Goes on with the run as far as one turn may: so many steps, and what their expressions may take. */
export function advance(turn: Turn): void {
  if (turn.head.status !== 'IN_PROGRESS') return;
  let left = turn.setting.advanceLimit;
  while (left > 0 && turn.head.ending === undefined) {
    if (turn.allowance.isLow) left = 0;
    else if (advanceOne(turn)) left--;
    else break;
  }
  const { ending } = turn.head;
  if (ending !== undefined) bringDown(turn, ending, left);
  if (!turn.ready.isEmpty() || (left === 0 && !turn.permitQueue.isEmpty())) turn.goOn();
  else if (turn.openSteps() === 0) endRun(turn, endStatus(turn));
}

/** @returns whether there was anything to do */
function advanceOne(turn: Turn): boolean {
  const entry = turn.nextReady();
  if (entry !== undefined) {
    beginStep(turn, entry >>> 1, (entry & 1) === 1);
    return true;
  }
  const queued = nextInPermitQueue(turn);
  if (queued === undefined) return false;
  const record = turn.record(queued);
  const permit = takePermit(turn, queued, record.attempt);
  if (permit === 'held') start(turn, queued, { ...record, permit }, paramsOf(turn, queued));
  else turn.adjust(queued, { ...record, permit });
  return true;
}

/** Ends open steps, in their order, as far as one turn may. */
function bringDown(turn: Turn, ending: Ending, limit: number): void {
  const { length } = turn.definition.steps;
  let left = limit;
  for (let index = ending.from; index < length; index++) {
    const record = turn.record(index);
    if (!isOpen(record.status)) continue;
    if (left === 0) {
      turn.head.ending = { ...ending, from: index };
      turn.goOn();
      return;
    }
    bringDownStep(turn, index, record, ending.as);
    left--;
  }
  turn.head.ending = { ...ending, from: length };
}

/** Brings down everything that is open, whatever it takes: nothing of the run may outlive it. */
export function bringDownAll(turn: Turn): void {
  turn.beginEnding('STOPPED');
  if (turn.head.ending !== undefined) bringDown(turn, turn.head.ending, Number.POSITIVE_INFINITY);
}

const FAILURES: readonly StepStatus[] = [
  'FATALLY_FAILED',
  'INTERNALLY_FAILED',
  'USER_FAILED',
  'PLATFORM_FAILED',
  'TIMEOUT_FAILED',
];

/** How a run of which nothing is open has ended: failed before timed out, timed out before stopped. */
function endStatus({ counts, head }: Turn): EndStatus {
  const has = (status: StepStatus): boolean => (counts[STEP_STATUS_CODE[status]] ?? 0) > 0;
  const as = head.ending?.as;
  if (as === 'FATALLY_FAILED' || FAILURES.some(has)) return 'FAILED';
  if (as === 'TIMED_OUT' || has('TIMED_OUT')) return 'TIMED_OUT';
  if (as === 'STOPPED' || has('STOPPED')) return 'STOPPED';
  return counts.some((count) => count > 0) ? 'SUCCEEDED' : 'FAILED';
}
