// Three nodes with a real broker and a real store, under load, while the ways between them are slow, cut or break off, or
// the servers stand still: promises P1 to P6 from outside.

import { expect } from 'vitest';
import { TestCluster } from '../support/test-cluster.ts';
import { STARTS, underLoad, until } from '../support/under-load.ts';

const NAMES = ['one', 'two', 'three'] as const;

const begin = (): Promise<TestCluster> => TestCluster.start(NAMES);

underLoad('with ways that break', begin, (world) => {
  const { rounds } = world;
  const isWhole = (): Promise<boolean> => world.isWhole(NAMES.length);

  const largestShare = async (): Promise<number> => {
    const shares = new Map<string, number>();
    for (const owner of (await world.cluster().owners('one')).values())
      shares.set(owner, (shares.get(owner) ?? 0) + 1);
    return Math.max(...shares.values());
  };

  rounds('slow ways lose nothing and end no node', async () => {
    for (const name of NAMES) {
      const { broker, store } = await world.cluster().ways(name);
      broker.slow(20, 40);
      store.slow(5, 10);
    }
    await world.load().more(STARTS);
    for (const name of NAMES) {
      const { broker, store } = await world.cluster().ways(name);
      broker.heal();
      store.heal();
    }
    expect(await isWhole()).toBe(true);
  });

  rounds('connections that break off again and again lose nothing', async () => {
    for (let count = 0; count < 10; count++) {
      for (const name of NAMES) {
        const { broker, store } = await world.cluster().ways(name);
        if (count % 2 === 0) broker.reset();
        else store.reset();
      }
      await world.load().more(3);
    }
    await until(isWhole);
  });

  rounds('a node that is cut from the broker gives its shards away, and comes back', async () => {
    const { broker } = await world.cluster().ways('three');
    const node = (await world.cluster().members('one')).find(({ node: name }) => name === 'three');
    const process = world.cluster().leave('three');
    const ownsNothing = async (): Promise<boolean> =>
      ![...(await world.cluster().owners('one')).values()].includes(node?.member ?? '');
    broker.cut();
    await until(ownsNothing);
    await world.load().more(STARTS);
    broker.heal();
    await until(isWhole);
    world.cluster().nodes.set('three', process);
  });

  rounds('a node that is cut from the store ends, and others go on', async () => {
    const node = world.cluster().leave('three');
    const { store } = await world.cluster().ways('three');
    store.cut();
    await until(async () => (await world.cluster().members('one')).length === 2);
    await world.load().more(STARTS);
    store.heal();
    expect(await node.ended()).toBe(5);
    await world.cluster().startNode('three');
  });

  rounds('a broker that stands still changes no owner', async () => {
    const before = await world.cluster().owners('one');
    world.cluster().broker.pause();
    // Long enough for each to find out that it does not hear itself.
    await until(async () =>
      (await world.cluster().members('one')).every(({ connected }) => !connected),
    );
    world.cluster().broker.resume();
    await until(isWhole);
    expect(await world.cluster().owners('one')).toEqual(before);
  });

  rounds('a store that stands still ends no node and changes no owner', async () => {
    const before = await world.cluster().owners('one');
    const readiness = (): Promise<readonly boolean[]> =>
      Promise.all(NAMES.map((name) => world.cluster().node(name).isReady()));
    world.cluster().redis.pause();
    // Long enough for each to be in doubt of its lease.
    await until(async () => (await readiness()).every((ready) => !ready));
    world.cluster().redis.resume();
    await until(async () => (await readiness()).every((ready) => ready));
    expect(await world.cluster().owners('one')).toEqual(before);
  });

  rounds('a store that forgets what it just acknowledged is given it back', async () => {
    const copy = await world.cluster().redis.copyData();
    await world.load().more(STARTS / 3);
    await world.cluster().redis.kill();
    await world.cluster().redis.putBack(copy);
    await world.cluster().redis.restart();
    await world.load().more(STARTS);
    await until(isWhole);
  });

  rounds('nodes that come and go share the shards, and fail no call', async () => {
    const failures = world.load().failures;
    const more = ['four', 'five', 'six'];
    await Promise.all(more.map((name) => world.cluster().startNode(name)));
    // An equal share and a tenth.
    const most = Math.ceil((512 / 6) * 1.1);
    await until(async () => (await world.isWhole(6)) && (await largestShare()) <= most);
    await world.load().more(STARTS);
    for (const name of more) expect(await world.cluster().leave(name).stop()).toBe(0);
    await until(isWhole);
    expect(world.load().failures).toBe(failures);
  });
});
