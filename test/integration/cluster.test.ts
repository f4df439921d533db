// Three nodes with a real broker and a real store, under load, while something breaks: promises P1 to P6 from outside.
//
// Every acknowledged start is there once, every instance ends well, no step is recorded twice.

import { credentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ClusterServiceClient,
  type ClusterServiceInspectNodeResponse,
} from '../../proto/gen/baton/v1/cluster.ts';
import { withoutServers } from '../support/server-process.ts';
import { answer, Load, TestCluster } from '../support/test-cluster.ts';

/** Starts acknowledged before, between and after faults; `npm run chaos` asks for more. */
const STARTS = Number(process.env['BATON_CHAOS_STARTS'] ?? 30);
const ROUNDS = Number(process.env['BATON_CHAOS_ROUNDS'] ?? 1);

describe.skipIf(withoutServers)('with nats-server and redis-server', () => {
  let cluster: TestCluster;
  let load: Load;

  beforeAll(async () => {
    cluster = await TestCluster.start(['one', 'two', 'three']);
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

  test('any node serves any call', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => cluster.node(name));
    const ids = (answer: unknown): readonly unknown[] =>
      (answer as { elements: { workflow_id: string }[] }).elements.map(({ workflow_id: id }) => id);
    for (const node of [one, two, three])
      expect(ids(await node?.call('GET', '/workflows?first=10'))).toContain('load');
  });

  test('any node tells who is in the cluster and who owns what', async () => {
    const members = [...cluster.nodes.keys()].sort();
    for (const name of members) {
      const nodes = await cluster.members(name);
      expect(nodes.map(({ node }) => node)).toEqual(members);
      expect(nodes.every(({ state, connected }) => state === 'active' && connected)).toBe(true);
      expect(nodes.reduce((sum, { shards }) => sum + shards, 0)).toBe(512);
      const client = new ClusterServiceClient(
        cluster.node(name).grpc,
        credentials.createInsecure(),
      );
      const { nodeJson } = await answer<ClusterServiceInspectNodeResponse>((done) =>
        client.inspectNode({ node: 'two' }, done),
      );
      expect(JSON.parse(nodeJson)).toMatchObject({ ready: true, members: 3 });
      client.close();
    }
  });

  rounds('a node that an operator drains ends, and fails no call', async () => {
    const failures = load.failures;
    const node = cluster.leave('three');
    await cluster.drain('three', 'one');
    expect(await node.ended()).toBe(0);
    expect(load.failures).toBe(failures);
    await cluster.startNode('three');
  });

  rounds('a node that is killed loses nothing, and its shards go on elsewhere', async (round) => {
    const name = ['two', 'one', 'three'][round % 3] ?? 'two';
    await cluster.node(name).kill();
    await load.more(STARTS);
    await cluster.startNode(name);
  });

  rounds('nodes that are restarted one after the other fail no call', async () => {
    const failures = load.failures;
    for (const name of ['one', 'two', 'three']) {
      expect(await cluster.leave(name).stop()).toBe(0);
      await cluster.startNode(name);
      await load.more(10);
    }
    expect(load.failures).toBe(failures);
  });

  rounds('a broker that is killed and comes back changes no owner and loses nothing', async () => {
    await cluster.broker.kill();
    await cluster.broker.restart();
  });

  rounds('a store that is killed and comes back loses nothing', async () => {
    await cluster.redis.kill();
    await cluster.redis.restart();
  });

  rounds(
    'a node that stood still longer than its lease ends by itself and does no harm',
    async () => {
      const node = cluster.leave('three');
      node.pause();
      await load.more(STARTS * 3);
      node.resume();
      expect(await node.ended()).toBe(5);
      await cluster.startNode('three');
    },
  );
});
