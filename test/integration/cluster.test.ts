// Three nodes with a real broker and a real store, under load, while something breaks: promises P1 to P6 from outside.
//
// Every acknowledged start is there once, every instance ends well, no step is recorded twice.

import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import {
  ClusterServiceClient,
  type ClusterServiceInspectNodeResponse,
} from '../../proto/gen/baton/v1/cluster.ts';
import { answer, TestCluster } from '../support/test-cluster.ts';
import { STARTS, underLoad, until } from '../support/under-load.ts';

const begin = (): Promise<TestCluster> => TestCluster.start(['one', 'two', 'three']);

underLoad('with nats-server and redis-server', begin, (world) => {
  const { rounds } = world;

  test('any node serves any call', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => world.cluster().node(name));
    const ids = (answer: unknown): readonly unknown[] =>
      (answer as { elements: { workflow_id: string }[] }).elements.map(({ workflow_id: id }) => id);
    for (const node of [one, two, three])
      expect(ids(await node?.call('GET', '/workflows?first=10'))).toContain('load');
  });

  test('any node tells who is in the cluster and who owns what', async () => {
    const members = [...world.cluster().nodes.keys()].sort();
    for (const name of members) {
      const nodes = await world.cluster().members(name);
      expect(nodes.map(({ node }) => node)).toEqual(members);
      expect(nodes.every(({ state, connected }) => state === 'active' && connected)).toBe(true);
      expect(nodes.reduce((sum, { shards }) => sum + shards, 0)).toBe(512);
      const client = new ClusterServiceClient(
        world.cluster().node(name).grpc,
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
    const failures = world.load().failures;
    const node = world.cluster().leave('three');
    await world.cluster().drain('three', 'one');
    expect(await node.ended()).toBe(0);
    expect(world.load().failures).toBe(failures);
    await world.cluster().startNode('three');
  });

  rounds('a node that is killed loses nothing, and its shards go on elsewhere', async (round) => {
    const name = ['two', 'one', 'three'][round % 3] ?? 'two';
    await world.cluster().node(name).kill();
    await world.load().more(STARTS);
    await world.cluster().startNode(name);
  });

  rounds('nodes that are restarted one after the other fail no call', async () => {
    const failures = world.load().failures;
    for (const name of ['one', 'two', 'three']) {
      expect(await world.cluster().leave(name).stop()).toBe(0);
      await world.cluster().startNode(name);
      await world.load().more(10);
    }
    expect(world.load().failures).toBe(failures);
  });

  rounds('a broker that is killed and comes back changes no owner and loses nothing', async () => {
    await world.cluster().broker.kill();
    await world.cluster().broker.restart();
  });

  rounds('a store that is killed and comes back loses nothing', async () => {
    await world.cluster().redis.kill();
    await world.cluster().redis.restart();
  });

  rounds(
    'a node that stood still longer than its lease ends by itself and does no harm',
    async () => {
      const node = world.cluster().leave('three');
      node.pause();
      await until(() => world.isWhole(2));
      await world.load().more(STARTS);
      node.resume();
      expect(await node.ended()).toBe(5);
      await world.cluster().startNode('three');
    },
  );
});
