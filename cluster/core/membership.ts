// Membership: which nodes there are, in which state, and until when the store counts on them.
//
// The store holds it (node leases) and counts its versions; every node computes from it, with no further talk, who should
// own what. A member is one life of a node: a node that starts again is another member.
//
//   M1  A member's id is never used again, so nothing that was meant for an earlier life reaches a later one.
//   M2  The version grows whenever a member comes, goes or changes its state; equal versions mean equal members.

/** `joining`: alive, not reachable yet. `active`: owns its share. `leaving`: gives its shards away. */
export type MemberState = 'joining' | 'active' | 'leaving';

/** What a node says of itself. */
export interface MemberClaim {
  /** Id of this life of the node: see memberId. */
  readonly id: string;
  readonly state: MemberState;
  /** Share of the shards, relative to other members: above 0, usually 1. */
  readonly weight: number;
  /** Where its doors are, as host:port; empty when it has none. */
  readonly http: string;
  readonly grpc: string;
  /** Does it hear itself over the transport? */
  readonly connected: boolean;
  /**
   * Ids of the members that may vote it out (NodeLeases, N6). Left out by versions that know nothing of votes, as long as
   * some of them run: such a member has no vote either.
   */
  readonly voters?: readonly string[];
  /** Version of Baton. */
  readonly version: string;
}

export interface Member extends MemberClaim {
  /** When its lease ends unless it is renewed, in milliseconds of the store's clock. */
  readonly leaseEndsMs: number;
}

export interface Membership {
  readonly version: number;
  /** In order of id. */
  readonly members: readonly Member[];
}

/** Letters, digits, `_` and `-`: what is safe in subjects, keys and logs. */
export const NODE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The id of one life of a node (M1). @param life unique among the lives of all nodes: letters and digits */
export function memberId(node: string, life: string): string {
  return `${node}~${life}`;
}

/** The node of a member's id. */
export function nodeOfMember(id: string): string {
  return id.slice(0, id.lastIndexOf('~'));
}

/** Do two lists name the same members in the same order? */
export function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}

/** The members that should own shards. */
export function owners({ members }: Membership): readonly Member[] {
  return members.filter(({ state }) => state === 'active');
}
