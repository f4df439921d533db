// What every transport does when nothing is wrong: rules X1 to X4 of cluster/port/transport.ts.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  ClusterEnvelope,
  Envelope,
  NodeEnvelope,
  ShardEnvelope,
} from '../../cluster/core/envelope.ts';
import type { Transport } from '../../cluster/port/transport.ts';
import { anyEnvelope } from '../support/envelopes.ts';

/** Makes another node's end of the same bus. */
export type OpenTransport = () => Promise<Transport>;

/** What arrived, and a way to wait for more. */
class Arrivals<Item> {
  readonly items: Item[] = [];
  #waiting: (() => void)[] = [];

  readonly add = (item: Item): void => {
    this.items.push(item);
    for (const look of this.#waiting.splice(0)) look();
  };

  async until(count: number): Promise<readonly Item[]> {
    while (this.items.length < count)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.items;
  }
}

interface Attached {
  readonly transport: Transport;
  readonly node: Arrivals<NodeEnvelope>;
  readonly cluster: Arrivals<ClusterEnvelope>;
  readonly nobody: Arrivals<number>;
}

const acknowledge = (seq: number): ShardEnvelope => ({
  kind: 'acknowledge',
  source: 1,
  target: 2,
  seq,
});

const SHARD_KINDS = ['letters', 'acknowledge', 'ask', 'read', 'list', 'watch', 'unwatch'];

const isForShard = (envelope: Envelope): envelope is ShardEnvelope =>
  SHARD_KINDS.includes(envelope.kind);

/** Runs the suite. @param begin makes an empty bus */
export function transportSuite(
  name: string,
  begin: () => Promise<{ readonly open: OpenTransport; close(): Promise<void> }>,
): void {
  const onBus = (sentence: string, work: (a: Attached, b: Attached) => Promise<void>): void => {
    test(sentence, async () => {
      const bus = await begin();
      const attach = async (id: string): Promise<Attached> => {
        const transport = await bus.open();
        const attached = {
          transport,
          node: new Arrivals<NodeEnvelope>(),
          cluster: new Arrivals<ClusterEnvelope>(),
          nobody: new Arrivals<number>(),
        };
        await transport.attach(id, {
          onNode: attached.node.add,
          onCluster: attached.cluster.add,
          onNobody: attached.nobody.add,
        });
        return attached;
      };
      const [a, b] = [await attach('a~1'), await attach('b~1')];
      try {
        await work(a, b);
      } finally {
        await a.transport.close();
        await b.transport.close();
        await bus.close();
      }
    });
  };

  describe(`transport ${name}`, () => {
    onBus('what is sent to a shard arrives, in order, where it is listened for', async (a, b) => {
      const arrived = new Arrivals<ShardEnvelope>();
      await b.transport.listen(7, arrived.add);
      const sent = Array.from({ length: 1_000 }, (_, index) => acknowledge(index));
      for (const envelope of sent) a.transport.toShard(7, envelope);
      expect(await arrived.until(1_000)).toEqual(sent);
    });

    onBus('every kind of envelope for shards arrives as it was sent', async (a, b) => {
      const arrived = new Arrivals<ShardEnvelope>();
      await b.transport.listen(7, arrived.add);
      const sent = fc.sample(anyEnvelope, 400).filter(isForShard);
      for (const envelope of sent) a.transport.toShard(7, envelope);
      expect(await arrived.until(sent.length)).toEqual(sent);
    });

    onBus('what is sent to a node arrives there and nowhere else', async (a, b) => {
      a.transport.toNode('b~1', { kind: 'reply', ask: 1, value: { to: 'b' } });
      a.transport.toNode('a~1', { kind: 'reply', ask: 2, value: { to: 'a' } });
      expect(await b.node.until(1)).toEqual([{ kind: 'reply', ask: 1, value: { to: 'b' } }]);
      expect(await a.node.until(1)).toEqual([{ kind: 'reply', ask: 2, value: { to: 'a' } }]);
    });

    onBus(
      'what is sent to the cluster arrives everywhere, also where it was sent',
      async (a, b) => {
        const opened: ClusterEnvelope = { kind: 'opened', shard: 3, epoch: 5, node: 'a~1' };
        a.transport.toCluster(opened);
        expect(await a.cluster.until(1)).toEqual([opened]);
        expect(await b.cluster.until(1)).toEqual([opened]);
      },
    );

    onBus('whoever sends to a shard that nobody listens for is told', async (a) => {
      a.transport.toShard(9, acknowledge(1));
      expect(await a.nobody.until(1)).toEqual([9]);
    });

    onBus('after the listening has stopped nothing arrives', async (a, b) => {
      const arrived = new Arrivals<ShardEnvelope>();
      const stop = await b.transport.listen(7, arrived.add);
      a.transport.toShard(7, acknowledge(1));
      await arrived.until(1);
      await stop();
      a.transport.toShard(7, acknowledge(2));
      expect(await a.nobody.until(1)).toEqual([7]);
      expect(arrived.items).toEqual([acknowledge(1)]);
    });

    onBus('while two listen for a shard both hear', async (a, b) => {
      const [first, second] = [new Arrivals<ShardEnvelope>(), new Arrivals<ShardEnvelope>()];
      await a.transport.listen(7, first.add);
      await b.transport.listen(7, second.add);
      a.transport.toShard(7, acknowledge(1));
      expect(await first.until(1)).toEqual([acknowledge(1)]);
      expect(await second.until(1)).toEqual([acknowledge(1)]);
    });

    onBus('an envelope of four megabytes arrives whole', async (a, b) => {
      const value = { text: 'x'.repeat(4 * 1024 * 1024) };
      a.transport.toNode('b~1', { kind: 'reply', ask: 1, value });
      expect(await b.node.until(1)).toEqual([{ kind: 'reply', ask: 1, value }]);
    });
  });
}
