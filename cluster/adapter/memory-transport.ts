// The transport inside one process: every envelope arrives once, soon, in order.

import type { ClusterEnvelope, NodeEnvelope, ShardEnvelope } from '../core/envelope.ts';
import type { Alarms } from '../port/alarms.ts';
import type { NodeReceiver, StopListening, Transport } from '../port/transport.ts';

type Receive = (envelope: ShardEnvelope) => void;

export class MemoryTransport implements Transport {
  readonly isConnected = true;
  readonly #alarms: Alarms;
  readonly #shards = new Map<number, Receive>();
  #node = '';
  #receiver: NodeReceiver | undefined;

  constructor(alarms: Alarms) {
    this.#alarms = alarms;
  }

  async attach(node: string, receiver: NodeReceiver): Promise<void> {
    this.#node = node;
    this.#receiver = receiver;
  }

  toShard(shard: number, envelope: ShardEnvelope): void {
    this.#alarms.soon(() => {
      const receive = this.#shards.get(shard);
      if (receive === undefined) this.#receiver?.onNobody(shard);
      else receive(envelope);
    });
  }

  toNode(node: string, envelope: NodeEnvelope): void {
    if (node === this.#node) this.#alarms.soon(() => this.#receiver?.onNode(envelope));
  }

  toCluster(envelope: ClusterEnvelope): void {
    this.#alarms.soon(() => this.#receiver?.onCluster(envelope));
  }

  async listen(shard: number, receive: Receive): Promise<StopListening> {
    this.#shards.set(shard, receive);
    return async () => {
      if (this.#shards.get(shard) === receive) this.#shards.delete(shard);
    };
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
    this.#shards.clear();
  }
}
