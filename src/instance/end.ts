// The end of a run, and of the instance.

import type { ReplyTo } from '../../cluster/core/reduction.ts';
import { retentionMs } from '../definition/properties.ts';
import type { EndStatus } from './message.ts';
import type { InstanceHead } from './state.ts';
import { isEnded } from './status.ts';
import type { Turn } from './turn.ts';

/** Askers that may wait for the end of one run. */
const ASKERS_LIMIT = 64;

/** How long an instance that waits for permits it no longer wants is kept beyond its time, in milliseconds. */
const GRACE_MS = 3_600_000;

/** Ends the run: its workflow, its askers and its list hear of it. */
export function endRun(turn: Turn, status: EndStatus): void {
  const { head } = turn;
  turn.become(status);
  head.endTimeMs = turn.nowMs;
  head.ending = undefined;
  if (head.timeoutAtMs > 0) {
    turn.disarm(workflowTimeout(head), head.timeoutAtMs);
    head.timeoutAtMs = 0;
  }
  turn.tellWorkflow({
    kind: 'ended',
    instance_id: turn.birth.instance_id,
    run_id: head.runId,
    status,
  });
  for (const asker of head.askers) replyEnded(turn, asker, status);
  head.askers = [];
  const kept = retentionOf(turn);
  if (kept !== undefined) armRetention(turn, turn.nowMs + kept);
}

/** How long the instance is kept: what its workflow says, else what the node does. */
function retentionOf({ birth, setting }: Turn): number | undefined {
  const { retention } = birth.run_properties;
  return typeof retention === 'string' ? retentionMs(retention) : setting.retentionMs;
}

/** The name of the timer of the run's timeout. */
export function workflowTimeout({ runId }: Pick<InstanceHead, 'runId'>): string {
  return `workflow-timeout:${runId}`;
}

export const RETENTION = 'retention';

function armRetention(turn: Turn, dueAtMs: number): void {
  turn.head.eraseAtMs = dueAtMs;
  turn.arm(RETENTION, dueAtMs);
}

/** Answers with the end of the run, now or when it comes. */
export function awaitEnd(turn: Turn, asker: ReplyTo | undefined): void {
  const { head } = turn;
  if (asker === undefined) return;
  if (isEnded(head.status)) {
    replyEnded(turn, asker, head.status);
  } else if (head.askers.some(({ node, ask }) => node === asker.node && ask === asker.ask)) {
    // Asked once more because no answer has come yet; it is on the list.
    return;
  } else if (head.askers.length >= ASKERS_LIMIT) {
    turn.reply(asker, {
      kind: 'refused',
      code: 'conflict',
      message: `${ASKERS_LIMIT} requests wait already for the end of this instance`,
      errors: [],
    });
  } else {
    head.askers = [...head.askers, asker];
  }
}

function replyEnded(turn: Turn, asker: ReplyTo, status: EndStatus): void {
  const { birth, head } = turn;
  turn.reply(asker, {
    kind: 'ended',
    workflow_id: birth.workflow_id,
    workflow_version_id: birth.version_id,
    workflow_instance_id: birth.instance_id,
    workflow_run_id: head.runId,
    workflow_uuid: birth.workflow_uuid,
    status,
  });
}

/** The time for which the instance is kept is over. */
export function retentionOver(turn: Turn): void {
  const { head } = turn;
  head.eraseAtMs = 0;
  if (!isEnded(head.status)) return;
  if (head.permitsUnwanted > 0) armRetention(turn, turn.nowMs + GRACE_MS);
  else remove(turn);
}

/** Removes the instance, which has ended. */
export function remove(turn: Turn): void {
  const { birth, head } = turn;
  if (head.eraseAtMs > 0) turn.disarm(RETENTION, head.eraseAtMs);
  const { instance_id, request_id } = birth;
  turn.tellWorkflow({ kind: 'removed', instance_id, request_id });
  turn.erase();
}
