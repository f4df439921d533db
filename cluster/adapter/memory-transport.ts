// The transport inside one process: every envelope arrives once, soon, in order.

import type { Envelope } from '../core/envelope.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Transport } from '../port/transport.ts';

type Receive = (envelope: Envelope) => void;

export class MemoryTransport implements Transport {
  readonly #alarms: Alarms;
  readonly #shards = new Map<number, Receive>();
  readonly #nodes = new Map<string, Receive>();

  constructor(alarms: Alarms) {
    this.#alarms = alarms;
  }

  toShard(shard: number, envelope: Envelope): void {
    this.#alarms.soon(() => this.#shards.get(shard)?.(envelope));
  }

  toNode(node: string, envelope: Envelope): void {
    this.#alarms.soon(() => this.#nodes.get(node)?.(envelope));
  }

  listenShard(shard: number, receive: Receive): () => void {
    return listen(this.#shards, shard, receive);
  }

  listenNode(node: string, receive: Receive): () => void {
    return listen(this.#nodes, node, receive);
  }
}

function listen<Key>(receivers: Map<Key, Receive>, key: Key, receive: Receive): () => void {
  receivers.set(key, receive);
  return () => {
    if (receivers.get(key) === receive) receivers.delete(key);
  };
}
