// Removes what is left of actors that ended for ever: table rows and journal, in small slices by ordinary commits.
//
//   X1  The marker row is written in the commit that erases the actor and removed in the commit after which nothing of it
//       is left, so an erasure that a crash interrupts goes on.
//   X2  A slice is small (SLICE_ROWS), so that erasing a large actor holds nobody up.

import type { Address } from '../core/address.ts';
import type { BatchDraft } from '../core/batch.ts';
import type { Plain } from '../core/plain.ts';
import { erasureKey, journalPrefix, prefixEnd, tablePrefix } from '../core/row-key.ts';
import { settle } from './loader.ts';
import type { ShardServices } from './services.ts';

const SLICE_ROWS = 500;

export class Erasures {
  readonly #shard: number;
  readonly #services: ShardServices;
  readonly #onWork: () => void;
  readonly #waiting: Address[] = [];
  #current: Address | undefined;
  /** Keys for the next commit. */
  #slice: string[] = [];
  #phase: 'idle' | 'reading' | 'ready' | 'flying' = 'idle';
  #isLast = false;

  /** @param onWork called when a slice waits for a commit */
  constructor(shard: number, services: ShardServices, onWork: () => void) {
    this.#shard = shard;
    this.#services = services;
    this.#onWork = onWork;
  }

  get hasWork(): boolean {
    return this.#phase !== 'idle';
  }

  /** Does a slice wait for a commit? */
  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  /** The commit that erased the actor is durable, or its marker was found when the shard was opened. */
  begin(address: Address): void {
    this.#waiting.push(address);
    if (this.#phase === 'idle') this.#next();
  }

  write(batch: BatchDraft): void {
    if (this.#phase !== 'ready') return;
    for (const key of this.#slice) batch.remove(key);
    this.#slice = [];
    this.#phase = 'flying';
  }

  landed(): void {
    if (this.#phase !== 'flying') return;
    if (this.#isLast) this.#current = undefined;
    this.#next();
  }

  #next(): void {
    this.#current ??= this.#waiting.shift();
    const address = this.#current;
    if (address === undefined) {
      this.#phase = 'idle';
      return;
    }
    this.#phase = 'reading';
    const waiting = this.#read(tablePrefix(address), (keys) => {
      if (keys.length > 0) {
        this.#ready(keys, false);
        return undefined;
      }
      return this.#read(journalPrefix(address), (more) => {
        this.#ready(more.length > 0 ? more : [erasureKey(address)], more.length === 0);
        return undefined;
      });
    });
    waiting?.catch((error: unknown) => {
      this.#services.log.warn({ shard: this.#shard, err: error }, 'erasure waits for the store');
      this.#services.alarms.after(1_000, () => this.#next());
    });
  }

  #read(
    prefix: string,
    accept: (keys: readonly string[]) => Promise<void> | undefined,
  ): Promise<void> | undefined {
    const range = { from: prefix, to: prefixEnd(prefix), limit: SLICE_ROWS };
    let more: Promise<void> | undefined;
    const waiting = settle(
      this.#services.store.range(this.#shard, range),
      (rows: readonly (readonly [string, Plain])[]) => {
        more = accept(rows.map(([key]) => key));
      },
    );
    return waiting === undefined ? more : waiting.then(() => more);
  }

  #ready(keys: readonly string[], isLast: boolean): void {
    this.#slice = [...keys];
    this.#isLast = isLast;
    this.#phase = 'ready';
    this.#onWork();
  }
}
