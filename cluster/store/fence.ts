// The fence of one shard: which epoch may commit, and which commit comes next (promise P2).
//
//   F1  The epoch only grows: with every acquire, and with every release by the owner.
//   F2  Within an epoch commits are numbered without gaps; a number that was used is never used for other content.

import type { Batch, CommitAnswer, ShardClaim, ShardGrant } from '../port/store.ts';

export class Fence {
  #epoch: number;
  #seq: number;
  #owner: string;
  /** Version of the membership that the owner knew; forgotten with the process, as versions of one machine are. */
  #asOf = 0;

  /**
   * @param epoch 0: nobody ever owned the shard
   * @param seq number of the last commit, 0 for none
   * @param owner empty: nobody owns it
   */
  constructor(epoch: number, seq: number, owner = '') {
    this.#epoch = epoch;
    this.#seq = seq;
    this.#owner = owner;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Empty when nobody owns the shard. */
  get owner(): string {
    return this.#owner;
  }

  /** F1. @returns undefined when somebody else who lives has the shard */
  acquire({ owner, living, asOf = 0, heardEpoch = 0 }: ShardClaim): ShardGrant | undefined {
    const isElsewhere = this.#owner !== owner && this.#owner !== '';
    if (isElsewhere && (living.includes(this.#owner) || asOf < this.#asOf)) return undefined;
    this.#asOf = this.#owner === owner ? Math.max(this.#asOf, asOf) : asOf;
    this.#epoch = Math.max(this.#epoch, heardEpoch) + 1;
    this.#owner = owner;
    return { epoch: this.#epoch, seq: this.#seq };
  }

  /** F1. Does nothing unless `epoch` is the owner's. @returns whether it changed anything */
  release(epoch: number, successor = ''): boolean {
    if (epoch !== this.#epoch) return false;
    this.#epoch++;
    this.#owner = successor;
    return true;
  }

  /** What to do with a batch: apply it, or what to answer instead. */
  judge({ epoch, seq }: Batch): 'apply' | Exclude<CommitAnswer, 'committed'> {
    if (epoch !== this.#epoch) return 'fenced';
    if (seq <= this.#seq) return 'already';
    return seq === this.#seq + 1 ? 'apply' : 'gap';
  }

  /** The batch that was judged is in. */
  applied({ seq }: Batch): void {
    this.#seq = seq;
  }
}
