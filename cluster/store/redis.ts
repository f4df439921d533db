// The store of a cluster: Redis with its append-only file flushed before every answer.
//
//   S1  Commits, reads and leases have connections of their own: a reply that is waited for holds up those behind it.
//       Commits have several, since the server reads about 16 KiB of each before it flushes for all.
//   S2  What a commit needs on the server is one script on the keys of one shard (redis-scripts.ts); what a server that
//       forgets may cost, and what not, is said in redis-fence.ts.
//   S3  A server whose settings would lose acknowledged commits is refused, unless the operator insists.
//   S4  A fact that was stored in the last seconds is stored again when the connection was broken: the server may have
//       forgotten it.

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
import { RedisFence, type StoreLoss } from './redis-fence.ts';
import { FORMAT, RedisKeys } from './redis-keys.ts';
import { decodeRowKey, encodeRowKey } from './row-key-bytes.ts';
import { RedisLeases } from './redis-leases.ts';
import { WriteMemory } from './redis-memory.ts';
import { GET, RANGE } from './redis-scripts.ts';
import { checkSettings } from './redis-settings.ts';
import type { RowBytes } from './row-bytes.ts';

export interface RedisStoreOptions {
  /** redis://[user:password@]host[:port][/database], or rediss:// for TLS. */
  readonly url: string;
  /** Name of the cluster: several may share a server. */
  readonly cluster: string;
  readonly codec: RowBytes;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  /** Goes on with settings that may lose acknowledged commits (S3). */
  readonly allowUnsafe?: boolean;
  /** How long a command may take before its outcome is said to be unknown, in milliseconds. */
  readonly answerMs?: number;
  /** Told when the server is found to have lost commits that it had acknowledged; it is also logged. */
  readonly onLoss?: (loss: StoreLoss) => void;
}

/**
 * Connects to the store of a cluster. Rejects with `store-unavailable` when it does not answer, and with `store-unsafe`
 * when its settings are not safe (S3).
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const { url, alarms, log, answerMs } = options;
  const connection = { url, alarms, log, ...(answerMs === undefined ? {} : { answerMs }) };
  let store: RedisStore | undefined;
  const opened: RedisConnection[] = [];
  const open = async (onReconnect: (again: RedisConnection) => void): Promise<RedisConnection> => {
    const made = await RedisConnection.open({ ...connection, onReconnect });
    opened.push(made);
    return made;
  };
  const verify = (again: RedisConnection): void => void store?.verify(again);
  const ignore = (): void => undefined;
  try {
    const first = await open(verify);
    await checkSettings(first, log, options.allowUnsafe === true);
    const commits = [first];
    while (commits.length < COMMIT_CONNECTIONS) commits.push(await open(verify));
    const reads = await open(ignore);
    const leases = await open(ignore);
    store = new RedisStore(options, { first, commits, reads, leases });
    return store;
  } catch (error) {
    await Promise.all(opened.map((each) => each.close()));
    throw error;
  }
}

/** S1. */
interface Connections {
  readonly commits: readonly RedisConnection[];
  /** Of those: for what belongs to no shard. */
  readonly first: RedisConnection;
  readonly reads: RedisConnection;
  readonly leases: RedisConnection;
}

/** Four make about twice as many commits share a flush as one does, and eight no more: docs/decisions/0002. */
const COMMIT_CONNECTIONS = 4;

/** What stands for a row that is removed. */
const GONE = new Uint8Array(0);

export class RedisStore implements Store {
  readonly name = 'redis';
  readonly batchLimits = { rows: 256, bytes: 256 * 1024 };
  readonly leases: RedisLeases;
  readonly #connections: Connections;
  readonly #keys: RedisKeys;
  readonly #codec: RowBytes;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #memory = new WriteMemory();
  readonly #fence: RedisFence;

  constructor(options: RedisStoreOptions, connections: Connections) {
    const { cluster, codec, clock, log, onLoss = () => undefined } = options;
    this.#connections = connections;
    this.#keys = new RedisKeys(cluster);
    this.#codec = codec;
    this.#clock = clock;
    this.#log = log;
    this.leases = new RedisLeases(connections.leases, this.#keys.members);
    const { commits, reads } = connections;
    const memory = this.#memory;
    this.#fence = new RedisFence({ commits, reads, keys: this.#keys, memory, clock, log, onLoss });
  }

  async identify(identity: StoreIdentity): Promise<StoreIdentity> {
    const format = await this.#setOnce(this.#keys.format, String(FORMAT));
    if (Number(format) > FORMAT) {
      throw new ClusterError('store-version', 'the store was written by a newer version', {
        details: { found: Number(format), known: FORMAT },
      });
    }
    const text = await this.#setOnce(this.#keys.identity, JSON.stringify(identity));
    const { shardCount, instanceLanes, hash }: StoreIdentity = JSON.parse(text);
    return { shardCount, instanceLanes, hash };
  }

  acquire(shard: number, claim: ShardClaim): Promise<ShardGrant | undefined> {
    return this.#fence.acquire(shard, claim);
  }

  release(shard: number, epoch: number, successor = ''): Promise<void> {
    return this.#fence.release(shard, epoch, successor);
  }

  async owners(shards: readonly number[]): Promise<readonly ShardRecord[]> {
    const { reads } = this.#connections;
    return Promise.all(
      shards.map(async (shard) => {
        const fields = [this.#keys.fence(shard), 'epoch', 'seq', 'owner'];
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

  async commit({ shard, epoch, seq, writes }: Batch): Promise<CommitAnswer> {
    const rows: RedisArgument[] = [];
    let bytes = 0;
    for (const [key, value] of writes) {
      const row = value === undefined ? GONE : this.#codec.encode(value);
      bytes += key.length + row.length;
      rows.push(encodeRowKey(key), row);
    }
    return this.#fence.commit(shard, epoch, seq, rows, bytes);
  }

  async get(shard: number, keys: readonly string[]): Promise<readonly (Plain | undefined)[]> {
    if (keys.length === 0) return [];
    const names = [this.#keys.fence(shard), this.#keys.rows(shard)];
    const found = await this.#fence.read(shard, GET, names, keys.map(encodeRowKey));
    const values: readonly unknown[] = Array.isArray(found) ? found : [];
    return keys.map((key, at) => {
      const bytes = values[at];
      return bytes instanceof Uint8Array ? this.#decode(key, bytes) : undefined;
    });
  }

  async range(
    shard: number,
    { from, to, limit, reverse = false }: RangeOptions,
  ): Promise<readonly (readonly [string, Plain])[]> {
    const names = [this.#keys.fence(shard), this.#keys.rows(shard), this.#keys.order(shard)];
    const bounds = [encodeRowKey(from), encodeRowKey(to), limit, reverse ? 1 : 0];
    const found = await this.#fence.read(shard, RANGE, names, bounds);
    const [keys = [], values = []]: readonly (readonly unknown[])[] = Array.isArray(found)
      ? found
      : [];
    return keys.map((keyBytes, at) => {
      const bytes = values[at];
      const key = keyBytes instanceof Uint8Array ? decodeRowKey(keyBytes) : '';
      if (!(bytes instanceof Uint8Array))
        throw new ClusterError('store-corrupt', `a row is listed and is not there: ${key}`);
      return [key, this.#decode(key, bytes)];
    });
  }

  async putFact(hash: string, text: string): Promise<void> {
    const bytes = this.#codec.encode(text);
    await this.#connections.first.command('SET', [this.#keys.fact(hash), bytes]);
    this.#memory.keepFact(hash, bytes, this.#clock.monotonicMs());
  }

  async getFact(hash: string): Promise<string | undefined> {
    const key = this.#keys.fact(hash);
    const found = await this.#connections.reads.command('GET', [key]);
    const bytes = found instanceof Uint8Array ? found : this.#memory.fact(hash);
    const text = bytes === undefined ? undefined : this.#decode(key, bytes);
    return typeof text === 'string' ? text : undefined;
  }

  async deleteFact(hash: string): Promise<void> {
    this.#memory.dropFact(hash);
    await this.#connections.first.command('DEL', [this.#keys.fact(hash)]);
  }

  async close(): Promise<void> {
    const { commits, reads, leases } = this.#connections;
    await Promise.all([...commits, reads, leases].map((connection) => connection.close()));
  }

  /** A connection is there again: does the server have what it acknowledged, and is it still a safe one? Never rejects. */
  async verify(connection: RedisConnection): Promise<void> {
    await this.#fence.verify(connection);
    const { first } = this.#connections;
    if (connection !== first) return;
    try {
      for (const [hash, bytes] of this.#memory.facts())
        await first.command('SET', [this.#keys.fact(hash), bytes]);
      await checkSettings(first, this.#log, true);
    } catch (error) {
      this.#log.warn({ err: error }, 'store could not be verified');
    }
  }

  /** Sets a value for ever unless there is one. @returns the one that stays */
  async #setOnce(key: string, value: string): Promise<string> {
    const before = await this.#connections.first.command('SET', [key, value, 'NX', 'GET']);
    return before instanceof Uint8Array ? before.toString() : value;
  }

  #decode(key: string, bytes: Uint8Array): Plain {
    try {
      return this.#codec.decode(bytes);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      throw because(error, error.code, `${error.message}: ${key}`);
    }
  }
}
