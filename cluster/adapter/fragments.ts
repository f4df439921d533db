// Batches that are too large for one message of the transport, in parts, and put together again.
//
//   G1  A batch comes out whole or not at all; parts of one whose others are lost are forgotten after KEPT_MS.
//   G2  What waits for its other parts takes at most KEPT_BYTES: the oldest goes first.

import { encodeMessage, type Fragment } from './envelope-codec.ts';

const KEPT_MS = 30_000;
const KEPT_BYTES = 64 * 1024 * 1024;

interface Incomplete {
  readonly parts: (Uint8Array | undefined)[];
  readonly startedMs: number;
  missing: number;
  bytes: number;
}

/** Cuts an encoded batch into messages of about `size` bytes. @param batch unique among the batches of all nodes */
export function cut(bytes: Uint8Array, batch: string, size: number): readonly Uint8Array[] {
  const parts = Math.ceil(bytes.length / size);
  return Array.from({ length: parts }, (_, part) => {
    const piece = bytes.subarray(part * size, (part + 1) * size);
    return encodeMessage({ kind: 'fragment', fragment: { batch, part, parts, bytes: piece } });
  });
}

export class Assembly {
  readonly #incomplete = new Map<string, Incomplete>();
  #bytes = 0;

  /** Takes a part. @returns the batch when it was the last one */
  add(fragment: Fragment, nowMs: number): Uint8Array | undefined {
    const { batch, part, parts, bytes } = fragment;
    if (part >= parts || parts * bytes.length > KEPT_BYTES * 2) return undefined;
    const known = this.#incomplete.get(batch) ?? {
      parts: new Array<Uint8Array | undefined>(parts),
      startedMs: nowMs,
      missing: parts,
      bytes: 0,
    };
    if (known.parts.length !== parts || known.parts[part] !== undefined) return undefined;
    this.#incomplete.set(batch, known);
    known.parts[part] = bytes;
    known.missing--;
    known.bytes += bytes.length;
    this.#bytes += bytes.length;
    if (known.missing === 0) {
      this.#drop(batch, known);
      return Buffer.concat(known.parts.flatMap((piece) => piece ?? []));
    }
    this.#forget(nowMs);
    return undefined;
  }

  /** Bytes that wait for others. */
  get bytes(): number {
    return this.#bytes;
  }

  #forget(nowMs: number): void {
    for (const [batch, incomplete] of this.#incomplete) {
      const isOld = incomplete.startedMs < nowMs - KEPT_MS;
      if (!isOld && this.#bytes <= KEPT_BYTES) return;
      this.#drop(batch, incomplete);
    }
  }

  #drop(batch: string, incomplete: Incomplete): void {
    if (this.#incomplete.delete(batch)) this.#bytes -= incomplete.bytes;
  }
}
