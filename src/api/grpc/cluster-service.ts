// ClusterService over the handlers.

import type { ClusterServiceServer } from '../../../proto/gen/baton/v1/cluster.ts';
import { writeJson } from '../json.ts';
import { type Door, unary } from './calls.ts';

/** The handlers of ClusterService. */
export function clusterService(door: Door): ClusterServiceServer {
  const { cluster } = door.services;
  return {
    listNodes: unary(door, async () => ({ nodes: [...(await cluster.nodes())] })),
    inspectNode: unary(door, async ({ node }) => ({
      nodeJson: writeJson(await cluster.inspect(node)),
    })),
    drainNode: unary(door, async ({ node }) => {
      await cluster.drain(node);
      return {};
    }),
    listShards: unary(door, async () => ({ shards: [...(await cluster.shards())] })),
  };
}
