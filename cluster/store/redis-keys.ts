// The names of a cluster's keys in Redis, and row keys as the bytes that Redis puts in order.
//
//   W1  All keys of a shard carry the hash tag `{shard}`, so that a Redis Cluster keeps them on one server.
//   W2  Row keys are in order of code units, as they are in memory. Redis compares bytes, and the bytes of UTF-8 are in
//       another order where a text has surrogates, so each of these is written on its own (CESU-8). All other texts are
//       plain UTF-8.

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

  /** A hash: epoch, seq and owner of a shard, and who wrote its last commit. */
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

const SURROGATE = /[\ud800-\udfff]/;
const SURROGATES = /([\ud800-\udfff])/;

/** A row key for the server (W2). A text stands for its UTF-8 bytes. */
export function encodeRowKey(key: string): string | Buffer {
  if (!SURROGATE.test(key)) return key;
  const parts = key.split(SURROGATES).map((part) => {
    if (!SURROGATE.test(part)) return Buffer.from(part);
    const unit = part.charCodeAt(0);
    return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
  });
  return Buffer.concat(parts);
}

/** The inverse of encodeRowKey. */
export function decodeRowKey(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  let from = 0;
  for (let at = view.indexOf(0xed); at >= 0; at = view.indexOf(0xed, at + 3)) {
    const second = view[at + 1] ?? 0;
    if (second < 0xa0) continue;
    const unit = 0xd000 | ((second & 0x3f) << 6) | ((view[at + 2] ?? 0) & 0x3f);
    text += view.toString('utf8', from, at) + String.fromCharCode(unit);
    from = at + 3;
  }
  return text + view.toString('utf8', from);
}
