// The names of a cluster's keys in Redis.
//
//   W1  All keys of a shard carry the hash tag `{shard}`, so that a Redis Cluster keeps them on one server.

/** The version of what is where under these names. */
export const FORMAT = 1;

export class RedisKeys {
  readonly #prefix: string;

  /** @param cluster several may share a server */
  constructor(cluster: string) {
    this.#prefix = `baton:${cluster}:`;
  }

  get format(): string {
    return `${this.#prefix}format`;
  }

  get identity(): string {
    return `${this.#prefix}identity`;
  }

  /** A hash: epoch, seq and owner of a shard, which members it knew (`asOf`), and who wrote the last commit. */
  fence(shard: number): string {
    return `${this.#prefix}{${shard}}:fence`;
  }

  /** A hash: row key → bytes of the row. */
  rows(shard: number): string {
    return `${this.#prefix}{${shard}}:rows`;
  }

  /** A sorted set of the row keys, all with score 0. */
  order(shard: number): string {
    return `${this.#prefix}{${shard}}:order`;
  }

  fact(hash: string): string {
    return `${this.#prefix}fact:${hash}`;
  }

  /**
   * Four hashes: what is known of all leases, what members say of themselves, when their leases end, and the
   * last renewal of each.
   */
  get members(): readonly string[] {
    return ['all', 'claims', 'ends', 'renewals'].map((part) => `${this.#prefix}{members}:${part}`);
  }
}
