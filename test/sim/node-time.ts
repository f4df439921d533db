// Time as one simulated node knows it: a wall clock that may be wrong, and a process that may stand still.
//
//   Z1  While the node is frozen nothing of it runs: what falls due meanwhile runs after the thaw, in any order.
//   Z2  When the node is dead nothing of it runs any more.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import type { Alarms, CancelAlarm } from '../../cluster/port/alarms.ts';
import type { Clock } from '../../cluster/port/clock.ts';

/** Whose code runs now: nact's immediates know no node. */
const running = new AsyncLocalStorage<NodeTime>();

export class NodeTime implements Clock, Alarms {
  readonly #time: VirtualTime;
  #offsetMs: number;
  #frozenUntilMs = 0;
  #isDead = false;

  /** @param offsetMs how wrong the wall clock is */
  constructor(time: VirtualTime, offsetMs: number) {
    this.#time = time;
    this.#offsetMs = offsetMs;
  }

  wallMs(): number {
    return this.#time.wallMs() + this.#offsetMs;
  }

  monotonicMs(): number {
    return this.#time.monotonicMs();
  }

  after(delayMs: number, ring: () => void): CancelAlarm {
    return this.#time.after(delayMs, this.#guard(ring));
  }

  soon(run: () => void): CancelAlarm {
    return this.#time.soon(this.#guard(run));
  }

  /** Somebody sets the clock of the machine. */
  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  /** Runs as this node, now. */
  enter<Result>(work: () => Result): Result {
    return running.run(this, work);
  }

  get isFrozen(): boolean {
    return this.#frozenUntilMs > this.#time.monotonicMs();
  }

  freeze(ms: number): void {
    this.#frozenUntilMs = Math.max(this.#frozenUntilMs, this.#time.monotonicMs() + ms);
  }

  thaw(): void {
    this.#frozenUntilMs = 0;
  }

  die(): void {
    this.#isDead = true;
  }

  #guard(run: () => void): () => void {
    const attempt = (): void => {
      if (this.#isDead) return;
      if (this.isFrozen) this.#time.after(this.#frozenUntilMs - this.#time.monotonicMs(), attempt);
      else this.enter(run);
    };
    return attempt;
  }
}

/** The node whose code runs now. */
export function runningNode(): NodeTime | undefined {
  return running.getStore();
}
