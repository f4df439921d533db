// Addresses: who an actor is, and the shard in which it lives.
//
// An address is a kind and a key. The shard follows from the key's affinity, a pure function of the key, so every node
// finds every actor without a directory, and actors that belong together share a shard and therefore a commit.

import { hash64 } from './hash.ts';

/** The identity of an actor, as plain data. */
export interface Address {
  /** Name of a registered actor kind, such as `workflow`. */
  readonly kind: string;
  /** Unique within the kind. */
  readonly key: string;
}

/** One line that names an address; unique, and used as a map key. */
export function addressText(address: Address): string {
  return `${address.kind}/${address.key}`;
}

/**
 * The shard of an affinity, in [0, shardCount).
 * The high and the low half of the hash are both used, so that shard counts that are not powers of two stay balanced.
 */
export function shardOf(affinity: string, shardCount: number): number {
  const { high, low } = hash64(affinity);
  return ((high % shardCount) * (0x1_0000_0000 % shardCount) + (low % shardCount)) % shardCount;
}
