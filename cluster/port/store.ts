// The durable store, seen from a shard: an ordered map from row key to plain value behind a fence, and immutable facts.
//
// What every adapter keeps, and test/conformance/store holds it to:
//
//   D1  A commit is atomic, and answered `committed` only when it would survive a loss of power.
//   D2  A commit whose epoch is not the shard's current epoch changes nothing and is answered `fenced`.
//   D3  Within an epoch commits apply in seq order without gaps; the same (epoch, seq) again is answered `already`.
//   D4  When `commit` throws `outcome-unknown` the batch may or may not have been applied; sending the identical batch
//       again settles it. When it throws `store-full` or `store-unavailable` nothing was applied.
//   D5  Reads see every commit that was answered; they may see one that is still in flight.
//   D6  A damaged row is reported as `store-corrupt`, never skipped and never returned.
//   D7  A shard whose owner is said to be living is granted to nobody else. Nor is one whose owner got it knowing later
//       members than whoever wants it does: that owner may have come since.
//   D8  Keys are in the order of their UTF-16 code units, which is that of `<`: what memory has for nothing, stores that
//       order bytes write keys for.

import type { Plain } from '../core/plain.ts';

/** One write of a commit: a value, or undefined to delete. */
export type RowWrite = readonly [key: string, value: Plain | undefined];

/** All that one shard commits at once. Its content never changes once it was sent (D4). */
export interface Batch {
  readonly shard: number;
  readonly epoch: number;
  /** One more than the shard's last commit. */
  readonly seq: number;
  /** Each key at most once. */
  readonly writes: readonly RowWrite[];
}

export type CommitAnswer = 'committed' | 'already' | 'fenced' | 'gap';

/** Ownership of a shard as granted by the store. */
export interface ShardGrant {
  readonly epoch: number;
  /** Seq of the last commit, 0 for none. */
  readonly seq: number;
}

/** What whoever wants a shard says. */
export interface ShardClaim {
  /** Who wants it. Asking again as the owner raises the epoch once more. */
  readonly owner: string;
  /** Owners whose shards are not to be taken (D7); on one machine nobody. */
  readonly living: readonly string[];
  /** Version of the membership that `living` is of (D7); left out: 0. */
  readonly asOf?: number;
  /** An epoch that somebody has seen in use: the new one will be above it even if the store has forgotten. */
  readonly heardEpoch?: number;
}

/** Who owns a shard, as the store has it. */
export interface ShardRecord {
  readonly shard: number;
  readonly epoch: number;
  readonly seq: number;
  /** Empty when nobody does. */
  readonly owner: string;
}

/** How much a batch may hold before it is closed early. */
interface BatchLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** What identifies a store for ever: written at first boot, checked at every later one. */
export interface StoreIdentity {
  readonly shardCount: number;
  /** Lanes of a workflow's instances: 1 to 64. */
  readonly instanceLanes: number;
  /** Name and version of the key hash. */
  readonly hash: string;
}

export interface RangeOptions {
  /** First key, included. */
  readonly from: string;
  /** First key above the range, excluded. */
  readonly to: string;
  /** Greatest number of rows, at least 1. */
  readonly limit: number;
  /** Greatest keys first. */
  readonly reverse?: boolean;
}

export interface Store {
  /** One word for the ready line, such as `memory` or `embedded`. */
  readonly name: string;
  readonly batchLimits: BatchLimits;
  /**
   * Writes the identity at first boot and returns the stored one afterwards; the caller compares.
   * Must be called before anything else.
   */
  identify(identity: StoreIdentity): Promise<StoreIdentity>;
  /**
   * Takes ownership of a shard: raises its epoch, so that every earlier owner is fenced (D2).
   * @returns undefined when a living owner has it (D7)
   */
  acquire(shard: number, claim: ShardClaim): Promise<ShardGrant | undefined>;
  /**
   * Gives ownership up, raising the epoch again; does nothing when the epoch is not the current one.
   * @param successor who owns it now, and may acquire it; left out: nobody
   */
  release(shard: number, epoch: number, successor?: string): Promise<void>;
  /**
   * Who owns what: a look, not a promise, for operators, and for nodes that want to know whom to ask for a shard. In the
   * order of the given shards.
   */
  owners(shards: readonly number[]): Promise<readonly ShardRecord[]>;
  commit(batch: Batch): Promise<CommitAnswer>;
  /** Values in the order of the keys; undefined where there is none. At once where the medium allows it. */
  get(
    shard: number,
    keys: readonly string[],
  ): readonly (Plain | undefined)[] | Promise<readonly (Plain | undefined)[]>;
  range(
    shard: number,
    options: RangeOptions,
  ): readonly (readonly [string, Plain])[] | Promise<readonly (readonly [string, Plain])[]>;
  /** Stores an immutable fact, durable when resolved. Idempotent. */
  putFact(hash: string, text: string): Promise<void>;
  getFact(hash: string): Promise<string | undefined>;
  deleteFact(hash: string): Promise<void>;
  /** Waits for what is in flight, then lets go of files and connections. */
  close(): Promise<void>;
}
