// Links: exactly-once, in-order delivery from one shard to another (promise P3), as two small pure machines.
//
// The sender keeps each commit's letters in an outbox row until they are acknowledged. The receiver commits, with the
// effects of the letters, the number of the last commit it took them from: its high-water mark. Numbers are commit
// numbers of the source, so they grow with gaps; `previous` closes the gaps.
//
//   L1  The receiver takes an envelope only when it is newer than its mark and nothing in between is missing.
//   L2  An acknowledgement is sent only for a mark that is durable.
//   L3  The sender deletes only rows that were acknowledged.

/** What a receiver does with an envelope: take it, answer that it has it, or wait for an earlier one. */
export type LinkVerdict = 'take' | 'have' | 'missing';

/** L1. @param mark last commit number taken from the source, 0 for none */
export function judge(
  mark: number,
  envelope: { readonly seq: number; readonly previous: number },
): LinkVerdict {
  if (envelope.seq <= mark) return 'have';
  return envelope.previous <= mark ? 'take' : 'missing';
}

/** A row of an outbox: unacknowledged letters of one commit for one shard. */
export interface OutboxRow<Letters> {
  readonly seq: number;
  readonly previous: number;
  readonly letters: Letters;
}

/** The sending end of one link. */
export class LinkSender<Letters> {
  #rows: OutboxRow<Letters>[] = [];
  #lastSeq = 0;
  #acknowledged = 0;

  /** The last number this link used, 0 when unknown. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get unacknowledged(): readonly OutboxRow<Letters>[] {
    return this.#rows;
  }

  /** Adds a durable row; rows come in order of seq. */
  add(row: OutboxRow<Letters>): void {
    this.#rows.push(row);
    this.#lastSeq = row.seq;
  }

  /** Notes the number of a row that is on its way to the store, so that the next one can name it. */
  reserve(seq: number): void {
    this.#lastSeq = seq;
  }

  /** Takes an acknowledgement; answers the rows that may be deleted now (L3). */
  acknowledge(seq: number): readonly OutboxRow<Letters>[] {
    if (seq <= this.#acknowledged) return [];
    this.#acknowledged = seq;
    const done = this.#rows.filter((row) => row.seq <= seq);
    this.#rows = this.#rows.filter((row) => row.seq > seq);
    return done;
  }
}
