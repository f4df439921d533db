// Three nodes with a real broker and a real store, under load, while the ways between them are slow, cut or break off, or
// the servers stand still: promises P1 to P6 from outside.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withoutServers } from '../support/server-process.ts';
import { Load, TestCluster } from '../support/test-cluster.ts';

/** Starts acknowledged before, between and after faults; `npm run chaos` asks for more. */
const STARTS = Number(process.env['BATON_CHAOS_STARTS'] ?? 30);
const ROUNDS = Number(process.env['BATON_CHAOS_ROUNDS'] ?? 1);

const NAMES = ['one', 'two', 'three'] as const;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) await pause(100);
}

describe.skipIf(withoutServers)('with ways that break', () => {
  let cluster: TestCluster;
  let load: Load;

  beforeAll(async () => {
    cluster = await TestCluster.start(NAMES);
  }, 60_000);

  afterAll(() => cluster.stop());

  beforeEach(async () => {
    load = await Load.begin(cluster);
    await load.more(STARTS);
  }, 60_000);

  afterEach(async ({ task }) => {
    await load.end();
    expect(await load.problems()).toEqual([]);
    if (process.env['BATON_CHAOS_ROUNDS'] !== undefined)
      process.stdout.write(
        `${task.name}: ${load.known.size} starts acknowledged, ${load.failures} calls failed, ${load.repeats} launches repeated\n`,
      );
  }, 300_000);

  const rounds = (sentence: string, fault: (round: number) => Promise<void>): void => {
    test(sentence, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await fault(round);
        await load.more(STARTS);
      }
    }, 300_000);
  };

  /** Every member is active and connected, and every shard has an owner among them. */
  const isWhole = async (count: number = NAMES.length): Promise<boolean> => {
    const members = await cluster.members('one');
    const isActive = members.every(({ state, connected }) => state === 'active' && connected);
    const owners = new Set((await cluster.owners('one')).values());
    return isActive && members.length === count && owners.size === count;
  };

  const largestShare = async (): Promise<number> => {
    const shares = new Map<string, number>();
    for (const owner of (await cluster.owners('one')).values())
      shares.set(owner, (shares.get(owner) ?? 0) + 1);
    return Math.max(...shares.values());
  };

  rounds('slow ways lose nothing and end no node', async () => {
    for (const name of NAMES) {
      const { broker, store } = await cluster.ways(name);
      broker.slow(20, 40);
      store.slow(5, 10);
    }
    await load.more(STARTS);
    for (const name of NAMES) {
      const { broker, store } = await cluster.ways(name);
      broker.heal();
      store.heal();
    }
    expect(await isWhole()).toBe(true);
  });

  rounds('connections that break off again and again lose nothing', async () => {
    for (let count = 0; count < 10; count++) {
      for (const name of NAMES) {
        const { broker, store } = await cluster.ways(name);
        if (count % 2 === 0) broker.reset();
        else store.reset();
      }
      await load.more(3);
    }
    await until(isWhole);
  });

  rounds('a node that is cut from the broker gives its shards away, and comes back', async () => {
    const { broker } = await cluster.ways('three');
    const node = (await cluster.members('one')).find(({ node: name }) => name === 'three');
    const process = cluster.leave('three');
    const ownsNothing = async (): Promise<boolean> =>
      ![...(await cluster.owners('one')).values()].includes(node?.member ?? '');
    broker.cut();
    await until(ownsNothing);
    await load.more(STARTS);
    broker.heal();
    await until(isWhole);
    cluster.nodes.set('three', process);
  });

  rounds('a node that is cut from the store ends, and others go on', async () => {
    const node = cluster.leave('three');
    const { store } = await cluster.ways('three');
    store.cut();
    await until(async () => (await cluster.members('one')).length === 2);
    await load.more(STARTS);
    store.heal();
    expect(await node.ended()).toBe(5);
    await cluster.startNode('three');
  });

  rounds('a broker that stands still changes no owner', async () => {
    const before = await cluster.owners('one');
    cluster.broker.pause();
    // Long enough for each to find out that it does not hear itself.
    await until(async () => (await cluster.members('one')).every(({ connected }) => !connected));
    cluster.broker.resume();
    await until(isWhole);
    expect(await cluster.owners('one')).toEqual(before);
  });

  rounds('a store that stands still ends no node and changes no owner', async () => {
    const before = await cluster.owners('one');
    const readiness = (): Promise<readonly boolean[]> =>
      Promise.all(NAMES.map((name) => cluster.node(name).isReady()));
    cluster.redis.pause();
    // Long enough for each to be in doubt of its lease.
    await until(async () => (await readiness()).every((ready) => !ready));
    cluster.redis.resume();
    await until(async () => (await readiness()).every((ready) => ready));
    expect(await cluster.owners('one')).toEqual(before);
  });

  rounds('a store that forgets what it just acknowledged is given it back', async () => {
    const copy = await cluster.redis.copyData();
    await load.more(STARTS / 3);
    await cluster.redis.kill();
    await cluster.redis.putBack(copy);
    await cluster.redis.restart();
    await load.more(STARTS);
    await until(isWhole);
  });

  rounds('nodes that come and go share the shards, and fail no call', async () => {
    const failures = load.failures;
    const more = ['four', 'five', 'six'];
    await Promise.all(more.map((name) => cluster.startNode(name)));
    // An equal share and a tenth.
    const most = Math.ceil((512 / 6) * 1.1);
    await until(async () => (await isWhole(6)) && (await largestShare()) <= most);
    await load.more(STARTS);
    for (const name of more) expect(await cluster.leave(name).stop()).toBe(0);
    await until(isWhole);
    expect(load.failures).toBe(failures);
  });
});
