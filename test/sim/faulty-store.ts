// A store that answers late, loses answers, and refuses, as the seed says. What it holds is in a MemoryStore, which
// outlives the nodes that use it: the disk.

import { ClusterError } from '../../cluster/core/errors.ts';
import type { Plain } from '../../cluster/core/plain.ts';
import type { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import type {
  Batch,
  CommitAnswer,
  RangeOptions,
  ShardClaim,
  ShardGrant,
  ShardRecord,
  Store,
  StoreIdentity,
} from '../../cluster/port/store.ts';
import type { MemoryStore } from '../../cluster/store/memory.ts';

export interface StoreFaults {
  /** Chance that a commit is not answered although it was applied, and that it was not applied. */
  readonly lostAnswers: number;
  readonly refusals: number;
  /** Longest time of a commit, in milliseconds. */
  readonly slowMs: number;
  /** Planted: commits of an earlier owner are applied. */
  readonly fenceOff: boolean;
}

export class FaultyStore implements Store {
  readonly name = 'simulated';
  readonly batchLimits;
  readonly #disk: MemoryStore;
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #faults: () => StoreFaults;
  readonly #epochs: Map<number, number>;

  /** @param epochs of the shards' owners, shared by all stores on one disk */
  constructor(
    disk: MemoryStore,
    time: VirtualTime,
    random: SeededRandom,
    faults: () => StoreFaults,
    epochs: Map<number, number>,
  ) {
    this.#disk = disk;
    this.#time = time;
    this.#random = random;
    this.#faults = faults;
    this.#epochs = epochs;
    // Small ones, so that batches close early and leave deliveries over.
    this.batchLimits = { rows: 4 + random.below(60), bytes: 64 * 1024 };
  }

  identify(identity: StoreIdentity): Promise<StoreIdentity> {
    return this.#disk.identify(identity);
  }

  async acquire(shard: number, claim: ShardClaim): Promise<ShardGrant | undefined> {
    const grant = await this.#disk.acquire(shard, claim);
    if (grant !== undefined) this.#epochs.set(shard, grant.epoch);
    return grant;
  }

  release(shard: number, epoch: number, successor?: string): Promise<void> {
    return this.#disk.release(shard, epoch, successor);
  }

  owners(shards: readonly number[]): Promise<readonly ShardRecord[]> {
    return this.#disk.owners(shards);
  }

  commit(batch: Batch): Promise<CommitAnswer> {
    const { lostAnswers, refusals, slowMs, fenceOff } = this.#faults();
    const lost = this.#random.chance(lostAnswers);
    const refused = this.#random.chance(refusals);
    const applied = this.#random.chance(0.5);
    const current = this.#epochs.get(batch.shard) ?? batch.epoch;
    const sent = fenceOff ? { ...batch, epoch: current } : batch;
    return new Promise((resolve, reject) => {
      this.#time.after(this.#random.next() * slowMs, () => {
        if (refused) {
          reject(new ClusterError('store-unavailable', 'the simulated store refuses'));
        } else if (!lost) {
          this.#disk.commit(sent).then(resolve, reject);
        } else {
          const unknown = new ClusterError('outcome-unknown', 'the simulated answer was lost');
          const after = applied ? this.#disk.commit(sent) : Promise.resolve();
          void after.then(() => reject(unknown));
        }
      });
    });
  }

  get(
    shard: number,
    keys: readonly string[],
  ): readonly (Plain | undefined)[] | Promise<readonly (Plain | undefined)[]> {
    return this.#soonOrNow(() => this.#disk.get(shard, keys));
  }

  range(
    shard: number,
    options: RangeOptions,
  ): readonly (readonly [string, Plain])[] | Promise<readonly (readonly [string, Plain])[]> {
    return this.#soonOrNow(() => this.#disk.range(shard, options));
  }

  putFact(hash: string, text: string): Promise<void> {
    return this.#disk.putFact(hash, text);
  }

  getFact(hash: string): Promise<string | undefined> {
    return this.#disk.getFact(hash);
  }

  deleteFact(hash: string): Promise<void> {
    return this.#disk.deleteFact(hash);
  }

  async close(): Promise<void> {}

  /** Reads take a while now and then, which is another path through the loader. */
  #soonOrNow<Value>(read: () => Value): Value | Promise<Value> {
    if (!this.#random.chance(0.3)) return read();
    return new Promise((resolve) => {
      this.#time.after(this.#random.next() * 5, () => resolve(read()));
    });
  }
}
