// What every store keeps: rules D1 to D8 of cluster/port/store.ts, the same for all adapters.

import { describe, expect, test } from 'vitest';
import type { Batch, RowWrite, ShardGrant, Store } from '../../cluster/port/store.ts';

/** A store under test, and the same one after whoever used it has gone. */
export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

const IDENTITY = { shardCount: 4, instanceLanes: 1, hash: 'test' };

const batch = (epoch: number, seq: number, writes: readonly RowWrite[], shard = 1): Batch => ({
  shard,
  epoch,
  seq,
  writes,
});

/** Takes a shard that nobody keeps. */
export async function acquire(store: Store, shard: number, owner: string): Promise<ShardGrant> {
  const grant = await store.acquire(shard, { owner, living: [] });
  expect(grant).toBeDefined();
  return grant ?? { epoch: 0, seq: 0 };
}

/** Runs the suite. @param open makes an empty store */
export function storeSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  const onStore = (sentence: string, work: (world: StoreUnderTest) => Promise<void>): void => {
    test(sentence, async () => {
      const world = await open();
      try {
        await world.store.identify(IDENTITY);
        await work(world);
      } finally {
        await world.close();
      }
    });
  };

  describe(name, () => {
    onStore('the first identity stays, whatever a later node wants', async ({ reopen }) => {
      const again = await reopen();
      expect(await again.identify({ ...IDENTITY, shardCount: 8 })).toEqual(IDENTITY);
    });

    onStore('a commit is read back, also by the next owner of the store', async (world) => {
      const { epoch } = await acquire(world.store, 1, 'a');
      const row = { text: 'é', whole: 2 ** 53 - 1, big: 2n ** 60n, list: [null, true, 1.5] };
      expect(await world.store.commit(batch(epoch, 1, [['a/x', row]]))).toBe('committed');
      expect(await world.store.get(1, ['a/x', 'a/y'])).toEqual([row, undefined]);
      const again = await world.reopen();
      expect(await again.get(1, ['a/x'])).toEqual([row]);
      expect((await acquire(again, 1, 'b')).seq).toBe(1);
    });

    onStore('a write without a value removes the row', async ({ store }) => {
      const { epoch } = await acquire(store, 1, 'a');
      await store.commit(batch(epoch, 1, [['a/x', 1]]));
      await store.commit(batch(epoch, 2, [['a/x', undefined]]));
      expect(await store.get(1, ['a/x'])).toEqual([undefined]);
    });

    onStore('a commit of an earlier epoch is fenced and changes nothing', async ({ store }) => {
      const first = await acquire(store, 1, 'a');
      const second = await acquire(store, 1, 'b');
      expect(second.epoch).toBeGreaterThan(first.epoch);
      expect(await store.commit(batch(first.epoch, 1, [['a/x', 'old']]))).toBe('fenced');
      expect(await store.get(1, ['a/x'])).toEqual([undefined]);
      expect(await store.commit(batch(second.epoch, 1, [['a/x', 'new']]))).toBe('committed');
    });

    onStore('a release fences its own epoch, and repeating it does no more', async ({ store }) => {
      const { epoch } = await acquire(store, 1, 'a');
      await store.release(1, epoch);
      expect(await store.commit(batch(epoch, 1, [['a/x', 1]]))).toBe('fenced');
      const next = await acquire(store, 1, 'b');
      await store.release(1, epoch);
      expect(await store.commit(batch(next.epoch, 1, [['a/x', 1]]))).toBe('committed');
    });

    onStore('the same commit again is answered and not applied again', async ({ store }) => {
      const { epoch } = await acquire(store, 1, 'a');
      const first = batch(epoch, 1, [['a/x', 1]]);
      await store.commit(first);
      await store.commit(batch(epoch, 2, [['a/x', 2]]));
      expect(await store.commit(first)).toBe('already');
      expect(await store.get(1, ['a/x'])).toEqual([2]);
    });

    onStore('a shard of a living owner is granted to nobody else', async ({ store }) => {
      const first = await acquire(store, 1, 'a');
      expect(await store.acquire(1, { owner: 'b', living: ['c', 'a'] })).toBeUndefined();
      expect(await store.commit(batch(first.epoch, 1, [['a/x', 1]]))).toBe('committed');
      const again = await store.acquire(1, { owner: 'a', living: ['a', 'b'] });
      expect(again?.epoch).toBeGreaterThan(first.epoch);
      const taken = await store.acquire(1, { owner: 'b', living: ['b', 'c'] });
      expect(taken?.seq).toBe(1);
      expect(await store.commit(batch(first.epoch, 2, [['a/x', 2]]))).toBe('fenced');
    });

    onStore('a shard released to a successor waits for it as long as it lives', async (world) => {
      const { store } = world;
      const { epoch } = await acquire(store, 1, 'a');
      await store.release(1, epoch, 'b');
      expect(await store.acquire(1, { owner: 'c', living: ['a', 'b', 'c'] })).toBeUndefined();
      expect(await store.acquire(1, { owner: 'b', living: ['a', 'b', 'c'] })).toBeDefined();
      const again = await world.reopen();
      const [, record] = await again.owners([0, 1]);
      expect(record).toMatchObject({ shard: 1, owner: 'b', seq: 0 });
      expect(await again.acquire(1, { owner: 'c', living: ['a', 'c'] })).toBeDefined();
    });

    onStore(
      'a shard is not taken by whoever knows earlier members than its owner did',
      async (world) => {
        const { store } = world;
        await acquire(store, 1, 'a');
        const own = await store.acquire(1, { owner: 'c', living: ['b', 'c'], asOf: 7 });
        // It saw the members before c came, and comes late.
        expect(await store.acquire(1, { owner: 'b', living: ['a', 'b'], asOf: 6 })).toBeUndefined();
        expect(await store.commit(batch(own?.epoch ?? 0, 1, [['a/x', 1]]))).toBe('committed');
        expect(await store.acquire(1, { owner: 'c', living: ['b', 'c'], asOf: 6 })).toBeDefined();
        expect(await store.acquire(1, { owner: 'b', living: ['a', 'b'], asOf: 6 })).toBeUndefined();
        expect(await store.acquire(1, { owner: 'b', living: ['b'], asOf: 8 })).toBeDefined();
      },
    );

    onStore(
      'a shard that nobody has is granted whatever its last owner knew',
      async ({ store }) => {
        const grant = await store.acquire(1, { owner: 'a', living: ['a'], asOf: 7 });
        await store.release(1, grant?.epoch ?? 0);
        expect(await store.acquire(1, { owner: 'b', living: ['a', 'b'], asOf: 6 })).toBeDefined();
      },
    );

    onStore('the owners of shards are listed, and nobody where there is none', async (world) => {
      const { store } = world;
      const { epoch } = await acquire(store, 1, 'a');
      await store.commit(batch(epoch, 1, [['a/x', 1]]));
      const other = await acquire(store, 2, 'b');
      await store.release(2, other.epoch);
      expect(await store.owners([2, 1, 3])).toEqual([
        { shard: 2, epoch: other.epoch + 1, seq: 0, owner: '' },
        { shard: 1, epoch, seq: 1, owner: 'a' },
        { shard: 3, epoch: 0, seq: 0, owner: '' },
      ]);
    });

    onStore('a new epoch is above every one that was heard of', async ({ store }) => {
      const grant = await store.acquire(1, { owner: 'a', living: [], heardEpoch: 41 });
      expect(grant).toEqual({ epoch: 42, seq: 0 });
      expect((await acquire(store, 1, 'b')).epoch).toBe(43);
    });

    onStore('a commit that skips a number changes nothing', async ({ store }) => {
      const { epoch } = await acquire(store, 1, 'a');
      expect(await store.commit(batch(epoch, 2, [['a/x', 1]]))).toBe('gap');
      expect(await store.get(1, ['a/x'])).toEqual([undefined]);
    });

    onStore('commits of many shards at once are all answered and all kept', async (world) => {
      const shards = [0, 1, 2, 3];
      const grants = await Promise.all(shards.map((shard) => acquire(world.store, shard, 'a')));
      for (let seq = 1; seq <= 5; seq++) {
        const answers = await Promise.all(
          shards.map((shard) => {
            const epoch = grants[shard]?.epoch ?? 0;
            return world.store.commit(batch(epoch, seq, [[`a/${seq}`, shard]], shard));
          }),
        );
        expect(answers).toEqual(shards.map(() => 'committed'));
      }
      const again = await world.reopen();
      for (const shard of shards) {
        expect(await again.get(shard, ['a/1', 'a/5'])).toEqual([shard, shard]);
      }
    });

    onStore('a range has its first key, not its end, in order, of one shard', async ({ store }) => {
      const { epoch } = await acquire(store, 1, 'a');
      const other = await acquire(store, 2, 'a');
      await store.commit(
        batch(
          epoch,
          1,
          ['c', 'a', 'e', 'b', 'd'].map((key) => [`x/${key}`, key]),
        ),
      );
      await store.commit(batch(other.epoch, 1, [['x/b', 'other']], 2));
      const keys = async (options: object): Promise<readonly string[]> => {
        const whole = { from: 'x/b', to: 'x/e', limit: 10, ...options };
        return (await store.range(1, whole)).map(([key]) => key);
      };
      expect(await keys({})).toEqual(['x/b', 'x/c', 'x/d']);
      expect(await keys({ limit: 2 })).toEqual(['x/b', 'x/c']);
      expect(await keys({ reverse: true })).toEqual(['x/d', 'x/c', 'x/b']);
      expect(await keys({ reverse: true, limit: 1 })).toEqual(['x/d']);
      expect(await keys({ from: 'y', to: 'z' })).toEqual([]);
    });

    onStore(
      'keys are in the order of their code units, whatever their characters',
      async (world) => {
        const keys = ['x/z', 'x/é', 'x/\ud83d', 'x/😀', 'x/😀a', 'x/😁', 'x/\ue000', 'x/\uffee'];
        const { epoch } = await acquire(world.store, 1, 'a');
        const rows = keys.map((key, at) => [key, at] as const);
        await world.store.commit(batch(epoch, 1, [...rows].reverse()));
        const again = await world.reopen();
        const whole = { from: 'x/', to: 'x0', limit: 10 };
        expect([...keys].sort()).toEqual(keys);
        expect(await again.range(1, whole)).toEqual(rows);
        expect(await again.range(1, { ...whole, reverse: true })).toEqual([...rows].reverse());
        const beyond = { from: 'x/😀', to: 'x/\ue000', limit: 10 };
        expect(await again.range(1, beyond)).toEqual(rows.slice(3, 6));
        expect(await again.get(1, keys)).toEqual([...keys.keys()]);
      },
    );

    onStore('facts are kept until they are deleted', async (world) => {
      await world.store.putFact('h', 'a text');
      await world.store.putFact('h', 'a text');
      const again = await world.reopen();
      expect(await again.getFact('h')).toBe('a text');
      await again.deleteFact('h');
      expect(await again.getFact('h')).toBeUndefined();
      expect(await again.getFact('other')).toBeUndefined();
    });
  });
}
