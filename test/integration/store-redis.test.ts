// The store of a cluster when its server is killed, stands still, runs out of memory or forgets.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { systemAlarms, systemClock } from '../../cluster/adapter/system-clock.ts';
import type { ClusterError } from '../../cluster/core/errors.ts';
import { type Log, SILENT_LOG } from '../../cluster/port/log.ts';
import type { Batch, RowWrite } from '../../cluster/port/store.ts';
import { commitUntilKnown } from '../../cluster/runtime/committer.ts';
import { openRedisStore, type RedisStore } from '../../cluster/store/redis.ts';
import { acquire } from '../conformance/store-suite.ts';
import { RedisServer } from '../support/redis-server.ts';
import { withoutServers } from '../support/server-process.ts';

const IDENTITY = { shardCount: 8, instanceLanes: 1, hash: 'test' };

const open = (
  server: RedisServer,
  more: { readonly allowUnsafe?: boolean; readonly log?: Log } = {},
): Promise<RedisStore> =>
  openRedisStore({
    url: server.url,
    cluster: 'test',
    codec: { encode: encodeRow, decode: decodeRow },
    alarms: systemAlarms,
    clock: systemClock,
    log: SILENT_LOG,
    ...more,
  });

const batch = (epoch: number, seq: number, writes: readonly RowWrite[], shard = 1): Batch => ({
  shard,
  epoch,
  seq,
  writes,
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: ClusterError) => error.code,
  );

/** Sends a batch as a shard does: again and again, until it is known what became of it. */
const settle = (store: RedisStore, sent: Batch): Promise<string> =>
  commitUntilKnown(sent, {
    store,
    alarms: systemAlarms,
    log: SILENT_LOG,
    bugs: {},
    onTrouble: () => undefined,
    isWanted: () => true,
  });

describe.skipIf(withoutServers)('with a redis-server', () => {
  let server: RedisServer;
  let store: RedisStore;

  beforeEach(async () => {
    server = await RedisServer.start();
    store = await open(server);
    await store.identify(IDENTITY);
  });

  afterEach(async () => {
    server.resume();
    await store.close();
    await server.stop();
  });

  test('a server that is killed again and again loses nothing and doubles nothing', async () => {
    const shards = [0, 1, 2, 3, 4, 5, 6, 7];
    const ends: string[] = [];
    let isOver = false;
    const committed = await Promise.all([
      (async () => {
        for (let kill = 0; kill < 5; kill++) {
          const before = ends.length;
          while (ends.length < before + 200) await new Promise(setImmediate);
          await server.kill();
          await server.restart();
        }
        isOver = true;
        return 0;
      })(),
      ...shards.map(async (shard) => {
        const { epoch } = await acquire(store, shard, 'a');
        let seq = 0;
        while (!isOver) {
          seq++;
          const rows: RowWrite[] = [
            [`n/${String(seq).padStart(6, '0')}`, seq],
            ['last', seq],
          ];
          ends.push(await settle(store, batch(epoch, seq, rows, shard)));
        }
        return seq;
      }),
    ]);
    expect(new Set(ends)).toEqual(new Set(['durable']));
    for (const shard of shards) {
      const last = committed[shard + 1] ?? 0;
      const rows = await store.range(shard, { from: 'n/', to: 'n0', limit: 100_000 });
      expect(rows.map(([, value]) => value)).toEqual(
        Array.from({ length: last }, (_, index) => index + 1),
      );
      expect(await store.get(shard, ['last'])).toEqual([last]);
    }
  }, 30_000);

  test('what a server that stood still was sent is settled when it goes on', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    server.pause();
    const sent = batch(epoch, 1, [['a/x', 1]]);
    expect(await codeOf(store.commit(sent))).toBe('outcome-unknown');
    server.resume();
    expect(await settle(store, sent)).toBe('durable');
    expect(await store.get(1, ['a/x'])).toEqual([1]);
    expect(await store.commit(sent)).toBe('already');
  });

  test('a server that comes back with less than it acknowledged gets it again', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    await store.commit(batch(epoch, 1, [['n/1', 1]]));
    const copy = await server.copyData();
    const later = await acquire(store, 1, 'a');
    for (let seq = 2; seq <= 5; seq++)
      await store.commit(batch(later.epoch, seq, [[`n/${seq}`, seq]]));
    await server.kill();
    await server.putBack(copy);
    await server.restart();
    expect(await settle(store, batch(later.epoch, 6, [['n/6', 6]]))).toBe('durable');
    const rows = await store.range(1, { from: 'n/', to: 'n0', limit: 10 });
    expect(rows.map(([, value]) => value)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.owners([1])).toEqual([{ shard: 1, epoch: later.epoch, seq: 6, owner: 'a' }]);
  });

  test('what nobody has any more stops the shard, and is said', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    const copy = await server.copyData();
    await store.commit(batch(epoch, 1, [['n/1', 1]]));
    await store.close();
    const said: string[] = [];
    await server.kill();
    await server.putBack(copy);
    await server.restart();
    const log: Log = { ...SILENT_LOG, error: (_, message) => said.push(message) };
    store = await open(server, { log });
    await acquire(store, 1, 'a');
    expect(await store.commit(batch(epoch + 1, 2, [['n/2', 2]]))).toBe('gap');
    expect(said).toEqual(['store lost acknowledged commits that nobody has any more']);
    expect(await store.get(1, ['n/2'])).toEqual([undefined]);
  });

  test('a server without memory refuses a commit whole, and takes it when there is room', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    const limit = async (bytes: string): Promise<void> => {
      const { RedisConnection } = await import('../../cluster/store/redis-connection.ts');
      const options = { url: server.url, alarms: systemAlarms, log: SILENT_LOG };
      const redis = await RedisConnection.open(options);
      await redis.command('CONFIG', ['SET', 'maxmemory', bytes]);
      await redis.close();
    };
    await limit('1');
    const sent = batch(epoch, 1, [
      ['a/x', 1],
      ['a/y', 2],
    ]);
    expect(await codeOf(store.commit(sent))).toBe('store-full');
    expect(await store.get(1, ['a/x', 'a/y'])).toEqual([undefined, undefined]);
    await limit('0');
    expect(await store.commit(sent)).toBe('committed');
  });

  test('an owner that was replaced cannot write, whatever it still sends', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    const other = await open(server);
    const { epoch: later } = await acquire(other, 1, 'b');
    expect(await store.commit(batch(epoch, 1, [['a/x', 'old']]))).toBe('fenced');
    expect(await store.commit(batch(later, 1, [['a/x', 'same epoch']]))).toBe('fenced');
    expect(await other.commit(batch(later, 1, [['a/x', 'new']]))).toBe('committed');
    expect(await store.get(1, ['a/x'])).toEqual(['new']);
    await other.close();
  });

  test('a server that is not there is said to be unavailable', async () => {
    await server.kill();
    expect(await codeOf(open(server))).toBe('store-unavailable');
  });
});

describe.skipIf(withoutServers)('with a redis-server of unsafe settings', () => {
  const UNSAFE = { appendfsync: 'everysec', 'maxmemory-policy': 'allkeys-lru' };

  test('the store is refused, and every setting that is wrong is named', async () => {
    const server = await RedisServer.start(UNSAFE);
    await expect(open(server)).rejects.toThrow(
      'appendfsync is everysec and must be always; maxmemory-policy is allkeys-lru and must be noeviction',
    );
    await server.stop();
  });

  test('an operator who insists is warned', async () => {
    const server = await RedisServer.start(UNSAFE);
    const said: string[] = [];
    const log: Log = { ...SILENT_LOG, warn: (_, message) => said.push(message) };
    const store = await open(server, { allowUnsafe: true, log });
    expect(said).toEqual(['store may lose what it has acknowledged']);
    await store.close();
    await server.stop();
  });
});
