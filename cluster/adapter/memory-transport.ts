// The transport inside one process: every envelope arrives once, soon, in order.

import type { ClusterEnvelope, NodeEnvelope, ShardEnvelope } from '../core/envelope.ts';
import type { Alarms } from '../port/alarms.ts';
import type { NodeReceiver, StopListening, Transport } from '../port/transport.ts';

type Receive = (envelope: ShardEnvelope) => void;

/** What the transports of several nodes in one process share. */
export class MemoryBus {
  readonly shards = new Map<number, Set<Receive>>();
  readonly nodes = new Map<string, NodeReceiver>();
}

export class MemoryTransport implements Transport {
  readonly isConnected = true;
  readonly #alarms: Alarms;
  readonly #bus: MemoryBus;
  #node = '';
  readonly #own: StopListening[] = [];

  constructor(alarms: Alarms, bus = new MemoryBus()) {
    this.#alarms = alarms;
    this.#bus = bus;
  }

  async attach(node: string, receiver: NodeReceiver): Promise<void> {
    this.#node = node;
    this.#bus.nodes.set(node, receiver);
  }

  toShard(shard: number, envelope: ShardEnvelope): void {
    this.#alarms.soon(() => {
      const listeners = this.#bus.shards.get(shard);
      if (listeners === undefined || listeners.size === 0)
        this.#bus.nodes.get(this.#node)?.onNobody(shard);
      else for (const receive of listeners) receive(envelope);
    });
  }

  toNode(node: string, envelope: NodeEnvelope): void {
    this.#alarms.soon(() => this.#bus.nodes.get(node)?.onNode(envelope));
  }

  toCluster(envelope: ClusterEnvelope): void {
    this.#alarms.soon(() => {
      for (const receiver of this.#bus.nodes.values()) receiver.onCluster(envelope);
    });
  }

  async listen(shard: number, receive: Receive): Promise<StopListening> {
    const listeners = this.#bus.shards.get(shard) ?? new Set();
    this.#bus.shards.set(shard, listeners);
    listeners.add(receive);
    const stop = async (): Promise<void> => {
      listeners.delete(receive);
    };
    this.#own.push(stop);
    return stop;
  }

  async close(): Promise<void> {
    this.#bus.nodes.delete(this.#node);
    for (const stop of this.#own.splice(0)) await stop();
  }
}
