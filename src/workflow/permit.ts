// Permits for steps that do outside work: how many of a workflow, and how many of one of its steps, at a time.
//
// Requests wait in one list per step, numbered over all of them. The oldest request whose step has room is granted first,
// so a full step holds up only itself.
//
//   P1  What is held never exceeds a limit that held when it was granted.
//   P2  One release makes room for at most one request: a turn grants at most one, and more (after a change of the
//       limit) in further turns.

import type { PermitRelease, PermitRequest } from './message.ts';
import { dequeue, goOn } from './queue.ts';
import type { LiveHead, PermitRow, WaitingRow } from './state.ts';
import type { Turn } from './turn.ts';

/** Steps of a workflow at a time when neither it nor its instances have a limit of their own. */
const WORKFLOW_LIMIT = 20;
/** Attempts of one step at a time, over all instances that have no limit of their own. */
const STEP_LIMIT = 20;

/** The row of all steps that are limited by their instance. */
const INSTANCE_LIMITED = '';
const NONE: PermitRow = { held: 0, first: 0, last: 0 };

/** The row that counts a step. */
export function permitKey(permit: PermitRequest | PermitRelease): string {
  return permit.instance_limited ? INSTANCE_LIMITED : permit.step_id;
}

/** Grants a permit, or keeps the request until there is room. */
export function requestPermit(turn: Turn, head: LiveHead, request: PermitRequest): void {
  const key = permitKey(request);
  const row = turn.permits.get(key) ?? NONE;
  const waiting: WaitingRow = {
    instanceId: request.instance_id,
    runId: request.run_id,
    stepId: request.step_id,
    attemptId: request.attempt_id,
    next: 0,
  };
  if (row.first === 0 && hasRoom(turn, head, key, row)) {
    turn.head = hold(turn, head, key, { ...row, held: row.held + 1 });
    grant(turn, waiting);
    return;
  }
  const number = head.latestPermit + 1;
  turn.waiting = turn.waiting.set(number, waiting);
  const before = row.last === 0 ? undefined : turn.waiting.get(row.last);
  if (before !== undefined) {
    turn.waiting = turn.waiting.set(row.last, { ...before, next: number });
  }
  const first = row.first === 0 ? number : row.first;
  turn.permits = turn.permits.set(key, { ...row, first, last: number });
  turn.head = { ...head, latestPermit: number, permitsWaiting: head.permitsWaiting + 1 };
}

/** Takes a permit back and gives it on. */
export function releasePermit(turn: Turn, head: LiveHead, release: PermitRelease): void {
  const key = permitKey(release);
  const row = turn.permits.get(key) ?? NONE;
  if (row.held === 0) return;
  const left = { ...row, held: row.held - 1 };
  const held = head.permitsHeld - (key === INSTANCE_LIMITED ? 0 : 1);
  keep(turn, key, left);
  turn.head = grantNext(turn, { ...head, permitsHeld: held });
}

/** Forgets what a deletion may find: permits of a workflow without a limit, whose release is on its way. */
export function forgetPermits(turn: Turn): void {
  turn.permits = turn.permits.delete(INSTANCE_LIMITED);
}

/** Goes on with everything that may have room now: queued instances and waiting permit requests. */
export function letGo(turn: Turn, head: LiveHead): LiveHead {
  const after = grantNext(turn, dequeue(turn, head));
  return nextKey(turn, after) === undefined ? after : goOn(turn, after);
}

/** Grants the oldest request that has room, if there is one. */
function grantNext(turn: Turn, head: LiveHead): LiveHead {
  const key = nextKey(turn, head);
  const row = key === undefined ? undefined : turn.permits.get(key);
  const waiting = row === undefined ? undefined : turn.waiting.get(row.first);
  if (key === undefined || row === undefined || waiting === undefined) return head;
  turn.waiting = turn.waiting.delete(row.first);
  grant(turn, waiting);
  const first = waiting.next;
  const left = { held: row.held + 1, first, last: first === 0 ? 0 : row.last };
  return hold(turn, { ...head, permitsWaiting: head.permitsWaiting - 1 }, key, left);
}

/** The row with the oldest request that has room. */
function nextKey(turn: Turn, head: LiveHead): string | undefined {
  if (head.permitsWaiting === 0) return undefined;
  let best: string | undefined;
  let oldest = Number.POSITIVE_INFINITY;
  for (const [key, row] of turn.permits.entries()) {
    if (row.first === 0 || row.first > oldest || !hasRoom(turn, head, String(key), row)) continue;
    best = String(key);
    oldest = row.first;
  }
  return best;
}

function hasRoom(turn: Turn, head: LiveHead, key: string, row: PermitRow): boolean {
  if (head.stepConcurrency > 0) {
    const beside = turn.permits.get(INSTANCE_LIMITED)?.held ?? 0;
    if (head.permitsHeld + beside >= head.stepConcurrency) return false;
  }
  if (key === INSTANCE_LIMITED) return true;
  const isFree = head.stepConcurrency > 0 || head.permitsHeld < WORKFLOW_LIMIT;
  return isFree && row.held < STEP_LIMIT;
}

function hold(turn: Turn, head: LiveHead, key: string, row: PermitRow): LiveHead {
  turn.permits = turn.permits.set(key, row);
  return key === INSTANCE_LIMITED ? head : { ...head, permitsHeld: head.permitsHeld + 1 };
}

/** A row that counts nothing is no row. */
function keep(turn: Turn, key: string, row: PermitRow): void {
  const isEmpty = row.held === 0 && row.first === 0;
  turn.permits = isEmpty ? turn.permits.delete(key) : turn.permits.set(key, row);
}

function grant(turn: Turn, { instanceId, runId, stepId, attemptId }: WaitingRow): void {
  turn.tell(instanceId, {
    kind: 'permit-granted',
    run_id: runId,
    step_id: stepId,
    attempt_id: attemptId,
  });
}
