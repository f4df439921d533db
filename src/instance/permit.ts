// Permits of one instance: how many of its steps may do outside work or wait at a time (instance_step_concurrency), and
// what it asks of its workflow beside that.
//
//   P1  A step that ends in the turn in which it starts needs none.
//   P2  head.permitsHeld counts attempts whose permit is `held` or, with a limit of the instance, `requested`.
//   P3  Every request to the workflow is granted once, and given back once.

import type { StepRecord, PermitState } from './state.ts';
import type { Turn } from './turn.ts';

/** Asks for a permit. Anything but `held` comes later. @param record of the attempt */
export function askPermit(turn: Turn, index: number, record: StepRecord): PermitState {
  const limit = turn.definition.instanceStepConcurrency;
  if (limit === undefined) return requestOfWorkflow(turn, index, record.attempt);
  const { head } = turn;
  if (head.permitsHeld >= limit) {
    turn.permitQueue.push(index);
    return 'queued';
  }
  return hold(turn, index, record.attempt);
}

function hold(turn: Turn, index: number, attempt: number): PermitState {
  turn.head.permitsHeld++;
  return asksWorkflow(turn) ? requestOfWorkflow(turn, index, attempt) : 'held';
}

/** Takes the oldest step off the queue if it can have a permit now. @returns its index */
export function nextInPermitQueue(turn: Turn): number | undefined {
  if (turn.permitQueue.isEmpty()) return undefined;
  const limit = turn.definition.instanceStepConcurrency ?? 0;
  if (turn.head.permitsHeld >= limit) return undefined;
  for (let next = turn.permitQueue.next(); next !== undefined; next = turn.permitQueue.next()) {
    if (turn.record(next).permit === 'queued') return next;
  }
  return undefined;
}

/** The permit of a step that came off the queue. */
export function takePermit(turn: Turn, index: number, attempt: number): PermitState {
  return hold(turn, index, attempt);
}

/** Gives back what an attempt has of a permit, wherever it stands. */
export function releasePermit(turn: Turn, index: number, record: Pick<StepRecord, 'permit'>): void {
  const { head } = turn;
  const isLimited = turn.definition.instanceStepConcurrency !== undefined;
  switch (record.permit) {
    case 'none':
    case 'queued':
      return;
    case 'requested':
      if (isLimited) head.permitsHeld--;
      head.permitsUnwanted++;
      return;
    case 'held':
      if (isLimited) head.permitsHeld--;
      if (asksWorkflow(turn)) returnToWorkflow(turn, turn.step(index).id);
      return;
  }
}

/** A permit came for an attempt that wants it no more. */
export function returnUnwanted(turn: Turn, stepId: string): void {
  turn.head.permitsUnwanted--;
  returnToWorkflow(turn, stepId);
}

/** Without a limit of the instance the workflow's apply; with one, only its step_concurrency. */
function asksWorkflow(turn: Turn): boolean {
  return (
    turn.definition.instanceStepConcurrency === undefined ||
    typeof turn.birth.run_properties['step_concurrency'] === 'number'
  );
}

function requestOfWorkflow(turn: Turn, index: number, attempt: number): PermitState {
  turn.tellWorkflow({
    kind: 'permit-request',
    instance_id: turn.birth.instance_id,
    run_id: turn.head.runId,
    step_id: turn.step(index).id,
    attempt_id: attempt,
    instance_limited: turn.definition.instanceStepConcurrency !== undefined,
  });
  return 'requested';
}

function returnToWorkflow(turn: Turn, stepId: string): void {
  turn.tellWorkflow({
    kind: 'permit-release',
    step_id: stepId,
    instance_limited: turn.definition.instanceStepConcurrency !== undefined,
  });
}
