// What a node remembers of its own commits, in case the server forgets them.
//
//   F1  The commits of the last KEPT_MS that were answered are kept, per shard and without gaps, newest last, as far as
//       KEPT_BYTES reach.

/** A commit as it was sent. */
export interface SentCommit {
  readonly epoch: number;
  readonly seq: number;
  readonly values: readonly (string | number | Uint8Array)[];
  readonly bytes: number;
  readonly answeredAtMs: number;
}

const KEPT_MS = 10_000;
/** Of one shard. */
const KEPT_BYTES = 4 * 1024 * 1024;

export class CommitMemory {
  readonly #shards = new Map<number, { commits: SentCommit[]; bytes: number }>();

  /** A commit was answered (F1). */
  keep(shard: number, commit: SentCommit): void {
    const kept = this.#shards.get(shard) ?? { commits: [], bytes: 0 };
    this.#shards.set(shard, kept);
    const last = kept.commits.at(-1);
    if (last !== undefined && (last.epoch !== commit.epoch || last.seq !== commit.seq - 1)) {
      kept.commits = [];
      kept.bytes = 0;
    }
    kept.commits.push(commit);
    kept.bytes += commit.bytes;
    while (kept.commits.length > 1) {
      const [first] = kept.commits;
      if (first === undefined) return;
      const isOld = first.answeredAtMs < commit.answeredAtMs - KEPT_MS;
      if (!isOld && kept.bytes <= KEPT_BYTES) return;
      kept.commits.shift();
      kept.bytes -= first.bytes;
    }
  }

  /** The commits of an epoch after a seq up to another, or undefined when some are not kept. */
  between(
    shard: number,
    epoch: number,
    afterSeq: number,
    upToSeq: number,
  ): readonly SentCommit[] | undefined {
    const commits = (this.#shards.get(shard)?.commits ?? []).filter(
      (commit) => commit.epoch === epoch && commit.seq > afterSeq && commit.seq <= upToSeq,
    );
    return commits.length === upToSeq - afterSeq ? commits : undefined;
  }

  /** The newest commit of each shard. */
  *newest(): IterableIterator<readonly [number, SentCommit]> {
    for (const [shard, { commits }] of this.#shards) {
      const last = commits.at(-1);
      if (last !== undefined) yield [shard, last];
    }
  }

  forget(shard: number): void {
    this.#shards.delete(shard);
  }
}
