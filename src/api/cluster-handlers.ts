// What operators ask: nodes and shards.

import { type Member, nodeOfMember } from '../../cluster/core/membership.ts';
import type { Administration } from '../../cluster/port/administration.ts';
import { asApiError } from './actors.ts';
import { ApiError, type ClusterServices } from './service.ts';

/** @param self the member that answers */
export function clusterHandlers(cluster: Administration, self: string): ClusterServices {
  const fail = (error: unknown): never => {
    throw asApiError(error);
  };
  return {
    async nodes() {
      const places = await cluster.places().catch(fail);
      return cluster.membership().members.map(({ id, leaseEndsMs: _, ...member }) => ({
        ...member,
        member: id,
        node: nameOf(id),
        shards: places.filter(({ owner }) => owner === id).length,
      }));
    },
    inspect: async (node) =>
      cluster.inspect(node === '' ? self : find(cluster, node).id).catch(fail),
    drain: async (node) => cluster.letLeave(find(cluster, node).id).catch(fail),
    shards: () => cluster.places().catch(fail),
  };
}

/** A node that is alone has no other name than its member's. */
const nameOf = (member: string): string => (member.includes('~') ? nodeOfMember(member) : member);

function find(cluster: Administration, node: string): Member {
  const found = cluster.membership().members.find(({ id }) => id === node || nameOf(id) === node);
  if (found === undefined)
    throw new ApiError('not-found', `there is no node [${node}] in the cluster`);
  return found;
}
