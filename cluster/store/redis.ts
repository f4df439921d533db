// The store of a cluster: Redis with its append-only file flushed before every answer.
//
//   R1  All that a shard owns carries the hash tag `{shard}`, so a commit is one script on one server (store port, D1).
//   R2  The fence is compared in the script that writes (D2, D3). Besides the epoch it compares the owner.
//   R3  A server that comes back with less than it has acknowledged gets it again, in order, from the node that
//       committed it (redis-memory.ts), as far as that goes back and unless somebody else was granted the shard since.
//       What cannot be brought back is answered `gap` or `fenced`: the shard stops here, and the log says so. Nothing is
//       ever written over a hole.
//   R4  A server whose settings would lose acknowledged commits is refused, unless the operator insists.

import { because, ClusterError } from '../core/errors.ts';
import type { Plain } from '../core/plain.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
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
import { type RedisArgument, RedisConnection } from './redis-connection.ts';
import { RedisLeases } from './redis-leases.ts';
import { CommitMemory, type SentCommit } from './redis-memory.ts';
import { ACQUIRE, COMMIT, RANGE, REINSTATE, RELEASE } from './redis-scripts.ts';
import { checkSettings } from './redis-settings.ts';

/** How rows become bytes. */
export interface RowBytes {
  encode(value: Plain): Uint8Array;
  /** Throws `store-corrupt` for damaged bytes. */
  decode(bytes: Uint8Array): Plain;
}

export interface RedisStoreOptions {
  /** redis://[user:password@]host[:port][/database], or rediss:// for TLS. */
  readonly url: string;
  /** Name of the cluster: several may share a server. */
  readonly cluster: string;
  readonly codec: RowBytes;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  /** Goes on with settings that may lose acknowledged commits (R4). */
  readonly allowUnsafe?: boolean;
}

/**
 * Connects to the store of a cluster. Rejects with `store-unavailable` when it does not answer, and with `store-failed`
 * when its settings are not safe (R4).
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const { url, alarms, log } = options;
  let store: RedisStore | undefined;
  const commits = await RedisConnection.open({
    url,
    alarms,
    log,
    onReconnect: () => store?.verify(),
  });
  try {
    await checkSettings(commits, log, options.allowUnsafe === true);
    // A reply that is waited for holds up those behind it: leases and reads do not wait for commits.
    const reads = await RedisConnection.open({ url, alarms, log });
    const leases = await RedisConnection.open({ url, alarms, log });
    store = new RedisStore(options, { commits, reads, leases });
    return store;
  } catch (error) {
    await commits.close();
    throw error;
  }
}

interface Connections {
  readonly commits: RedisConnection;
  readonly reads: RedisConnection;
  readonly leases: RedisConnection;
}

/** What the commit script answers. */
interface Verdict {
  readonly answer: CommitAnswer;
  readonly epoch: number;
  readonly seq: number;
}

const GONE = new Uint8Array(0);

export class RedisStore implements Store {
  readonly name = 'redis';
  readonly batchLimits = { rows: 256, bytes: 256 * 1024 };
  readonly leases: RedisLeases;
  readonly #connections: Connections;
  readonly #prefix: string;
  readonly #codec: RowBytes;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #memory = new CommitMemory();
  /** Who acquired a shard through this store. */
  readonly #ownerOf = new Map<number, string>();

  constructor({ cluster, codec, clock, log }: RedisStoreOptions, connections: Connections) {
    this.#connections = connections;
    this.#prefix = `baton:${cluster}:`;
    this.#codec = codec;
    this.#clock = clock;
    this.#log = log;
    this.leases = new RedisLeases(connections.leases, this.#prefix);
  }

  async identify(identity: StoreIdentity): Promise<StoreIdentity> {
    const { commits } = this.#connections;
    const key = `${this.#prefix}identity`;
    await commits.command('SET', [key, JSON.stringify(identity), 'NX']);
    const { shardCount, instanceLanes, hash }: StoreIdentity = JSON.parse(
      String(await commits.command('GET', [key])),
    );
    return { shardCount, instanceLanes, hash };
  }

  async acquire(
    shard: number,
    { owner, living, heardEpoch = 0 }: ShardClaim,
  ): Promise<ShardGrant | undefined> {
    const values = [owner, heardEpoch, ...living];
    const answer = await this.#connections.commits.run(ACQUIRE, [this.#fence(shard)], values);
    if (!Array.isArray(answer) || answer.length === 0) return undefined;
    this.#memory.forget(shard);
    this.#ownerOf.set(shard, owner);
    return { epoch: Number(String(answer[0])), seq: Number(String(answer[1])) };
  }

  async release(shard: number, epoch: number, successor = ''): Promise<void> {
    this.#memory.forget(shard);
    await this.#connections.commits.run(RELEASE, [this.#fence(shard)], [epoch, successor]);
  }

  async owners(shards: readonly number[]): Promise<readonly ShardRecord[]> {
    const { reads } = this.#connections;
    return Promise.all(
      shards.map(async (shard) => {
        const fields = [this.#fence(shard), 'epoch', 'seq', 'owner'];
        const found = await reads.command('HMGET', fields);
        const [epoch, seq, owner] = Array.isArray(found) ? found : [];
        return {
          shard,
          epoch: Number(String(epoch ?? 0)),
          seq: Number(String(seq ?? 0)),
          owner: String(owner ?? ''),
        };
      }),
    );
  }

  async commit(batch: Batch): Promise<CommitAnswer> {
    const { shard, epoch, seq } = batch;
    const values: RedisArgument[] = [this.#ownerOf.get(shard) ?? '', epoch, seq];
    let bytes = 0;
    for (const [key, value] of batch.writes) {
      const row = value === undefined ? GONE : this.#codec.encode(value);
      bytes += key.length + row.length;
      values.push(key, row);
    }
    const verdict = await this.#commit(shard, values);
    const answer = this.#hasForgotten(batch, verdict)
      ? await this.#bringBack(batch, verdict, values)
      : verdict.answer;
    if (answer === 'committed' || answer === 'already') {
      const answeredAtMs = this.#clock.monotonicMs();
      this.#memory.keep(shard, { epoch, seq, values, bytes, answeredAtMs });
    }
    return answer;
  }

  async get(shard: number, keys: readonly string[]): Promise<readonly (Plain | undefined)[]> {
    if (keys.length === 0) return [];
    const { reads } = this.#connections;
    const found = await reads.command('HMGET', [this.#rows(shard), ...keys]);
    return (Array.isArray(found) ? found : []).map((bytes, at) =>
      bytes instanceof Uint8Array ? this.#decode(keys[at] ?? '', bytes) : undefined,
    );
  }

  async range(
    shard: number,
    { from, to, limit, reverse = false }: RangeOptions,
  ): Promise<readonly (readonly [string, Plain])[]> {
    const keys = [this.#rows(shard), this.#order(shard)];
    const values = [from, to, limit, reverse ? 1 : 0];
    const found = await this.#connections.reads.run(RANGE, keys, values);
    const rows: (readonly [string, Plain])[] = [];
    const list: readonly unknown[] = Array.isArray(found) ? found : [];
    for (let at = 0; at < list.length; at += 2) {
      const key = String(list[at]);
      const bytes = list[at + 1];
      if (!(bytes instanceof Uint8Array))
        throw new ClusterError('store-corrupt', `a row is listed and is not there: ${key}`);
      rows.push([key, this.#decode(key, bytes)]);
    }
    return rows;
  }

  async putFact(hash: string, text: string): Promise<void> {
    await this.#connections.commits.command('SET', [this.#fact(hash), text]);
  }

  async getFact(hash: string): Promise<string | undefined> {
    const text = await this.#connections.reads.command('GET', [this.#fact(hash)]);
    return text === null ? undefined : String(text);
  }

  async deleteFact(hash: string): Promise<void> {
    await this.#connections.commits.command('DEL', [this.#fact(hash)]);
  }

  async close(): Promise<void> {
    const { commits, reads, leases } = this.#connections;
    await Promise.all([commits.close(), reads.close(), leases.close()]);
  }

  /** The server is there again: is everything there that it acknowledged (R3)? */
  verify(): void {
    for (const [shard, newest] of this.#memory.newest()) {
      const { epoch, seq, values } = newest;
      this.#commit(shard, values)
        .then((verdict) => {
          const batch = { shard, epoch, seq, writes: [] };
          if (this.#hasForgotten(batch, verdict)) return this.#bringBack(batch, verdict, values);
          return verdict.answer;
        })
        .catch((error: unknown) => {
          this.#log.warn({ shard, err: error }, 'shard could not be verified yet');
        });
    }
  }

  async #commit(shard: number, values: readonly RedisArgument[]): Promise<Verdict> {
    const keys = [this.#fence(shard), this.#rows(shard), this.#order(shard)];
    const found = await this.#connections.commits.run(COMMIT, keys, values);
    const [answer, epoch, seq] = Array.isArray(found) ? found : [];
    return { answer: asAnswer(String(answer)), epoch: Number(epoch), seq: Number(seq) };
  }

  /** Is the server behind what it acknowledged to this node? */
  #hasForgotten(batch: Batch, { answer, epoch }: Verdict): boolean {
    return answer === 'gap' || (answer === 'fenced' && epoch < batch.epoch);
  }

  /** R3. */
  async #bringBack(
    batch: Batch,
    verdict: Verdict,
    values: readonly RedisArgument[],
  ): Promise<CommitAnswer> {
    const { shard, epoch, seq } = batch;
    const missing = this.#memory.between(shard, epoch, verdict.seq, seq - 1);
    const fields = { shard, epoch, seq, storedEpoch: verdict.epoch, storedSeq: verdict.seq };
    if (missing === undefined) {
      this.#log.error(fields, 'store lost acknowledged commits that nobody has any more');
      return 'gap';
    }
    if (verdict.answer === 'fenced') {
      const owner = this.#ownerOf.get(shard) ?? '';
      const { commits } = this.#connections;
      if ((await commits.run(REINSTATE, [this.#fence(shard)], [epoch, owner])) !== 1)
        return 'fenced';
    }
    this.#log.warn({ ...fields, commits: missing.length }, 'store gets back what it had lost');
    for (const commit of missing) {
      const { answer } = await this.#again(shard, commit);
      if (answer !== 'committed' && answer !== 'already') return answer;
    }
    return (await this.#commit(shard, values)).answer;
  }

  #again(shard: number, { values }: SentCommit): Promise<Verdict> {
    return this.#commit(shard, values);
  }

  #decode(key: string, bytes: Uint8Array): Plain {
    try {
      return this.#codec.decode(bytes);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      throw because(error, error.code, `${error.message}: ${key}`);
    }
  }

  #fence(shard: number): string {
    return `${this.#prefix}{${shard}}:fence`;
  }

  #rows(shard: number): string {
    return `${this.#prefix}{${shard}}:rows`;
  }

  #order(shard: number): string {
    return `${this.#prefix}{${shard}}:order`;
  }

  #fact(hash: string): string {
    return `${this.#prefix}fact:${hash}`;
  }
}

function asAnswer(text: string): CommitAnswer {
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
