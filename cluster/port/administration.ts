// What operators may ask of a cluster, at any of its nodes.

import type { Membership } from '../core/membership.ts';
import type { PlainObject } from '../core/plain.ts';
import type { ShardRecord } from './store.ts';

/** Who owns a shard, and who should. */
export interface ShardPlace extends ShardRecord {
  /** The member that placement names; empty when there is none. */
  readonly wanted: string;
}

export interface Administration {
  /** Who is in the cluster, as this node knows it. */
  membership(): Membership;
  /** All shards, in order: a look, not a promise. */
  places(): Promise<readonly ShardPlace[]>;
  /** What a member counts and holds. Rejects with `deadline-exceeded` when it does not answer. */
  inspect(member: string): Promise<PlainObject>;
  /** Lets a member give its shards away and end; resolves when it has agreed to. */
  letLeave(member: string): Promise<void>;
}
