// The birth of an instance and the beginning of its run.

import type { ReplyTo } from '../../cluster/core/reduction.ts';
import { advance } from './advance.ts';
import { awaitEnd, endRun, workflowTimeout } from './end.ts';
import type { CreateMessage } from './message.ts';
import type { InstanceHead } from './state.ts';
import { attributeOf } from './step-params.ts';
import { logEvent, problemsEvent, withEvent } from './timeline.ts';
import { EMPTY_QUEUE } from './step-queue.ts';
import { NO_COUNTS, type Turn } from './turn.ts';

/** The head an instance begins with. */
export function firstHead(birth: CreateMessage): InstanceHead {
  return {
    birth,
    runId: birth.run_id,
    status: 'CREATED',
    startTimeMs: 0,
    endTimeMs: 0,
    modifyTimeMs: birth.create_time,
    counts: NO_COUNTS,
    ready: EMPTY_QUEUE,
    wave: undefined,
    advancing: false,
    ending: undefined,
    permitsHeld: 0,
    permitQueue: EMPTY_QUEUE,
    permitsUnwanted: 0,
    timeoutAtMs: 0,
    eraseAtMs: 0,
    askers: [],
    timeline: [],
    details: 0,
    effects: 0,
  };
}

/** Answers the start, and lets the run begin or end as its workflow decided. */
export function beBorn(turn: Turn, asker: ReplyTo | undefined): void {
  const { birth, head } = turn;
  if (birth.await_end) awaitEnd(turn, asker);
  else replyStarted(turn, asker);
  if (birth.ends_as !== undefined) {
    head.timeline = withEvent(head.timeline, logEvent(turn.nowMs, birth.ends_as.message));
    endRun(turn, birth.ends_as.status);
  } else if (birth.run) {
    begin(turn);
  }
}

function replyStarted(turn: Turn, asker: ReplyTo | undefined): void {
  const { birth, head } = turn;
  turn.reply(asker, {
    kind: 'started',
    workflow_id: birth.workflow_id,
    workflow_version_id: birth.version_id,
    workflow_instance_id: birth.instance_id,
    workflow_run_id: head.runId,
    workflow_uuid: birth.workflow_uuid,
    status: birth.ends_as?.status === 'STOPPED' ? 'STOPPED' : 'CREATED',
    timeline_event: birth.timeline_event,
  });
}

/** Begins the run: its roots, and from there as far as one turn may. A run that is over at once needs no timeout. */
export function begin(turn: Turn): void {
  const { head, definition } = turn;
  const timeout = attributeOf(turn, definition.timeout);
  if (timeout.kind === 'refused') {
    const event = problemsEvent(turn.nowMs, 'The run has no timeout', [timeout.problem]);
    head.timeline = withEvent(head.timeline, event);
    endRun(turn, 'FAILED');
    return;
  }
  turn.become('IN_PROGRESS');
  head.startTimeMs = turn.nowMs;
  for (const root of definition.roots) turn.pushReady(root, true);
  advance(turn);
  if (head.endTimeMs > 0) return;
  head.timeoutAtMs = turn.nowMs + timeout.value;
  turn.arm(workflowTimeout(head), head.timeoutAtMs);
}
