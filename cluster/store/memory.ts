// The store in memory: the reference of what a store does, and the disk of tests.
//
// Nothing in it waits: what `commit` answers is as durable as the process. A store outlives the node that used it, so a
// test may end a node and start the next one on what the first has left.

import type { Plain } from '../core/plain.ts';
import type {
  Batch,
  CommitAnswer,
  RangeOptions,
  ShardClaim,
  ShardGrant,
  ShardRecord,
  Store,
  StoreIdentity,
} from '../port/store.ts';
import { Fence } from './fence.ts';

interface ShardRows {
  readonly rows: Map<string, Plain>;
  /** The keys in order; undefined after a key came or went. */
  keys: string[] | undefined;
}

export class MemoryStore implements Store {
  readonly name = 'memory';
  readonly batchLimits = { rows: 8_192, bytes: 4 * 1024 * 1024 };
  readonly #shards = new Map<number, ShardRows>();
  readonly #fences = new Map<number, Fence>();
  readonly #facts = new Map<string, string>();
  #identity: StoreIdentity | undefined;

  async identify(identity: StoreIdentity): Promise<StoreIdentity> {
    this.#identity ??= identity;
    return this.#identity;
  }

  async acquire(shard: number, claim: ShardClaim): Promise<ShardGrant | undefined> {
    return this.#fence(shard).acquire(claim);
  }

  async release(shard: number, epoch: number, successor?: string): Promise<void> {
    this.#fence(shard).release(epoch, successor);
  }

  async owners(shards: readonly number[]): Promise<readonly ShardRecord[]> {
    return shards.map((shard) => {
      const { epoch, seq, owner } = this.#fence(shard);
      return { shard, epoch, seq, owner };
    });
  }

  async commit(batch: Batch): Promise<CommitAnswer> {
    const fence = this.#fence(batch.shard);
    const verdict = fence.judge(batch);
    if (verdict !== 'apply') return verdict;
    const shard = this.#shard(batch.shard);
    for (const [key, value] of batch.writes) {
      if (value === undefined) {
        if (shard.rows.delete(key)) shard.keys = undefined;
      } else {
        if (!shard.rows.has(key)) shard.keys = undefined;
        shard.rows.set(key, value);
      }
    }
    fence.applied(batch);
    return 'committed';
  }

  get(shard: number, keys: readonly string[]): readonly (Plain | undefined)[] {
    const { rows } = this.#shard(shard);
    return keys.map((key) => rows.get(key));
  }

  range(shard: number, options: RangeOptions): readonly (readonly [string, Plain])[] {
    const stored = this.#shard(shard);
    stored.keys ??= [...stored.rows.keys()].sort();
    const first = lowerBound(stored.keys, options.from);
    const end = lowerBound(stored.keys, options.to);
    const keys =
      options.reverse === true
        ? stored.keys.slice(Math.max(first, end - options.limit), end).reverse()
        : stored.keys.slice(first, Math.min(end, first + options.limit));
    return keys.flatMap((key) => {
      const value = stored.rows.get(key);
      return value === undefined ? [] : [[key, value] as const];
    });
  }

  async putFact(hash: string, text: string): Promise<void> {
    this.#facts.set(hash, text);
  }

  async getFact(hash: string): Promise<string | undefined> {
    return this.#facts.get(hash);
  }

  async deleteFact(hash: string): Promise<void> {
    this.#facts.delete(hash);
  }

  async close(): Promise<void> {}

  #fence(shard: number): Fence {
    const known = this.#fences.get(shard) ?? new Fence(0, 0);
    this.#fences.set(shard, known);
    return known;
  }

  #shard(shard: number): ShardRows {
    const known = this.#shards.get(shard) ?? { rows: new Map(), keys: undefined };
    this.#shards.set(shard, known);
    return known;
  }
}

/** The first position whose key is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
