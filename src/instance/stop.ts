// Stopping and killing a run.

import type { ReplyTo } from '../../cluster/core/reduction.ts';
import { advance } from './advance.ts';
import { endRun } from './end.ts';
import type { EngineErrorCode } from '../errors.ts';
import type { InstanceMessage } from './message.ts';
import { isEnded } from './status.ts';
import { logEvent, withEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

export type StopMessage = Extract<InstanceMessage, { readonly kind: 'stop' }>;

/**
 * Ends the run: at once while it waits for its turn, else by stopping (or failing) every step that is open. A run that
 * has ended as wanted is left as it is; one that has ended otherwise refuses.
 */
export function stop(turn: Turn, message: StopMessage, asker: ReplyTo | undefined): void {
  const { head, birth } = turn;
  const name = `[${birth.workflow_id}][${birth.instance_id}]`;
  if (message.run_id !== undefined && message.run_id !== head.runId) {
    const rule = `run [${message.run_id}] is not the latest run of instance ${name}, which is [${head.runId}]`;
    refuse(turn, asker, 'invalid', rule);
    return;
  }
  const wanted = message.kill ? 'FAILED' : 'STOPPED';
  if (isEnded(head.status)) {
    if (head.status === wanted) replyActed(turn, asker, message);
    else
      refuse(
        turn,
        asker,
        'invalid-status',
        `the latest run of instance ${name} is ${head.status} already`,
      );
    return;
  }
  const reason = message.reason === undefined ? '' : `: ${message.reason}`;
  const event = logEvent(turn.nowMs, `${actionText(message)}${reason}`);
  head.timeline = withEvent(head.timeline, event);
  if (head.status === 'IN_PROGRESS') {
    turn.beginEnding(message.kill ? 'FATALLY_FAILED' : 'STOPPED');
    advance(turn);
  } else {
    endRun(turn, wanted);
  }
  replyActed(turn, asker, message);
}

function actionText({ kill, author }: StopMessage): string {
  return `User [${author}] asked to ${kill ? 'KILL' : 'STOP'} this run`;
}

/** Tells how far it went: a large graph may take more turns. */
function replyActed(turn: Turn, asker: ReplyTo | undefined, message: StopMessage): void {
  const { birth, head } = turn;
  const text = actionText(message);
  const completed = isEnded(head.status);
  turn.reply(asker, {
    kind: 'acted',
    message: text,
    details: {
      workflow_id: birth.workflow_id,
      workflow_instance_id: birth.instance_id,
      workflow_run_id: head.runId,
      workflow_instance_status: head.status,
      info: completed ? 'The action is done.' : 'The action was accepted and is under way.',
      timeline_event: logEvent(turn.nowMs, text),
      completed,
    },
  });
}

function refuse(
  turn: Turn,
  asker: ReplyTo | undefined,
  code: EngineErrorCode,
  message: string,
): void {
  turn.reply(asker, { kind: 'refused', code, message, errors: [] });
}
