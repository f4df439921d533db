// Stopping or killing every instance of a workflow that has not ended.

import type { LiveHead } from './state.ts';
import { beginSweep } from './sweep.ts';
import { actionEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

/** Begins to stop all instances and answers at once with how many there are. */
export function stopAll(turn: Turn, head: LiveHead, kill: boolean, author: string): void {
  const action = kill ? 'KILL' : 'STOP';
  const status = kill ? 'FAILED' : 'STOPPED';
  const message =
    `Terminated [${head.queued}] queued instances ` +
    `and terminating [${head.running}] running instances`;
  const reason =
    `All workflow instances of workflow id [${turn.workflowId}] are terminated ` +
    `to status [${status}] by the caller [${author}]`;
  if (head.queued + head.running > 0) {
    turn.head = beginSweep(turn, head, { kill, author, reason, running: true });
  }
  const event = { action, author, message };
  turn.reply({ kind: 'acted', message, details: actionEvent(turn.nowMs, event, reason) });
}
