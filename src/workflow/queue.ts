// Slots and the queue: which instance runs next.
//
// Whoever ends a run or changes the strategy calls `dequeue`; nothing ever looks at instances that keep waiting. A turn
// takes a bounded number from the queue and goes on in a message to itself.

import type { Needs } from '../../cluster/port/actor-kind.ts';
import { vacancies } from './run-strategy.ts';
import type { LiveHead, WorkflowRows } from './state.ts';
import type { Turn } from './turn.ts';

/** Instances that one turn starts or stops, at most. */
export const SLICE = 50;
/** Queue rows are loaded by stretches of this many instance numbers. */
const STRETCH = 512;

/** The stretch of queue rows that an instance belongs to. */
export function queueStretch(
  instanceId: number,
): NonNullable<Needs<WorkflowRows>['ranges']>[number] {
  const from = instanceId - (instanceId % STRETCH);
  return { table: 'queue', from, to: from + STRETCH - 1 };
}

/** Puts a new instance at the end of the queue. */
export function enqueue(turn: Turn, head: LiveHead, instanceId: number, runId: number): LiveHead {
  turn.queue = turn.queue.set(instanceId, { runId });
  const queueFrom = head.queued === 0 ? instanceId : head.queueFrom;
  return { ...head, queued: head.queued + 1, queueFrom };
}

/** Gives a slot to an instance. */
export function occupy(turn: Turn, head: LiveHead, instanceId: number, runId: number): LiveHead {
  turn.running = turn.running.set(instanceId, { runId });
  return { ...head, running: head.running + 1 };
}

/** Forgets an instance that has ended, whether it ran or waited. */
export function release(turn: Turn, head: LiveHead, instanceId: number): LiveHead {
  if (turn.running.get(instanceId) !== undefined) {
    turn.running = turn.running.delete(instanceId);
    return { ...head, running: head.running - 1 };
  }
  if (turn.queue.get(instanceId) === undefined) return head;
  turn.queue = turn.queue.delete(instanceId);
  return instanceId >= head.queueFrom
    ? { ...head, queued: head.queued - 1 }
    : { ...head, withdrawn: head.withdrawn - 1 };
}

/** Lets queued instances run, in the order of their numbers, while the strategy has room. */
export function dequeue(turn: Turn, head: LiveHead): LiveHead {
  const free = Math.min(vacancies(head.strategy, head), head.queued, SLICE);
  if (free === 0) return head;
  const { to = 0 } = queueStretch(head.queueFrom);
  let queueFrom = Number(to) + 1;
  let taken = 0;
  for (const [key, { runId }] of turn.queue.entries(head.queueFrom)) {
    const instanceId = Number(key);
    if (instanceId > Number(to)) break;
    if (taken === free) {
      queueFrom = instanceId;
      break;
    }
    taken++;
    turn.queue = turn.queue.delete(instanceId);
    turn.running = turn.running.set(instanceId, { runId });
    turn.tell(instanceId, { kind: 'run', run_id: runId });
  }
  const queued = head.queued - taken;
  const after = { ...head, queued, running: head.running + taken, queueFrom };
  return vacancies(after.strategy, after) > 0 && queued > 0 ? goOn(turn, after) : after;
}

/** Sends itself `advance`, unless one is on its way (W7). */
export function goOn(turn: Turn, head: LiveHead): LiveHead {
  if (head.advancing) return head;
  turn.tellSelf({ kind: 'advance' });
  return { ...head, advancing: true };
}
