// The fences of shards in Redis, as the node sees them that was granted the shards: commits, and what it does about a
// server that has forgotten some.
//
//   F1  A commit is applied only if epoch, owner and seq are the stored ones, compared in the script that writes (store
//       port, D2 and D3).
//   F2  A server that shows an epoch below the granted one, or a seq below what it acknowledged, has forgotten. It gets
//       back what it lost, in order and under the granted epoch, before anything else of the shard is answered: a commit,
//       a read, a further grant, a release. After every break of the connection all shards are looked at.
//   F3  Only a server whose data are a beginning of what this node saw is brought up to date: whoever wrote the last
//       stored commit must be who wrote it here. Otherwise another owner has written in the meantime, and nothing is
//       put on top of that.
//   F4  A shard that cannot be brought back is lost: its commits are answered `gap`, its reads are refused, and it is
//       reported, until it is acquired anew.
//
// So this holds: when a server comes back with an older copy of its data, all that it acknowledged to a node which still
// runs is there again before that node sees anything of the shard, if the copy is younger than the grant of the shard and
// than KEPT_MS, and what was committed since fits into KEPT_BYTES (redis-memory.ts). This does not: commits of a node that
// has ended, of an earlier owner of a shard, or older than that. Where a node remembers a later commit, their loss is
// reported and the shard stops; where none does, nobody can know.

import { assert, ClusterError } from '../core/errors.ts';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { CommitAnswer, ShardClaim, ShardGrant } from '../port/store.ts';
import type { RedisArgument, RedisConnection, RedisScript } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';
import { CommitChain, type WriteMemory } from './redis-memory.ts';
import { ACQUIRE, COMMIT, REINSTATE, RELEASE, writerOf } from './redis-scripts.ts';

/** Commits that a server has acknowledged and does not have any more. */
export interface StoreLoss {
  readonly shard: number;
  /** What this node was granted, and the last of its commits that was acknowledged. */
  readonly epoch: number;
  readonly seq: number;
  /** What the server has instead. */
  readonly storedEpoch: number;
  readonly storedSeq: number;
}

export interface RedisFenceOptions {
  /** Which of these a shard's commits take is a matter of its number alone, so that they stay in order. */
  readonly commits: readonly RedisConnection[];
  readonly reads: RedisConnection;
  readonly keys: RedisKeys;
  readonly memory: WriteMemory;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each shard that is lost (F4). */
  readonly onLoss: (loss: StoreLoss) => void;
}

/** A shard that this node was granted. */
interface Held {
  readonly shard: number;
  readonly epoch: number;
  readonly owner: string;
  /** The commit that the grant found. */
  readonly base: { readonly seq: number; readonly writer: string };
  readonly chain: CommitChain;
  /** Under way. */
  restoring: Promise<Restored> | undefined;
  isLost: boolean;
}

/** `whole`: the server has all that it acknowledged. `fenced`: it has granted the shard anew since. */
type Restored = 'whole' | 'fenced' | 'lost';

interface StoredFence {
  readonly epoch: number;
  readonly seq: number;
  readonly owner: string;
  readonly writer: string;
}

/** Commits of one shard that are given back at once: all shards may do so at the same time. */
const AT_ONCE = 16;
/** How often something that ought to be true afterwards is tried. */
const ROUNDS = 4;

export class RedisFence {
  readonly #options: RedisFenceOptions;
  readonly #held = new Map<number, Held>();
  /** The highest epoch of each shard that this node was granted: it is not granted twice, whatever the server forgets. */
  readonly #epochs = new Map<number, number>();

  constructor(options: RedisFenceOptions) {
    this.#options = options;
  }

  async acquire(
    shard: number,
    { owner, living, asOf = 0, heardEpoch = 0 }: ShardClaim,
  ): Promise<ShardGrant | undefined> {
    const { keys } = this.#options;
    const before = this.#held.get(shard);
    // F2: after the grant the commits would be those of an earlier one.
    if (before !== undefined) await this.#restore(before);
    const heard = Math.max(heardEpoch, this.#epochs.get(shard) ?? 0);
    const values = [owner, heard, asOf, ...living];
    const answer = await this.#connection(shard).run(ACQUIRE, [keys.fence(shard)], values);
    const [epochText, seqText, writerText] = listOf(answer);
    if (epochText === undefined) return undefined;
    this.#drop(before);
    const epoch = numberOf(epochText);
    const seq = numberOf(seqText);
    this.#epochs.set(shard, epoch);
    this.#held.set(shard, {
      shard,
      epoch,
      owner,
      base: { seq, writer: String(writerText) },
      chain: new CommitChain(seq),
      restoring: undefined,
      isLost: false,
    });
    return { epoch, seq };
  }

  async release(shard: number, epoch: number, successor: string): Promise<void> {
    const { keys } = this.#options;
    const held = this.#held.get(shard);
    if (held?.epoch === epoch) {
      // F2: the successor could not bring them back.
      await this.#restore(held);
      this.#drop(held);
    }
    await this.#connection(shard).run(RELEASE, [keys.fence(shard)], [epoch, successor]);
  }

  /** F1. @param rows row keys and bytes in turn, empty for a row to remove; `bytes` is about how much that is */
  async commit(
    shard: number,
    epoch: number,
    seq: number,
    rows: readonly RedisArgument[],
    bytes: number,
  ): Promise<CommitAnswer> {
    const held = this.#held.get(shard);
    // Another epoch than the last one that was granted here has been followed by that one, or was never granted.
    if (held?.epoch !== epoch) return 'fenced';
    const values = [held.owner, epoch, seq, ...rows];
    for (let round = 0; round < ROUNDS && !held.isLost; round++) {
      const { answer, stored } = await this.#send(held, values);
      if (answer === 'committed' || answer === 'already') {
        const { memory, clock } = this.#options;
        memory.keep(held.chain, { seq, values, bytes }, clock.monotonicMs());
        return answer;
      }
      if (answer === 'fenced' && stored.epoch >= epoch) {
        this.#fenced(held, stored);
        return 'fenced';
      }
      // Whoever left a number out is not helped by looking for it.
      if (answer === 'gap' && stored.seq >= held.chain.lastSeq) return 'gap';
      const restored = await this.#restore(held);
      if (restored === 'fenced') return 'fenced';
    }
    if (held.isLost) return 'gap';
    throw new ClusterError('store-unavailable', 'the store does not keep what it is given back');
  }

  /**
   * Reads with a script that answers {stored epoch, stored seq, what was asked for}. What it answers has every commit that
   * was acknowledged before the call (store port, D5).
   */
  async read(
    shard: number,
    script: RedisScript,
    keys: readonly string[],
    values: readonly RedisArgument[],
  ): Promise<unknown> {
    const { reads } = this.#options;
    for (let round = 0; round < ROUNDS; round++) {
      const held = this.#held.get(shard);
      const seq = held?.chain.lastSeq ?? 0;
      const [epochText, seqText, found] = listOf(await reads.run(script, keys, values));
      const epoch = numberOf(epochText);
      const isBehind =
        held !== undefined &&
        (epoch < held.epoch || (epoch === held.epoch && numberOf(seqText) < seq));
      if (!isBehind) return found;
      if ((await this.#restore(held)) === 'lost') {
        throw new ClusterError('store-corrupt', 'the store has lost commits of this shard');
      }
    }
    // The server that commits go to has them, and this one has not: it is another one, or was replaced.
    reads.renew();
    throw new ClusterError('store-unavailable', 'the store is behind what it acknowledged');
  }

  /** Looks at all shards whose commits take a connection that was broken (F2). Never rejects. */
  async verify(connection: RedisConnection): Promise<void> {
    const { log } = this.#options;
    const affected = [...this.#held.values()].filter(
      ({ shard }) => this.#connection(shard) === connection,
    );
    await Promise.all(
      affected.map(async (held) => {
        try {
          await this.#restore(held);
        } catch (error) {
          // The next commit or read of the shard looks again.
          log.warn({ shard: held.shard, err: error }, 'shard could not be verified');
        }
      }),
    );
  }

  #connection(shard: number): RedisConnection {
    const { commits } = this.#options;
    const connection = commits[shard % commits.length];
    assert(connection !== undefined, 'a store has a connection for commits');
    return connection;
  }

  async #send(
    held: Held,
    values: readonly RedisArgument[],
  ): Promise<{
    readonly answer: CommitAnswer;
    readonly stored: Pick<StoredFence, 'epoch' | 'seq'>;
  }> {
    const { keys } = this.#options;
    const { shard } = held;
    const names = [keys.fence(shard), keys.rows(shard), keys.order(shard)];
    const found = await this.#connection(shard).run(COMMIT, names, values);
    const [answer, epoch, seq] = listOf(found);
    return {
      answer: answerOf(String(answer)),
      stored: { epoch: numberOf(epoch), seq: numberOf(seq) },
    };
  }

  /** F2, for all who ask at once together. Rejects when the server does not answer. */
  #restore(held: Held): Promise<Restored> {
    held.restoring ??= this.#bringBack(held).finally(() => {
      held.restoring = undefined;
    });
    return held.restoring;
  }

  async #bringBack(held: Held): Promise<Restored> {
    const { log } = this.#options;
    for (let round = 0; round < ROUNDS; round++) {
      if (held.isLost) return 'lost';
      const stored = await this.#look(held.shard);
      if (isGrantedAnew(held, stored)) {
        this.#fenced(held, stored);
        return 'fenced';
      }
      const { lastSeq } = held.chain;
      if (stored.epoch === held.epoch && stored.seq >= lastSeq) return 'whole';
      const missing = isBeginning(held, stored) ? held.chain.after(stored.seq) : undefined;
      if (missing === undefined) {
        this.#lost(held, stored);
        return 'lost';
      }
      const { shard, epoch } = held;
      log.warn(
        { shard, epoch, seq: lastSeq, storedEpoch: stored.epoch, storedSeq: stored.seq },
        'store has forgotten commits, and gets them back',
      );
      if (stored.epoch < epoch && !(await this.#reinstate(held, stored))) continue;
      for (let from = 0; from < missing.length; from += AT_ONCE) {
        // Commands of one connection are carried out in the order in which they were sent.
        const some = missing.slice(from, from + AT_ONCE);
        await Promise.all(some.map(({ values }) => this.#send(held, values)));
      }
    }
    throw new ClusterError('store-unavailable', 'the store does not keep what it is given back');
  }

  async #look(shard: number): Promise<StoredFence> {
    const fields = [this.#options.keys.fence(shard), 'epoch', 'seq', 'owner', 'writer'];
    const found = await this.#connection(shard).command('HMGET', fields);
    const [epoch, seq, owner, writer] = listOf(found);
    return {
      epoch: numberOf(epoch),
      seq: numberOf(seq),
      owner: String(owner ?? ''),
      writer: String(writer ?? ''),
    };
  }

  /** @returns false when the fence is not any more as it was found */
  async #reinstate(held: Held, stored: StoredFence): Promise<boolean> {
    const { shard, epoch, owner } = held;
    const values = [epoch, owner, stored.epoch, stored.seq, stored.writer];
    const fence = this.#options.keys.fence(shard);
    return (await this.#connection(shard).run(REINSTATE, [fence], values)) === 1;
  }

  /** Somebody was granted the shard since. If the server shows that this was after it forgot, that is reported. */
  #fenced(held: Held, stored: Pick<StoredFence, 'epoch' | 'seq'>): void {
    const hasForgotten = stored.epoch === held.epoch || stored.seq < held.chain.lastSeq;
    if (hasForgotten && this.#held.get(held.shard) === held) this.#report(held, stored);
    this.#drop(held);
  }

  /** F4. */
  #lost(held: Held, stored: StoredFence): void {
    held.isLost = true;
    held.chain.clear();
    this.#report(held, stored);
  }

  #report(held: Held, stored: Pick<StoredFence, 'epoch' | 'seq'>): void {
    const loss = {
      shard: held.shard,
      epoch: held.epoch,
      seq: held.chain.lastSeq,
      storedEpoch: stored.epoch,
      storedSeq: stored.seq,
    };
    this.#options.log.error({ ...loss }, 'store has lost commits that it had acknowledged');
    this.#options.onLoss(loss);
  }

  #drop(held: Held | undefined): void {
    if (held === undefined || this.#held.get(held.shard) !== held) return;
    held.chain.clear();
    this.#held.delete(held.shard);
  }
}

/** An epoch that was given twice, to two owners, is one that the server forgot in between. */
function isGrantedAnew(held: Held, { epoch, owner }: StoredFence): boolean {
  return epoch > held.epoch || (epoch === held.epoch && owner !== held.owner);
}

/** F3. */
function isBeginning({ epoch, owner, base, chain }: Held, stored: StoredFence): boolean {
  if (stored.seq === base.seq) return stored.writer === base.writer;
  const isOurs = stored.writer === writerOf(epoch, owner);
  return isOurs && stored.seq > base.seq && stored.seq <= chain.lastSeq;
}

function listOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}

/** A number that came as a number, as text, or not at all. */
function numberOf(value: unknown): number {
  return value === undefined || value === null ? 0 : Number(String(value));
}

function answerOf(text: string): CommitAnswer {
  switch (text) {
    case 'committed':
    case 'already':
    case 'fenced':
    case 'gap':
      return text;
    default:
      throw new ClusterError('outcome-unknown', 'the store gave an answer that is none');
  }
}
