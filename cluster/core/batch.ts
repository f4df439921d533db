// A batch that is being filled: what the turns since the last close decided, gathered until it becomes one commit.
//
//   B1  Each key is written at most once; the last write counts.
//   B2  A row that this batch made and removed again never reaches the store (`putFresh`, `remove`).
//   B3  Nothing gathered here acts before the commit is durable (promise P1).

import type { Address } from './address.ts';
import type { Letter } from './envelope.ts';
import type { Plain, PlainObject } from './plain.ts';
import type { Reply } from './reduction.ts';
import type { Timer } from './timers.ts';

/** A committed effect waiting to be started. */
export interface OpenedEffect {
  readonly key: string;
  readonly from: Address;
  readonly id: string;
  readonly effect: PlainObject;
}

export class BatchDraft {
  readonly #writes = new Map<string, Plain | undefined>();
  readonly #fresh = new Set<string>();
  readonly replies: Reply[] = [];
  readonly opened = new Map<string, OpenedEffect>();
  readonly settled: { readonly from: Address; readonly id: string; readonly key: string }[] = [];
  readonly armed = new Map<string, Timer>();
  readonly outbound = new Map<number, Letter[]>();
  readonly erased: Address[] = [];
  /** High-water marks that moved, by source shard. */
  readonly marks = new Map<number, number>();
  /** Turns taken. */
  turns = 0;
  /** A rough count of payload bytes, from the messages that came in. */
  bytes = 0;
  /** Rows that close will add for actors, at least. */
  actorRows = 0;

  get rows(): number {
    return this.#writes.size + this.actorRows + this.outbound.size;
  }

  /** Has it anything to write or to release? */
  get isEmpty(): boolean {
    return (
      this.#writes.size === 0 &&
      this.actorRows === 0 &&
      this.replies.length === 0 &&
      this.outbound.size === 0 &&
      this.marks.size === 0 &&
      this.settled.length === 0
    );
  }

  put(key: string, value: Plain): void {
    this.#writes.set(key, value);
  }

  /** Writes a row that is not in the store now, unless this batch removes it. */
  putFresh(key: string, value: Plain): void {
    if (!this.#writes.has(key)) this.#fresh.add(key);
    this.#writes.set(key, value);
  }

  /** Removes a row (B2). */
  remove(key: string): void {
    if (this.#fresh.delete(key)) this.#writes.delete(key);
    else this.#writes.set(key, undefined);
  }

  letter(targetShard: number, letter: Letter): void {
    const letters = this.outbound.get(targetShard);
    if (letters === undefined) this.outbound.set(targetShard, [letter]);
    else letters.push(letter);
  }

  writes(): IterableIterator<[string, Plain | undefined]> {
    return this.#writes.entries();
  }
}

/**
 * Roughly how many bytes a plain value takes; cheap rather than exact, and it stops counting at `limit`.
 */
export function roughSize(value: Plain | undefined, limit: number): number {
  if (typeof value === 'string') return value.length + 4;
  if (typeof value !== 'object' || value === null) return 8;
  if (value instanceof Uint8Array) return value.length + 4;
  let size = 8;
  if (Array.isArray(value)) {
    for (const item of value) {
      size += roughSize(item, limit - size);
      if (size >= limit) return size;
    }
    return size;
  }
  for (const [name, item] of Object.entries(value)) {
    size += name.length + roughSize(item, limit - size);
    if (size >= limit) return size;
  }
  return size;
}
