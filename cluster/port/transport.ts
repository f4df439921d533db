// The transport: carries envelopes between the nodes of a cluster. It may lose, repeat, delay and reorder; what matters is
// kept in outbox rows and sent again (promise P3), and who asks asks again.
//
//   X1  Nothing throws and nothing waits: what cannot be sent now is lost.
//   X2  When nobody listens for a shard, whoever sent to it is told, unless that is lost too.
//   X3  Envelopes of any size the node's limits allow arrive whole or not at all.
//   X4  What is received is handed on in a callback that does little: it enqueues.

import type { ClusterEnvelope, NodeEnvelope, ShardEnvelope } from '../core/envelope.ts';

/** What one node receives. */
export interface NodeReceiver {
  onNode(envelope: NodeEnvelope): void;
  onCluster(envelope: ClusterEnvelope): void;
  /** Something was sent to a shard for which nobody listens (X2). */
  onNobody(shard: number): void;
}

/** Stops to receive. Resolves when nothing more will arrive. */
export type StopListening = () => Promise<void>;

export interface Transport {
  /**
   * Starts to receive as one life of a node; once. Resolves when what others send from now on arrives.
   * @param node a member's id
   */
  attach(node: string, receiver: NodeReceiver): Promise<void>;
  toShard(shard: number, envelope: ShardEnvelope): void;
  toNode(node: string, envelope: NodeEnvelope): void;
  /** To every node, this one too. */
  toCluster(envelope: ClusterEnvelope): void;
  /** Receives for a shard. Resolves when what others send from now on arrives. */
  listen(shard: number, receive: (envelope: ShardEnvelope) => void): Promise<StopListening>;
  /** False while nothing can be sent or received. */
  readonly isConnected: boolean;
  close(): Promise<void>;
}
