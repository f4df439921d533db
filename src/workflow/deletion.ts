// Deletion: refused while anything runs, visible at once, carried out in slices.
//
// First the instances are told to remove themselves, a slice at a time; each answers `removed`, which also forgets its
// request id. Then the workflow's own rows go. A small head stays, so that instance numbers go on in a later life (W1).

import { forgetFailure } from './failure.ts';
import { forgetPermits } from './permit.ts';
import { SLICE } from './queue.ts';
import { refusal } from './refusal.ts';
import { type DeletingHead, LATEST_PROPERTIES, type LiveHead } from './state.ts';
import { logEvent, timelineRange } from './timeline.ts';
import type { Turn } from './turn.ts';

/** Begins a deletion, unless something has not ended. */
export function beginDeletion(turn: Turn, head: LiveHead, author: string): void {
  const open = head.running + head.queued + head.withdrawn + head.pending;
  const held = head.permitsHeld + head.permitsWaiting;
  if (open + held > 0) {
    const rest = open > 0 ? `${open} of its instances have not ended` : 'its steps are just ending';
    const rule = `workflow [${turn.workflowId}] cannot be deleted: ${rest}`;
    turn.reply(refusal('invalid-status', rule));
    return;
  }
  turn.list(undefined);
  turn.record({ kind: 'deleted', internal_id: head.life, author, time: turn.nowMs });
  const deleting: DeletingHead = {
    kind: 'deleting',
    life: head.life,
    latestVersion: head.latestVersion,
    latestInstance: head.latestInstance,
    timelineEnd: head.timelineEnd,
    nextInstance: 1,
    outstanding: 0,
    nextVersion: 1,
  };
  removeInstances(turn, deleting);
  const message =
    `The workflow is deleted by [${author}]. All associated workflow data ` +
    '(e.g. versions and instances) will be deleted shortly.';
  turn.reply({ kind: 'acted', message, details: logEvent(turn.nowMs, message) });
}

/** Tells the next slice of instances to go, or begins with the rows when there is none. */
function removeInstances(turn: Turn, head: DeletingHead): void {
  const end = Math.min(head.latestInstance, head.nextInstance + SLICE - 1);
  for (let instanceId = head.nextInstance; instanceId <= end; instanceId++) {
    turn.tell(instanceId, { kind: 'remove' });
  }
  const outstanding = end - head.nextInstance + 1;
  turn.head = { ...head, nextInstance: end + 1, outstanding };
  if (outstanding === 0) turn.tellSelf({ kind: 'advance' });
}

/** An instance is gone: because of the deletion, or on its own when its time was over. */
export function removed(
  turn: Turn,
  { instance_id, request_id }: { readonly instance_id: number; readonly request_id: string },
): void {
  const { head } = turn;
  if (request_id !== '') turn.requests = turn.requests.delete(request_id);
  if (head?.kind === 'live') turn.head = forgetFailure(turn, head, instance_id);
  if (head?.kind !== 'deleting') return;
  if (turn.failures.get(instance_id) !== undefined) {
    turn.failures = turn.failures.delete(instance_id);
  }
  // One that went on its own at the same moment answers twice; that only makes the next slice begin early.
  if (head.outstanding === 0) return;
  if (head.outstanding === 1) removeInstances(turn, head);
  else turn.head = { ...head, outstanding: head.outstanding - 1 };
}

/** Removes a slice of the workflow's own rows; with the last one only the numbers stay. */
export function removeRows(turn: Turn, head: DeletingHead): void {
  const end = Math.min(head.latestVersion, head.nextVersion + SLICE - 1);
  for (let version = head.nextVersion; version <= end; version++) {
    turn.versions = turn.versions.delete(version);
  }
  if (end < head.latestVersion) {
    turn.head = { ...head, nextVersion: end + 1 };
    turn.tellSelf({ kind: 'advance' });
    return;
  }
  const { from, to } = timelineRange(head.timelineEnd);
  for (let entry = from; entry <= to; entry++) turn.timeline = turn.timeline.delete(entry);
  turn.properties = turn.properties.delete(LATEST_PROPERTIES);
  forgetPermits(turn);
  turn.head = { kind: 'deleted', life: head.life, latestInstance: head.latestInstance };
}
