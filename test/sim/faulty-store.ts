// A store that answers late, loses answers, and refuses, as the seed says. What it holds is in a MemoryStore, which
// outlives the nodes that use it: the disk.
//
// Invariants held here:
//   1   The commits of one epoch of a shard come from one node, and no epoch is below an earlier one.

import { ClusterError } from '../../cluster/core/errors.ts';
import type { MemberClaim, Membership } from '../../cluster/core/membership.ts';
import type { Plain } from '../../cluster/core/plain.ts';
import type { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import type { LeaseGrant, NodeLeases, Renewal } from '../../cluster/port/node-leases.ts';
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
import type { MemoryLeases } from '../../cluster/store/memory-leases.ts';
import type { MemoryStore } from '../../cluster/store/memory.ts';
import type { NodeTime } from './node-time.ts';

export interface StoreFaults {
  /** Chance that a commit is not answered although it was applied, and that it was not applied. */
  readonly lostAnswers: number;
  readonly refusals: number;
  /** Longest time of a commit, in milliseconds. */
  readonly slowMs: number;
  /** Nothing reaches the store. */
  readonly isAway: boolean;
  /** Planted: commits of an earlier owner are applied. */
  readonly fenceOff: boolean;
}

/** What all nodes' stores share. */
export class Disk {
  readonly rows: MemoryStore;
  readonly leases: MemoryLeases;
  /** Epochs of the shards' owners. */
  readonly epochs = new Map<number, number>();
  /** By shard the epoch of the last commit and whose it was. */
  readonly #committed = new Map<number, { readonly epoch: number; readonly node: string }>();
  readonly #onBroken: (what: string) => void;

  constructor(rows: MemoryStore, leases: MemoryLeases, onBroken: (what: string) => void) {
    this.rows = rows;
    this.leases = leases;
    this.#onBroken = onBroken;
  }

  async commit(batch: Batch, sent: Batch, node: string): Promise<CommitAnswer> {
    const answer = await this.rows.commit(sent);
    if (answer !== 'committed') return answer;
    const { shard, epoch } = batch;
    const last = this.#committed.get(shard);
    if (last !== undefined && (epoch < last.epoch || (epoch === last.epoch && node !== last.node)))
      this.#onBroken(`1: shard ${shard} was written by ${node} in epoch ${epoch}`);
    this.#committed.set(shard, { epoch, node });
    return answer;
  }
}

export class FaultyStore implements Store {
  readonly name = 'simulated';
  readonly batchLimits;
  readonly #disk: Disk;
  readonly #node: string;
  readonly #time: VirtualTime;
  readonly #nodeTime: NodeTime;
  readonly #random: SeededRandom;
  readonly #faults: () => StoreFaults;

  /** @param node whose store this is @param nodeTime in which answers arrive */
  constructor(
    disk: Disk,
    node: string,
    time: VirtualTime,
    nodeTime: NodeTime,
    random: SeededRandom,
    faults: () => StoreFaults,
  ) {
    this.#disk = disk;
    this.#node = node;
    this.#time = time;
    this.#nodeTime = nodeTime;
    this.#random = random;
    this.#faults = faults;
    // Small ones, so that batches close early and leave deliveries over.
    this.batchLimits = { rows: 4 + random.below(60), bytes: 64 * 1024 };
  }

  identify(identity: StoreIdentity): Promise<StoreIdentity> {
    return this.#disk.rows.identify(identity);
  }

  async acquire(shard: number, claim: ShardClaim): Promise<ShardGrant | undefined> {
    return this.#reach(async () => {
      const grant = await this.#disk.rows.acquire(shard, claim);
      if (grant !== undefined) this.#disk.epochs.set(shard, grant.epoch);
      return grant;
    });
  }

  release(shard: number, epoch: number, successor?: string): Promise<void> {
    return this.#reach(() => this.#disk.rows.release(shard, epoch, successor));
  }

  owners(shards: readonly number[]): Promise<readonly ShardRecord[]> {
    return this.#reach(() => this.#disk.rows.owners(shards));
  }

  commit(batch: Batch): Promise<CommitAnswer> {
    const { lostAnswers, refusals, slowMs, fenceOff, isAway } = this.#faults();
    const lost = this.#random.chance(lostAnswers);
    // Now and then a commit lies in a socket for a while, and comes when nobody expects it any more.
    const stuckMs = this.#random.chance(lostAnswers / 4) ? this.#random.next() * 4_000 : 0;
    const refused = isAway || this.#random.chance(refusals);
    const applied = this.#random.chance(0.5);
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void): void => {
        this.#nodeTime.after(this.#random.next() * slowMs * 0.5, settle);
      };
      // A commit that is on its way arrives, whatever becomes of its node meanwhile.
      this.#time.after(stuckMs + this.#random.next() * slowMs * 0.5, () => {
        const current = this.#disk.epochs.get(batch.shard) ?? batch.epoch;
        const sent = fenceOff ? { ...batch, epoch: current } : batch;
        if (refused) {
          const error = new ClusterError('store-unavailable', 'the simulated store refuses');
          answer(() => reject(error));
        } else if (!lost) {
          void this.#disk
            .commit(batch, sent, this.#node)
            .then((result) => answer(() => resolve(result)));
        } else {
          const unknown = new ClusterError('outcome-unknown', 'the simulated answer was lost');
          const after = applied ? this.#disk.commit(batch, sent, this.#node) : Promise.resolve();
          void after.then(() => answer(() => reject(unknown)));
        }
      });
    });
  }

  get(
    shard: number,
    keys: readonly string[],
  ): readonly (Plain | undefined)[] | Promise<readonly (Plain | undefined)[]> {
    return this.#soonOrNow(() => this.#disk.rows.get(shard, keys));
  }

  range(
    shard: number,
    options: RangeOptions,
  ): readonly (readonly [string, Plain])[] | Promise<readonly (readonly [string, Plain])[]> {
    return this.#soonOrNow(() => this.#disk.rows.range(shard, options));
  }

  putFact(hash: string, text: string): Promise<void> {
    return this.#disk.rows.putFact(hash, text);
  }

  getFact(hash: string): Promise<string | undefined> {
    return this.#disk.rows.getFact(hash);
  }

  deleteFact(hash: string): Promise<void> {
    return this.#disk.rows.deleteFact(hash);
  }

  async close(): Promise<void> {}

  /**
   * Something small that the store does when it can be reached. Like a commit it may lie in a socket for a while, and its
   * answer may be lost.
   */
  #reach<Value>(work: () => Promise<Value>): Promise<Value> {
    const { slowMs, isAway, lostAnswers } = this.#faults();
    const lost = this.#random.chance(lostAnswers / 2);
    const stuckMs = this.#random.chance(lostAnswers / 2) ? this.#random.next() * 4_000 : 0;
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        const unknown = new ClusterError('outcome-unknown', 'the simulated answer was lost');
        this.#nodeTime.soon(() => reject(unknown));
      };
      this.#time.after(stuckMs + this.#random.next() * slowMs * 0.2, () => {
        if (isAway) {
          const away = new ClusterError('store-unavailable', 'the simulated store is away');
          this.#nodeTime.soon(() => reject(away));
        } else if (lost) {
          void work().then(fail);
        } else {
          void work().then((value) => this.#nodeTime.soon(() => resolve(value)), reject);
        }
      });
    });
  }

  /** Reads take a while now and then, which is another path through the loader, and fail when the store is away. */
  #soonOrNow<Value>(read: () => Value): Value | Promise<Value> {
    const { isAway, refusals } = this.#faults();
    const refused = isAway || this.#random.chance(refusals / 4);
    if (!refused && !this.#random.chance(0.3)) return read();
    return new Promise((resolve, reject) => {
      this.#nodeTime.after(this.#random.next() * 5, () => {
        if (!refused) resolve(read());
        else reject(new ClusterError('store-unavailable', 'the simulated store is away'));
      });
    });
  }
}

/** Leases as one node reaches them. */
export class FaultyLeases implements NodeLeases {
  readonly #leases: MemoryLeases;
  readonly #time: VirtualTime;
  readonly #nodeTime: NodeTime;
  readonly #random: SeededRandom;
  readonly #faults: () => StoreFaults;

  constructor(
    leases: MemoryLeases,
    time: VirtualTime,
    nodeTime: NodeTime,
    random: SeededRandom,
    faults: () => StoreFaults,
  ) {
    this.#leases = leases;
    this.#time = time;
    this.#nodeTime = nodeTime;
    this.#random = random;
    this.#faults = faults;
  }

  join(claim: MemberClaim, leaseMs: number): Promise<LeaseGrant> {
    return this.#reach(() => this.#leases.join(claim, leaseMs));
  }

  renew(claim: MemberClaim, leaseMs: number, renewal: Renewal): Promise<LeaseGrant> {
    return this.#reach(() => this.#leases.renew(claim, leaseMs, renewal));
  }

  leave(id: string): Promise<void> {
    return this.#reach(() => this.#leases.leave(id));
  }

  membership(): Promise<Membership> {
    return this.#reach(() => this.#leases.membership());
  }

  #reach<Value>(work: () => Promise<Value>): Promise<Value> {
    const { slowMs, isAway, lostAnswers } = this.#faults();
    const lost = this.#random.chance(lostAnswers);
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        const away = new ClusterError('outcome-unknown', 'the simulated store did not answer');
        this.#nodeTime.after(500, () => reject(away));
      };
      this.#time.after(this.#random.next() * slowMs * 0.3, () => {
        if (isAway) fail();
        else if (lost) void work().then(fail);
        else void work().then((value) => this.#nodeTime.soon(() => resolve(value)));
      });
    });
  }
}
