// The store of a cluster when its server is killed, stands still, runs out of memory, forgets or is set up badly. What
// every store has to do is in test/conformance/redis.test.ts.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { systemAlarms, systemClock } from '../../cluster/adapter/system-clock.ts';
import type { ClusterError } from '../../cluster/core/errors.ts';
import { type Log, SILENT_LOG } from '../../cluster/port/log.ts';
import type { Batch, RowWrite } from '../../cluster/port/store.ts';
import { commitUntilKnown } from '../../cluster/runtime/committer.ts';
import { RedisConnection } from '../../cluster/store/redis-connection.ts';
import type { StoreLoss } from '../../cluster/store/redis-fence.ts';
import {
  openRedisStore,
  type RedisStore,
  type RedisStoreOptions,
} from '../../cluster/store/redis.ts';
import { acquire } from '../conformance/store-suite.ts';
import { RedisServer } from '../support/redis-server.ts';
import { claimOf } from '../support/members.ts';
import { withoutServers } from '../support/server-process.ts';

const IDENTITY = { shardCount: 8, instanceLanes: 1, hash: 'test' };

const CLAIM = claimOf('a~1');

const open = (server: RedisServer, more: Partial<RedisStoreOptions> = {}): Promise<RedisStore> =>
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

/** A batch that writes its own number. */
const numbered = (epoch: number, seq: number, shard = 1): Batch =>
  batch(epoch, seq, [[`n/${String(seq).padStart(6, '0')}`, seq]], shard);

/** The numbers that are there. */
const numbersOf = async (store: RedisStore, shard = 1): Promise<readonly unknown[]> => {
  const rows = await store.range(shard, { from: 'n/', to: 'n0', limit: 100_000 });
  return rows.map(([, value]) => value);
};

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, at) => at + 1);

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

/** Asks a store until its connection is there again. */
const persist = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
  vi.waitFor(ask, { timeout: 10_000, interval: 5 });

/** A command of somebody else than the store. */
async function command(server: RedisServer, name: string, ...values: (string | number)[]) {
  const redis = await RedisConnection.open({
    url: server.url,
    alarms: systemAlarms,
    log: SILENT_LOG,
  });
  try {
    return await redis.command(name, values);
  } finally {
    await redis.close();
  }
}

/** Ends the server as a crash does and starts it on an earlier copy of its data. */
async function restartOn(server: RedisServer, copy: string): Promise<void> {
  await server.kill();
  await server.putBack(copy);
  await server.restart();
}

describe.skipIf(withoutServers)('with a redis-server', () => {
  let server: RedisServer;
  let store: RedisStore;
  let losses: StoreLoss[] = [];

  beforeEach(async () => {
    server = await RedisServer.start();
    losses = [];
    store = await open(server, { onLoss: (loss) => losses.push(loss) });
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
    let enough = (): void => undefined;
    let target = 0;
    let isOver = false;
    const fault = async (): Promise<number> => {
      for (let kill = 0; kill < 6; kill++) {
        target = ends.length + 200;
        await new Promise<void>((resolve) => {
          enough = resolve;
        });
        await server.kill();
        await server.restart();
      }
      isOver = true;
      return 0;
    };
    const write = async (shard: number): Promise<number> => {
      const { epoch } = await acquire(store, shard, 'a');
      for (let seq = 1; ; seq++) {
        ends.push(await settle(store, numbered(epoch, seq, shard)));
        if (ends.length >= target) enough();
        if (isOver) return seq;
      }
    };
    const [, ...committed] = await Promise.all([fault(), ...shards.map(write)]);
    expect(new Set(ends)).toEqual(new Set(['durable']));
    for (const shard of shards) {
      const last = committed[shard] ?? 0;
      expect(await persist(() => numbersOf(store, shard))).toEqual(upTo(last));
      expect(await store.owners([shard])).toMatchObject([{ seq: last }]);
    }
    expect(losses).toEqual([]);
  }, 30_000);

  test('what a server that stood still was sent is settled by sending it again', async () => {
    const hasty = await open(server, { answerMs: 200 });
    const { epoch } = await acquire(hasty, 1, 'a');
    await hasty.commit(numbered(epoch, 1));
    server.pause();
    const sent = numbered(epoch, 2);
    expect(await codeOf(hasty.commit(sent))).toBe('outcome-unknown');
    server.resume();
    expect(await hasty.commit(sent)).toBe('already');
    expect(await numbersOf(hasty)).toEqual([1, 2]);
    await hasty.close();
  });

  test('an owner that was replaced cannot write, whatever it still sends', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    const other = await open(server);
    const { epoch: later } = await acquire(other, 1, 'b');
    expect(await store.commit(batch(epoch, 1, [['a/x', 'old']]))).toBe('fenced');
    expect(await store.commit(batch(later, 1, [['a/x', 'same epoch']]))).toBe('fenced');
    expect(await other.commit(batch(later, 1, [['a/x', 'new']]))).toBe('committed');
    expect(await store.get(1, ['a/x'])).toEqual(['new']);
    expect(losses).toEqual([]);
    await other.close();
  });

  describe('that comes back with an older copy of its data', () => {
    /** Commits seq 1, copies, and commits up to a last seq under a later grant. */
    async function commitOver(last: number): Promise<{ epoch: number; copy: string }> {
      const first = await acquire(store, 1, 'a');
      await store.commit(numbered(first.epoch, 1));
      const copy = await server.copyData();
      const { epoch } = await acquire(store, 1, 'a');
      for (let seq = 2; seq <= last; seq++) await store.commit(numbered(epoch, seq));
      return { epoch, copy };
    }

    test('the next commit finds everything there that was acknowledged', async () => {
      const { epoch, copy } = await commitOver(100);
      await restartOn(server, copy);
      expect(await settle(store, numbered(epoch, 101))).toBe('durable');
      expect(await persist(() => numbersOf(store))).toEqual(upTo(101));
      expect(await store.owners([1])).toEqual([{ shard: 1, epoch, seq: 101, owner: 'a' }]);
    });

    test('a read sees nothing older than what was acknowledged', async () => {
      const { copy } = await commitOver(5);
      await restartOn(server, copy);
      expect(await persist(() => store.get(1, ['n/000005']))).toEqual([5]);
      expect(await numbersOf(store)).toEqual(upTo(5));
    });

    test('it gets back what it lost, though nobody commits or reads', async () => {
      const { epoch, copy } = await commitOver(5);
      await restartOn(server, copy);
      const record = [{ shard: 1, epoch, seq: 5, owner: 'a' }];
      await persist(async () => expect(await store.owners([1])).toEqual(record));
    });

    test('the next owner gets it too', async () => {
      const { epoch, copy } = await commitOver(5);
      await restartOn(server, copy);
      await persist(() => store.release(1, epoch, 'b'));
      const other = await open(server);
      expect(await acquire(other, 1, 'b')).toEqual({ epoch: epoch + 2, seq: 5 });
      expect(await numbersOf(other)).toEqual(upTo(5));
      await other.close();
    });

    test('its owner gets it too when it acquires the shard again', async () => {
      const { epoch, copy } = await commitOver(5);
      await restartOn(server, copy);
      const grant = await persist(() => store.acquire(1, { owner: 'a', living: [] }));
      expect(grant).toEqual({ epoch: epoch + 1, seq: 5 });
      expect(await persist(() => numbersOf(store))).toEqual(upTo(5));
    });

    test('many shards at once get back what was in flight and what was not', async () => {
      const shards = [0, 1, 2, 3, 4, 5, 6, 7];
      const grants = await Promise.all(shards.map((shard) => acquire(store, shard, 'a')));
      const epochOf = (shard: number): number => grants[shard]?.epoch ?? 0;
      const copy = await server.copyData();
      const commitAll = (seq: number): Promise<readonly string[]> =>
        Promise.all(shards.map((shard) => settle(store, numbered(epochOf(shard), seq, shard))));
      for (let seq = 1; seq <= 40; seq++) await commitAll(seq);
      const inFlight = commitAll(41);
      await restartOn(server, copy);
      expect(new Set(await inFlight)).toEqual(new Set(['durable']));
      for (const shard of shards)
        expect(await persist(() => numbersOf(store, shard))).toEqual(upTo(41));
      expect(losses).toEqual([]);
    });

    test('no version of the membership is used a second time', async () => {
      const copy = await server.copyData();
      const { membership } = await store.leases.join(CLAIM, 60_000);
      await restartOn(server, copy);
      const other = { ...CLAIM, id: 'b~1' };
      const later = (await persist(() => store.leases.join(other, 60_000))).membership;
      expect(later.members.map(({ id }) => id)).toEqual(['b~1']);
      expect(later.version).toBeGreaterThan(membership.version);
    });

    test('a fact is still there', async () => {
      const copy = await server.copyData();
      await store.putFact('h', 'a text');
      await restartOn(server, copy);
      expect(await persist(() => store.getFact('h'))).toBe('a text');
      await persist(async () =>
        expect(await command(server, 'EXISTS', 'baton:test:fact:h')).toBe(1),
      );
    });
  });

  describe('that has forgotten more than its owner can bring back', () => {
    /** Makes the server forget: a fence as it was once, without the rows that came later. */
    async function rewind(fence: object, ...numbers: readonly number[]): Promise<void> {
      const key = (part: string): string => `baton:test:{1}:${part}`;
      const rows = numbers.map((number) => `n/${String(number).padStart(6, '0')}`);
      await command(server, 'DEL', key('fence'));
      await command(server, 'HSET', key('fence'), ...Object.entries(fence).flat());
      if (rows.length === 0) return;
      await command(server, 'HDEL', key('rows'), ...rows);
      await command(server, 'ZREM', key('order'), ...rows);
    }

    test('its shard stops, reads are refused, and it is said', async () => {
      const first = await acquire(store, 1, 'a');
      for (const seq of [1, 2]) await store.commit(numbered(first.epoch, seq));
      await store.release(1, first.epoch);
      const { epoch } = await acquire(store, 1, 'a');
      await store.commit(numbered(epoch, 3));
      await rewind({ epoch: first.epoch, owner: 'a', seq: 1, writer: `${first.epoch} a` }, 2, 3);
      expect(await codeOf(store.get(1, ['n/000003']))).toBe('store-corrupt');
      expect(await store.commit(numbered(epoch, 4))).toBe('gap');
      const loss = { shard: 1, epoch, seq: 3, storedEpoch: first.epoch, storedSeq: 1 };
      expect(losses).toEqual([loss]);
      // Whoever acquires the shard anew goes on with what there is.
      expect((await acquire(store, 1, 'a')).seq).toBe(1);
      expect(await numbersOf(store)).toEqual([1]);
    });

    test('nothing is put on top of what an earlier owner wrote again', async () => {
      const zombie = await open(server);
      const old = await acquire(zombie, 1, 'a');
      await zombie.commit(numbered(old.epoch, 1));
      const { epoch } = await acquire(store, 1, 'b');
      for (const seq of [2, 3]) await store.commit(numbered(epoch, seq));
      await rewind({ epoch: old.epoch, owner: 'a', seq: 1, writer: `${old.epoch} a` }, 2, 3);
      const other = batch(old.epoch, 2, [['n/000002', 'of the earlier owner']]);
      expect(await zombie.commit(other)).toBe('committed');
      expect(await store.commit(numbered(epoch, 4))).toBe('gap');
      expect(losses).toMatchObject([{ shard: 1, epoch, seq: 3, storedSeq: 2 }]);
      expect(await numbersOf(zombie)).toEqual([1, 'of the earlier owner']);
      await zombie.close();
    });

    test('an epoch that is granted twice is of use to the second owner alone', async () => {
      const { epoch } = await acquire(store, 1, 'a');
      await store.commit(numbered(epoch, 1));
      await rewind({ epoch: epoch - 1, seq: 1 });
      const other = await open(server);
      expect((await acquire(other, 1, 'b')).epoch).toBe(epoch);
      expect(await store.commit(numbered(epoch, 2))).toBe('fenced');
      expect(losses).toMatchObject([{ shard: 1, epoch, seq: 1, storedEpoch: epoch, storedSeq: 1 }]);
      expect(await other.commit(numbered(epoch, 2))).toBe('committed');
      await other.close();
    });
  });

  describe('without memory', () => {
    const limit = (bytes: number): Promise<unknown> =>
      command(server, 'CONFIG', 'SET', 'maxmemory', bytes);

    test('a commit is refused whole, and taken when there is room', async () => {
      const { epoch } = await acquire(store, 1, 'a');
      await store.commit(numbered(epoch, 1));
      await limit(1);
      const sent = batch(epoch, 2, [
        ['n/000001', undefined],
        ['n/000002', 2],
        ['n/000003', 3],
      ]);
      expect(await codeOf(store.commit(sent))).toBe('store-full');
      expect(await numbersOf(store)).toEqual([1]);
      await limit(0);
      expect(await store.commit(sent)).toBe('committed');
      expect(await numbersOf(store)).toEqual([2, 3]);
    });

    test('rows can be removed, shards change hands, and nobody loses a lease', async () => {
      const { epoch } = await acquire(store, 1, 'a');
      await store.commit(numbered(epoch, 1));
      await limit(1);
      expect(await store.commit(batch(epoch, 2, [['n/000001', undefined]]))).toBe('committed');
      await store.release(1, epoch, 'b');
      expect((await acquire(store, 1, 'b')).seq).toBe(2);
      expect((await store.leases.join(CLAIM, 1_000)).answer).toBe('granted');
      expect((await store.leases.renew(CLAIM, 1_000, { number: 1, accused: [] })).answer).toBe(
        'granted',
      );
    });
  });

  test('leases are on the clock of the server, whatever the clock of the node says', async () => {
    const timeMs = async (): Promise<number> => {
      const answer = await command(server, 'TIME');
      const [seconds, micros] = Array.isArray(answer) ? answer.map(String) : [];
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    };
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    try {
      const before = await timeMs();
      const { storeMs, membership } = await store.leases.join(CLAIM, 1_000);
      expect(storeMs).toBeGreaterThanOrEqual(before);
      expect(storeMs).toBeLessThanOrEqual(await timeMs());
      expect(membership.members[0]?.leaseEndsMs).toBe(storeMs + 1_000);
    } finally {
      vi.useRealTimers();
    }
  });

  test('rows are in order of code units, whatever letters their keys have', async () => {
    const keys = ['k/~', 'k/é', 'k/\ud7ff', 'k/\u{10000}z', 'k/\u{1f600}', 'k/\ud83d', 'k/\uff5e'];
    keys.sort();
    const { epoch } = await acquire(store, 1, 'a');
    await store.commit(
      batch(
        epoch,
        1,
        keys.map((key) => [key, key]),
      ),
    );
    const rows = await store.range(1, { from: 'k/', to: 'k0', limit: 10 });
    expect(rows.map(([key]) => key)).toEqual(keys);
    expect(rows.map(([, value]) => value)).toEqual(await store.get(1, keys));
    const above = await store.range(1, { from: 'k/\u{10000}', to: 'k/\uff5e', limit: 10 });
    expect(above.map(([key]) => key)).toEqual(
      keys.filter((key) => key >= 'k/\u{10000}' && key < 'k/\uff5e'),
    );
  });

  test('a damaged row and a damaged fact are reported, each by its key', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    await store.commit(numbered(epoch, 1));
    await command(server, 'HSET', 'baton:test:{1}:rows', 'n/000001', 'something else');
    await expect(store.get(1, ['n/000001'])).rejects.toThrow(/checksum: n\/000001$/);
    await expect(numbersOf(store)).rejects.toThrow(/checksum: n\/000001$/);
    await command(server, 'HDEL', 'baton:test:{1}:rows', 'n/000001');
    await expect(numbersOf(store)).rejects.toThrow('a row is listed and is not there: n/000001');
    await store.putFact('h', 'a text');
    await command(server, 'SET', 'baton:test:fact:h', 'something else');
    await expect(store.getFact('h')).rejects.toThrow(/checksum: baton:test:fact:h$/);
  });

  test('a store of a newer format is refused', async () => {
    await command(server, 'SET', 'baton:test:format', '7');
    await expect(store.identify(IDENTITY)).rejects.toMatchObject({
      code: 'store-version',
      details: { found: 7, known: 1 },
    });
  });

  test('a server that is not there is unavailable, and so is one whose connection is away', async () => {
    const { epoch } = await acquire(store, 1, 'a');
    await server.kill();
    await expect(open(server)).rejects.toThrow(
      /^the store at 127\.0\.0\.1:\d+ does not answer: .*ECONN/,
    );
    await vi.waitFor(async () =>
      expect(await codeOf(store.commit(numbered(epoch, 1)))).toBe('store-unavailable'),
    );
    expect(await codeOf(store.get(1, ['n/000001']))).toBe('store-unavailable');
  });

  test('an address that is none, or that brings options, is refused', async () => {
    for (const url of ['127.0.0.1', `${server.url}?enableOfflineQueue=true`])
      await expect(open(server, { url })).rejects.toThrow(/not of the form redis:/);
  });
});

describe.skipIf(withoutServers)('with a redis-server of unsafe settings', () => {
  const UNSAFE = { appendfsync: 'everysec', 'maxmemory-policy': 'allkeys-lru' };
  let server: RedisServer | undefined;

  afterEach(() => server?.stop());

  test('the store is refused, and every setting that is wrong is named', async () => {
    server = await RedisServer.start(UNSAFE);
    const refused = open(server);
    await expect(refused).rejects.toMatchObject({ code: 'store-unsafe' });
    await expect(refused).rejects.toThrow(
      'appendfsync is everysec and must be always; maxmemory-policy is allkeys-lru and must be noeviction',
    );
  });

  test('the store is refused when its settings cannot be read', async () => {
    server = await RedisServer.start({ 'rename-command': ['CONFIG', ''] });
    await expect(open(server)).rejects.toThrow(
      'appendonly cannot be read and must be yes; appendfsync cannot be read and must be always',
    );
  });

  test('an operator who insists is warned', async () => {
    server = await RedisServer.start(UNSAFE);
    const said: string[] = [];
    const log: Log = { ...SILENT_LOG, warn: (_, message) => said.push(message) };
    const store = await open(server, { allowUnsafe: true, log });
    expect(said).toEqual(['store may lose what it has acknowledged']);
    await store.close();
  });
});
