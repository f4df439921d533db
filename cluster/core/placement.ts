// Placement: which member should own which shard, as a pure function of the members.
//
// Rendezvous hashing (Thaler and Ravishankar, 1998) with weights (−w / ln h) and a bound: a member takes at most a tenth
// more than its share, and a shard whose favourite is full goes to the next one. A member that comes or goes moves little
// more than its own share, and every node computes the same without asking anybody.
//
//   P1  Equal members give equal placements, in whatever order they are listed.
//   P2  Nobody gets more than ⌈shards × share × BOUND⌉.

import { hash64 } from './hash.ts';

/** How much more than its share a member may own. */
const BOUND = 1.1;

export interface Candidate {
  /** Decides the scores: the node, not its life, so that a node that starts again finds its old shards. */
  readonly node: string;
  readonly weight: number;
}

/** Uniform in (0, 1). */
function uniform(shard: number, node: string): number {
  const { high, low } = hash64(`${shard}@${node}`);
  return (high * 0x20_0000 + (low >>> 11) + 0.5) / 2 ** 53;
}

/**
 * For each shard in [0, shardCount) the position of its candidate; -1 for all when there is none.
 * Candidates have distinct nodes.
 */
export function place(shardCount: number, candidates: readonly Candidate[]): readonly number[] {
  const order = candidates
    .map(({ node, weight }, position) => ({ node, weight, position }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  const total = order.reduce((sum, { weight }) => sum + weight, 0);
  const room = order.map(({ weight }) => Math.ceil((shardCount * weight * BOUND) / total));
  const placed: number[] = [];
  for (let shard = 0; shard < shardCount; shard++) {
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const [index, { node, weight }] of order.entries()) {
      if ((room[index] ?? 0) === 0) continue;
      const score = -weight / Math.log(uniform(shard, node));
      if (score > bestScore) [best, bestScore] = [index, score];
    }
    if (best >= 0) room[best] = (room[best] ?? 0) - 1;
    placed.push(order[best]?.position ?? -1);
  }
  return placed;
}
