// The timers of one shard that fall due soon: a binary heap by due time.
//
// The store holds every timer; this holds those due before `horizonMs`.
//
//   I1  A timer in the heap is in the store, or in a commit that was answered.
//   I2  Every stored timer due before the horizon is in the heap.
//   I3  A timer is taken once; disarming one that was taken changes nothing here.

import type { Address } from './address.ts';

export interface Timer {
  readonly key: string;
  readonly address: Address;
  readonly name: string;
  readonly dueAtMs: number;
}

export class Timers {
  readonly #byKey = new Map<string, Timer>();
  #heap: Timer[] = [];
  #horizonMs = 0;

  get size(): number {
    return this.#byKey.size;
  }

  get horizonMs(): number {
    return this.#horizonMs;
  }

  /** States that every stored timer due before this time has been added (I2). */
  setHorizon(horizonMs: number): void {
    this.#horizonMs = horizonMs;
  }

  /** Adds a timer, unless it lies beyond the horizon or is there already. */
  add(timer: Timer): void {
    if (timer.dueAtMs >= this.#horizonMs || this.#byKey.has(timer.key)) return;
    this.#byKey.set(timer.key, timer);
    this.#heap.push(timer);
    this.#siftUp(this.#heap.length - 1);
  }

  remove(key: string): void {
    if (!this.#byKey.delete(key)) return;
    // The heap entry is skipped when it surfaces; too many of them are swept out at once.
    if (this.#heap.length > 64 && this.#byKey.size * 2 < this.#heap.length) this.#rebuild();
  }

  /** When the next timer is due, or undefined. */
  nextDueMs(): number | undefined {
    this.#skipRemoved();
    return this.#heap[0]?.dueAtMs;
  }

  /** Takes the earliest timer due at or before the given time (I3). */
  take(nowMs: number): Timer | undefined {
    this.#skipRemoved();
    const first = this.#heap[0];
    if (first === undefined || first.dueAtMs > nowMs) return undefined;
    this.#byKey.delete(first.key);
    this.#pop();
    return first;
  }

  #skipRemoved(): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || this.#byKey.get(first.key) === first) return;
      this.#pop();
    }
  }

  #rebuild(): void {
    this.#heap = [...this.#byKey.values()];
    for (let index = (this.#heap.length >> 1) - 1; index >= 0; index--) this.#siftDown(index);
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #siftDown(from: number): void {
    let index = from;
    for (;;) {
      const left = index * 2 + 1;
      const right = left + 1;
      const leftDue = this.#heap[left]?.dueAtMs;
      if (leftDue === undefined) return;
      const rightDue = this.#heap[right]?.dueAtMs;
      const child = rightDue !== undefined && rightDue < leftDue ? right : left;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  /** Puts the earlier of the two on top; tells whether they changed places. */
  #swapIfLater(parent: number, child: number): boolean {
    const above = this.#heap[parent];
    const below = this.#heap[child];
    if (above === undefined || below === undefined || above.dueAtMs <= below.dueAtMs) return false;
    this.#heap[parent] = below;
    this.#heap[child] = above;
    return true;
  }
}
