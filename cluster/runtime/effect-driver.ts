// The open effects of one shard: committed, handed to the effects port, and not settled yet.
//
//   E1  An effect is run only after the commit that opened it is durable.
//   E2  An id is started once each time it is opened, and again by the next owner.
//   E3  What is reported for an effect that was settled is dropped.
//   E4  What an earlier owner left waits to be started. It never is when a turn settles it meanwhile, whose commit may be
//       durable long before it is answered, or when the shard is dropped.

import type { OpenedEffect } from '../core/batch.ts';
import type { PlainObject } from '../core/plain.ts';
import type { Effects } from '../port/effects.ts';

export class EffectDriver {
  readonly #effects: Effects;
  readonly #report: (opened: OpenedEffect, outcome: PlainObject) => void;
  readonly #open = new Map<string, OpenedEffect>();
  /** Of an earlier owner, not started yet (E4). */
  readonly #left = new Map<string, OpenedEffect>();

  constructor(effects: Effects, report: (opened: OpenedEffect, outcome: PlainObject) => void) {
    this.#effects = effects;
    this.#report = report;
  }

  get open(): number {
    return this.#open.size + this.#left.size;
  }

  /** How many of an earlier owner are not started yet. */
  get left(): number {
    return this.#left.size;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  /** An earlier owner may have run it, and this one has not started it yet. */
  recover(opened: OpenedEffect): void {
    this.#left.set(opened.key, opened);
  }

  /** Starts some of those that an earlier owner left. */
  startLeft(atMost: number): void {
    for (const opened of [...this.#left.values()].slice(0, atMost)) {
      if (this.#left.delete(opened.key)) this.#start(opened, true);
    }
  }

  start(opened: OpenedEffect): void {
    this.#start(opened, false);
  }

  #start(opened: OpenedEffect, again: boolean): void {
    if (this.#open.has(opened.key)) return;
    this.#open.set(opened.key, opened);
    const { from, id, effect } = opened;
    this.#effects.run({ from, id, effect, again }, (outcome) => {
      if (this.#open.get(opened.key) === opened) this.#report(opened, outcome);
    });
  }

  /** A turn settles it: what was not started need not be (E4). */
  settling(key: string): void {
    this.#left.delete(key);
  }

  settle(key: string): void {
    const opened = this.#open.get(key);
    if (opened === undefined) return;
    this.#open.delete(key);
    this.#effects.forget(opened.from, opened.id);
  }

  /** The shard is gone: stop caring for all of them. */
  dropAll(): void {
    this.#left.clear();
    for (const key of [...this.#open.keys()]) this.settle(key);
  }
}
