// The clock of a node in a cluster: the store's, as renewals have shown it, carried on by the node's monotonic clock.
//
//   K1  Nodes agree on the time, within the time that a renewal takes, however wrong the clocks of their machines are; one that
//       is set while the node runs changes nothing.
//   K2  It changes no more than a renewal proves it wrong, so that the way of a message to the store is no jitter.
//   K3  Until the first renewal it is the machine's clock: nothing is done with it by then.

import type { Clock } from '../port/clock.ts';

/** A fall of the store's clock by less is waited for, not followed: times of one node do not fall for it. */
const FALL_MS = 1_000;

export class StoreClock implements Clock {
  readonly #machine: Clock;
  /** Store's time less monotonic time, undefined before the first renewal. */
  #offsetMs: number | undefined;
  #lastMs = 0;

  constructor(machine: Clock) {
    this.#machine = machine;
  }

  wallMs(): number {
    if (this.#offsetMs === undefined) return this.#machine.wallMs();
    const nowMs = Math.floor(this.#machine.monotonicMs() + this.#offsetMs);
    if (nowMs < this.#lastMs && nowMs > this.#lastMs - FALL_MS) return this.#lastMs;
    this.#lastMs = nowMs;
    return nowMs;
  }

  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  /**
   * The store said what time it has (K2).
   * @param storeMs the store's time, in whole milliseconds
   * @param sentAtMs monotonic time when it was asked; the answer arrives now
   */
  observe(storeMs: number, sentAtMs: number): void {
    const leastMs = storeMs - this.#machine.monotonicMs();
    const mostMs = storeMs + 1 - sentAtMs;
    this.#offsetMs =
      this.#offsetMs === undefined
        ? (leastMs + mostMs) / 2
        : Math.min(Math.max(this.#offsetMs, leastMs), mostMs);
  }
}
