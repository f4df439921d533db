// The transport: carries envelopes between shards, and replies between nodes. It may lose, repeat, delay and reorder; what
// matters is kept in outbox rows and sent again (promise P3).

import type { Envelope } from '../core/envelope.ts';

export interface Transport {
  /** Sends to whoever owns the shard now. Never throws and never waits. */
  toShard(shard: number, envelope: Envelope): void;
  /** Sends to a node by its id. */
  toNode(node: string, envelope: Envelope): void;
  /** Receives for a shard until the returned function is called. */
  listenShard(shard: number, receive: (envelope: Envelope) => void): () => void;
  listenNode(node: string, receive: (envelope: Envelope) => void): () => void;
}
