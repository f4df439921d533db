// Sweeps: stopping many instances, a slice per turn.
//
// A sweep takes its instances out of the queue at once, by moving the queue's beginning past them (W3), so that none of
// them starts while the others are being told. Slots become free when the instances say that they have ended.

import { goOn, queueStretch, SLICE } from './queue.ts';
import type { LiveHead, Sweep } from './state.ts';
import type { Turn } from './turn.ts';

export interface SweepOrder {
  readonly kill: boolean;
  readonly author: string;
  readonly reason: string;
  /** Those that run too, not only the queued ones. */
  readonly running: boolean;
}

/** Begins to stop every instance there is, and stops a first slice. */
export function beginSweep(turn: Turn, head: LiveHead, order: SweepOrder): LiveHead {
  const hasQueued = head.queued > 0;
  const sweep: Sweep = {
    ...order,
    from: hasQueued ? head.queueFrom : 0,
    through: head.latestInstance,
    phase: hasQueued ? 'queued' : 'running',
  };
  const withdrawn: LiveHead = {
    ...head,
    queued: 0,
    withdrawn: head.withdrawn + head.queued,
    queueFrom: head.latestInstance + 1,
    sweeps: addSweep(head.sweeps, sweep),
  };
  return head.sweeps.length === 0 ? sweepSlice(turn, withdrawn) : goOn(turn, withdrawn);
}

/** One that has not begun is widened where that says the same, so that the list stays short. */
function addSweep(sweeps: readonly Sweep[], sweep: Sweep): readonly Sweep[] {
  const last = sweeps.at(-1);
  const isAlike =
    last !== undefined &&
    sweeps.length > 1 &&
    last.kill === sweep.kill &&
    last.running === sweep.running &&
    last.author === sweep.author;
  if (!isAlike || (last.phase === 'running' && sweep.phase === 'queued')) return [...sweeps, sweep];
  return [...sweeps.slice(0, -1), { ...last, through: sweep.through, reason: sweep.reason }];
}

/** Stops the next slice of the oldest sweep, and goes on in another turn while one is left. */
export function sweepSlice(turn: Turn, head: LiveHead): LiveHead {
  const [sweep, ...others] = head.sweeps;
  if (sweep === undefined) return head;
  const next = sweep.phase === 'queued' ? sweepQueued(turn, sweep) : sweepRunning(turn, sweep);
  const sweeps = next === undefined ? others : [next, ...others];
  const after = { ...head, sweeps };
  return sweeps.length === 0 ? after : goOn(turn, after);
}

/** @returns what is left of the sweep, undefined when nothing is */
function sweepQueued(turn: Turn, sweep: Sweep): Sweep | undefined {
  const end = Math.min(Number(queueStretch(sweep.from).to), sweep.through);
  let told = 0;
  for (const [key] of turn.queue.entries(sweep.from)) {
    const instanceId = Number(key);
    if (instanceId > end) break;
    if (told === SLICE) return { ...sweep, from: instanceId };
    tellToStop(turn, sweep, instanceId);
    told++;
  }
  if (end < sweep.through) return { ...sweep, from: end + 1 };
  if (!sweep.running) return undefined;
  const running: Sweep = { ...sweep, phase: 'running', from: 0 };
  return told === 0 ? sweepRunning(turn, running) : running;
}

function sweepRunning(turn: Turn, sweep: Sweep): Sweep | undefined {
  if (!sweep.running) return undefined;
  let told = 0;
  for (const [key] of turn.running.entries(sweep.from)) {
    const instanceId = Number(key);
    if (instanceId > sweep.through) break;
    if (told === SLICE) return { ...sweep, from: instanceId };
    tellToStop(turn, sweep, instanceId);
    told++;
  }
  return undefined;
}

function tellToStop(turn: Turn, { kill, author, reason }: Sweep, instanceId: number): void {
  turn.tell(instanceId, { kind: 'stop', kill, author, reason });
}
