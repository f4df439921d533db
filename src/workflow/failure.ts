// Failures that block a STRICT_SEQUENTIAL workflow, and clearing them.
//
// Clearing all of them raises the epoch and touches no row (W5).

import type { EndStatus } from '../instance/message.ts';
import { dequeue, release } from './queue.ts';
import { refusal } from './refusal.ts';
import type { LiveHead } from './state.ts';
import { actionEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

/** Takes note of the end of a run, and lets the next ones begin. */
export function ended(
  turn: Turn,
  head: LiveHead,
  run: { readonly instance_id: number; readonly run_id: number; readonly status: EndStatus },
): void {
  const released = release(turn, head, run.instance_id);
  turn.head = dequeue(turn, run.status === 'FAILED' ? block(turn, released, run) : released);
}

function block(
  turn: Turn,
  head: LiveHead,
  { instance_id, run_id }: { readonly instance_id: number; readonly run_id: number },
): LiveHead {
  const row = { runId: run_id, blockEpoch: head.blockEpoch };
  turn.failures = turn.failures.set(instance_id, row);
  return { ...head, failures: head.failures + 1 };
}

/** Forgets the failure of an instance, if it blocks. */
export function forgetFailure(turn: Turn, head: LiveHead, instanceId: number): LiveHead {
  const row = turn.failures.get(instanceId);
  if (row === undefined) return head;
  turn.failures = turn.failures.delete(instanceId);
  return row.blockEpoch === head.blockEpoch ? { ...head, failures: head.failures - 1 } : head;
}

/** Clears every failure, in constant time. */
export function unblockAll(turn: Turn, head: LiveHead, author: string): void {
  const message = `Unblocked [${head.failures}] failed workflow instances.`;
  turn.head = dequeue(turn, { ...head, failures: 0, blockEpoch: head.blockEpoch + 1 });
  const event = { action: 'UNBLOCK', author, message };
  const reason = `Unblock workflow [${turn.workflowId}]`;
  turn.reply({ kind: 'acted', message, details: actionEvent(turn.nowMs, event, reason) });
}

export interface UnblockOne {
  readonly instanceId: number;
  /** Left out: the latest. */
  readonly runId: number | undefined;
  readonly author: string;
}

/** Clears the failure of one instance. An instance that was cleared before is left as it is. */
export function unblockOne(turn: Turn, head: LiveHead, one: UnblockOne): void {
  const { instanceId, runId, author } = one;
  const row = turn.failures.get(instanceId);
  const name = `[${turn.workflowId}][${instanceId}]`;
  if (instanceId > head.latestInstance) {
    turn.reply(refusal('not-found', `there is no instance ${name}`));
    return;
  }
  if (row === undefined || (runId !== undefined && runId !== row.runId)) {
    const which = runId === undefined ? 'the latest run' : `run [${runId}], if it is the latest,`;
    turn.reply(refusal('invalid-status', `${which} of instance ${name} has not failed`));
    return;
  }
  const blocks = row.blockEpoch === head.blockEpoch;
  if (blocks) {
    const cleared = { runId: row.runId, blockEpoch: -1 };
    turn.failures = turn.failures.set(instanceId, cleared);
    turn.head = dequeue(turn, { ...head, failures: head.failures - 1 });
  }
  const message = blocks
    ? `Unblocked the failed instance ${name}.`
    : `Instance ${name} was unblocked before, nothing was done.`;
  const event = { action: 'UNBLOCK', author, message };
  const details = {
    workflow_id: turn.workflowId,
    workflow_instance_id: instanceId,
    workflow_run_id: row.runId,
    timeline_event: actionEvent(turn.nowMs, event),
    completed: true,
  };
  turn.reply({ kind: 'acted', message, details });
}
