// What a node remembers of its own writes, in case the server forgets them.
//
//   R1  A chain holds the commits of one grant that were answered, in order and without gaps, newest last.
//   R2  What was answered in the last KEPT_MS is kept, as far as KEPT_BYTES reach for all shards together; the oldest
//       goes first.

import type { RedisArgument } from './redis-connection.ts';

/** A commit as it was sent. */
export interface KeptCommit {
  readonly seq: number;
  readonly values: readonly RedisArgument[];
  /** About. */
  readonly bytes: number;
}

const KEPT_MS = 10_000;
const KEPT_BYTES = 64 * 1024 * 1024;
/** Entries of the queue that may be done before it is made shorter. */
const DONE_MAX = 4_096;

/** The commits of one grant. */
export class CommitChain {
  #commits: KeptCommit[] = [];
  #lastSeq: number;

  /** @param seq of the last commit before the grant */
  constructor(seq: number) {
    this.#lastSeq = seq;
  }

  /** Seq of the last commit that was answered, or of the last one before the grant. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** R1. @returns false for a commit that is known already */
  add(commit: KeptCommit): boolean {
    if (commit.seq <= this.#lastSeq) return false;
    if (commit.seq !== this.#lastSeq + 1) this.#commits = [];
    this.#commits.push(commit);
    this.#lastSeq = commit.seq;
    return true;
  }

  /** The commits after a seq, or undefined when some of them are not kept any more. */
  after(seq: number): readonly KeptCommit[] | undefined {
    const count = this.#lastSeq - seq;
    if (count > this.#commits.length) return undefined;
    return count <= 0 ? [] : this.#commits.slice(-count);
  }

  /** Drops the oldest commit if it is this one. */
  drop(seq: number): void {
    if (this.#commits[0]?.seq === seq) this.#commits.shift();
  }

  clear(): void {
    this.#commits = [];
  }
}

interface Kept {
  readonly chain: CommitChain;
  readonly seq: number;
  readonly bytes: number;
  readonly answeredAtMs: number;
}

interface KeptFact {
  readonly bytes: Uint8Array;
  readonly answeredAtMs: number;
}

export class WriteMemory {
  /** Of all chains, oldest first; those before `#first` are done. */
  #queue: Kept[] = [];
  #first = 0;
  #bytes = 0;
  readonly #facts = new Map<string, KeptFact>();
  #factBytes = 0;

  /** A commit was answered. */
  keep(chain: CommitChain, commit: KeptCommit, nowMs: number): void {
    if (!chain.add(commit)) return;
    const { seq, bytes } = commit;
    this.#queue.push({ chain, seq, bytes, answeredAtMs: nowMs });
    this.#bytes += bytes;
    for (;;) {
      const oldest = this.#queue[this.#first];
      if (oldest === undefined) break;
      if (oldest.answeredAtMs >= nowMs - KEPT_MS && this.#bytes <= KEPT_BYTES) break;
      oldest.chain.drop(oldest.seq);
      this.#bytes -= oldest.bytes;
      this.#first++;
    }
    if (this.#first < DONE_MAX) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  /** A fact was answered. */
  keepFact(hash: string, bytes: Uint8Array, nowMs: number): void {
    this.dropFact(hash);
    this.#facts.set(hash, { bytes, answeredAtMs: nowMs });
    this.#factBytes += bytes.length;
    for (const [oldest, { answeredAtMs }] of this.#facts) {
      if (answeredAtMs >= nowMs - KEPT_MS && this.#factBytes <= KEPT_BYTES) break;
      this.dropFact(oldest);
    }
  }

  dropFact(hash: string): void {
    this.#factBytes -= this.#facts.get(hash)?.bytes.length ?? 0;
    this.#facts.delete(hash);
  }

  fact(hash: string): Uint8Array | undefined {
    return this.#facts.get(hash)?.bytes;
  }

  facts(): readonly (readonly [string, Uint8Array])[] {
    return [...this.#facts].map(([hash, { bytes }]) => [hash, bytes]);
  }
}
