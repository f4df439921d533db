// Node leases: the store's record of which nodes are alive, and so who may take whose shards.
//
// Leases are for speed. What keeps two owners from writing is the fence (store port, D2), whatever leases say.
//
//   N1  Time is the store's own: clocks of nodes are compared with nothing.
//   N2  A lease that was not renewed by its end is removed by the next call of anybody, with a new membership version. One
//       that ends far later than it can is of a time before the clock was set back, and gets its full time from now.
//   N3  When nobody at all renewed for OUTAGE_MS, the store was out of reach, and nobody is to blame: the first call after
//       it gives every lease its full time again, and removes none.
//   N4  A lease that was removed cannot be renewed: its node has to start a new life.
//   N5  A node has one life at a time: while an earlier one holds a lease, a later one has to wait.
//   N6  A lease is removed before its end when enough of the voters that its holder named with its last renewal accuse it
//       (votesNeeded). An accusation comes with a renewal, and counts until the next one of the same member, or for
//       ACCUSED_MS.
//   N7  Renewals of a member carry growing numbers. One that comes after a later one changes nothing, and a request to join
//       that comes again changes nothing but the end of the lease.

import type { MemberClaim, Membership } from '../core/membership.ts';

/** Longest time without any renewal that is not taken for an outage of the store, in milliseconds. */
export const OUTAGE_MS = 3_000;

/** How long an accusation counts, in milliseconds: a renewal and a half. */
export const ACCUSED_MS = 1_500;

export interface Renewal {
  /** Grows with each renewal of a member, from 1 (N7). */
  readonly number: number;
  /** Ids of members that are not heard any more (N6). */
  readonly accused: readonly string[];
}

export interface LeaseGrant {
  /** `granted`; `ended`: the lease was removed (N4); `taken`: an earlier life of the node still has one (N5). */
  readonly answer: 'granted' | 'ended' | 'taken';
  /** The store's clock, in milliseconds. */
  readonly storeMs: number;
  readonly membership: Membership;
}

export interface NodeLeases {
  /** Asks for a first lease. */
  join(claim: MemberClaim, leaseMs: number): Promise<LeaseGrant>;
  /** Renews, and says what has changed. */
  renew(claim: MemberClaim, leaseMs: number, renewal: Renewal): Promise<LeaseGrant>;
  /** Gives the lease up. Idempotent. */
  leave(id: string): Promise<void>;
  membership(): Promise<Membership>;
}
