// The asks of one node: callers that wait for a reply.
//
//   A1  A pending ask is settled exactly once: by a reply, by a refusal, or by its deadline.
//   A2  A reply to an ask that is not pending (another life of the node, a deadline that passed) is dropped.

import { ClusterError } from '../core/errors.ts';
import type { PlainObject } from '../core/plain.ts';
import type { Alarms, CancelAlarm } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';

interface PendingAsk {
  readonly deadlineMs: number;
  resolve(value: PlainObject): void;
  reject(error: Error): void;
  /** Called before the caller learns of it. */
  settled(): void;
}

/** How often deadlines are looked at, in milliseconds: callers learn of a missed one up to this much later. */
const SWEEP_MS = 50;

const nothing = (): void => undefined;

export class Asks {
  readonly #clock: Clock;
  readonly #alarms: Alarms;
  readonly #pending = new Map<number, PendingAsk>();
  #last = 0;
  #sweep: CancelAlarm | undefined;

  constructor(clock: Clock, alarms: Alarms) {
    this.#clock = clock;
    this.#alarms = alarms;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** A number that no other ask of this node has or had. */
  number(): number {
    return ++this.#last;
  }

  /**
   * Registers an ask under its number and answers the promise of its reply.
   * @param settled called when it is over, whatever the reason
   */
  open(ask: number, deadlineMs: number, settled: () => void = nothing): Promise<PlainObject> {
    const reply = new Promise<PlainObject>((resolve, reject) => {
      this.#pending.set(ask, { deadlineMs, resolve, reject, settled });
    });
    this.#sweep ??= this.#alarms.after(SWEEP_MS, () => this.#expire());
    return reply;
  }

  isPending(ask: number): boolean {
    return this.#pending.has(ask);
  }

  resolve(ask: number, value: PlainObject): void {
    const pending = this.#take(ask);
    pending?.resolve(value);
  }

  reject(ask: number, error: Error): void {
    const pending = this.#take(ask);
    pending?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const ask of [...this.#pending.keys()]) this.reject(ask, error);
  }

  #take(ask: number): PendingAsk | undefined {
    const pending = this.#pending.get(ask);
    if (pending === undefined) return undefined;
    this.#pending.delete(ask);
    pending.settled();
    return pending;
  }

  #expire(): void {
    this.#sweep = undefined;
    const nowMs = this.#clock.monotonicMs();
    for (const [ask, pending] of this.#pending) {
      if (pending.deadlineMs > nowMs) continue;
      this.reject(
        ask,
        new ClusterError(
          'deadline-exceeded',
          'no answer before the deadline; it may still be applied',
        ),
      );
    }
    if (this.#pending.size > 0) this.#sweep = this.#alarms.after(SWEEP_MS, () => this.#expire());
  }
}
