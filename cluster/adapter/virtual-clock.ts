// Time, waiting and chance under a seed: the same seed gives the same run, and an hour passes in a moment.
//
//   V1  Nothing runs by itself: `step` runs one thing that is ready, chosen by chance, and time passes only when nothing
//       is ready.
//   V2  What is chosen depends on the seed and on what was asked for, never on the machine.

import type { Alarms, CancelAlarm } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Random } from '../port/random.ts';

/** Numbers from a seed (the generator splitmix32: Steele, Lea and Flood 2014, in 32 bits). */
export class SeededRandom implements Random {
  #state: number;

  /** @param seed any whole number; only its lower 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  }

  /** Uniform from 0 to below `limit`, whole. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True with a probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A generator of its own: draws here do not shift draws there. */
  split(): SeededRandom {
    return new SeededRandom(Math.floor(this.next() * 0x1_0000_0000));
  }

  uuid(): string {
    const digits = Array.from({ length: 32 }, () => this.below(16).toString(16)).join('');
    const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`];
    return [...parts, `8${digits.slice(17, 20)}`, digits.slice(20)].join('-');
  }
}

interface Waiting {
  readonly atMs: number;
  /** Of those at the same time, the one asked for first goes first. */
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** A clock whose time is moved by `step`, and alarms on it. */
export class VirtualTime implements Clock, Alarms {
  readonly #random: SeededRandom;
  readonly #startMs: number;
  #elapsedMs = 0;
  #order = 0;
  readonly #ready: Waiting[] = [];
  #later: Waiting[] = [];

  constructor(random: SeededRandom, startMs = Date.UTC(2026, 0, 1)) {
    this.#random = random;
    this.#startMs = startMs;
  }

  wallMs(): number {
    return this.#startMs + Math.floor(this.#elapsedMs);
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, ring: () => void): CancelAlarm {
    const waiting = this.#waiting(this.#elapsedMs + Math.max(0, delayMs), ring);
    this.#later.push(waiting);
    return () => {
      waiting.cancelled = true;
    };
  }

  soon(run: () => void): CancelAlarm {
    const waiting = this.#waiting(this.#elapsedMs, run);
    this.#ready.push(waiting);
    return () => {
      waiting.cancelled = true;
    };
  }

  /** Is anything ready to run now? */
  get isReady(): boolean {
    return this.#ready.some(({ cancelled }) => !cancelled);
  }

  /**
   * Runs one thing, after letting time go to the next alarm when nothing is ready.
   * @returns false when nothing is left, or nothing before `untilMs` of the monotonic clock
   */
  step(untilMs = Number.POSITIVE_INFINITY): boolean {
    for (;;) {
      while (this.#ready.length > 0) {
        const [chosen] = this.#ready.splice(this.#random.below(this.#ready.length), 1);
        if (chosen === undefined || chosen.cancelled) continue;
        chosen.run();
        return true;
      }
      if (!this.#advance(untilMs)) return false;
    }
  }

  #advance(untilMs: number): boolean {
    this.#later = this.#later.filter(({ cancelled }) => !cancelled);
    this.#later.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    const [next] = this.#later;
    if (next === undefined || next.atMs > untilMs) return false;
    this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
    const due = this.#later.filter(({ atMs }) => atMs <= this.#elapsedMs);
    this.#later = this.#later.slice(due.length);
    this.#ready.push(...due);
    return true;
  }

  #waiting(atMs: number, run: () => void): Waiting {
    return { atMs, order: this.#order++, run, cancelled: false };
  }
}
