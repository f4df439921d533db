// The links of one shard, both ends.
//
//   L1–L3 of cluster/core/link.ts, and
//   L4  An unacknowledged row is sent again, first after RETRANSMIT_FIRST_MS, then at doubling intervals, for ever.

import type { BatchDraft } from '../core/batch.ts';
import type { Letter, LinkEnvelope } from '../core/envelope.ts';
import { judge, LinkSender } from '../core/link.ts';
import { markKey, outboxKey } from '../core/row-key.ts';
import type { CancelAlarm } from '../port/alarms.ts';
import type { ShardServices } from './services.ts';

const RETRANSMIT_FIRST_MS = 500;
const RETRANSMIT_MAX_MS = 10_000;
/** Rows of one link sent before an acknowledgement comes. */
const WINDOW = 256;

interface OutgoingLink {
  readonly sender: LinkSender<readonly Letter[]>;
  /** Rows below this seq were sent and wait for an acknowledgement. */
  sentSeq: number;
}

export class Outbox {
  readonly #shard: number;
  readonly #epoch: number;
  readonly #services: ShardServices;
  readonly #links = new Map<number, OutgoingLink>();
  /** Last commit taken from each source, committed or not. */
  readonly #marks = new Map<number, number>();
  readonly #durableMarks = new Map<number, number>();
  /** Highest epoch heard of each source. */
  readonly #epochs = new Map<number, number>();
  /** Rows that were acknowledged and are still stored. */
  #deletable: string[] = [];
  #retransmit: CancelAlarm | undefined;
  #retransmitMs = RETRANSMIT_FIRST_MS;
  readonly #onDeletable: () => void;

  /** @param onDeletable called when acknowledged rows wait for a commit to remove them */
  constructor(shard: number, epoch: number, services: ShardServices, onDeletable: () => void) {
    this.#shard = shard;
    this.#epoch = epoch;
    this.#services = services;
    this.#onDeletable = onDeletable;
  }

  get unacknowledged(): number {
    let count = 0;
    for (const link of this.#links.values()) count += link.sender.unacknowledged.length;
    return count;
  }

  /** A mark or row found in the store when the shard was opened. */
  recoverMark(source: number, seq: number): void {
    this.#marks.set(source, seq);
    this.#durableMarks.set(source, seq);
  }

  recoverRow(target: number, seq: number, previous: number, letters: readonly Letter[]): void {
    this.#link(target).sender.add({ seq, previous, letters });
  }

  mark(source: number): number {
    return this.#marks.get(source) ?? 0;
  }

  /**
   * Should these letters be taken? What is durable already is acknowledged again: the first acknowledgement may be lost.
   * Letters of an owner that was replaced are dropped: its successor sends them itself.
   */
  receive(envelope: LinkEnvelope & { readonly kind: 'letters' }): boolean {
    const epoch = this.#epochs.get(envelope.source) ?? 0;
    if (envelope.epoch < epoch) return false;
    this.#epochs.set(envelope.source, envelope.epoch);
    const durable = this.#durableMarks.get(envelope.source) ?? 0;
    if (envelope.seq <= durable) this.#acknowledge(envelope.source, durable);
    return judge(this.mark(envelope.source), envelope) === 'take';
  }

  /** Letters are on their way into the batch: nobody takes them twice. */
  reserve(source: number, seq: number): void {
    this.#marks.set(source, seq);
  }

  /** Letters have become part of a batch, whose commit will say so. */
  take(source: number, seq: number, batch: BatchDraft): void {
    batch.marks.set(source, seq);
    if (this.#services.bugs.acknowledgeBeforeCommit === true) this.#acknowledge(source, seq);
  }

  /**
   * Turns the letters of a batch that closes into rows of its commit.
   * @returns by target the number its link used before
   */
  write(batch: BatchDraft, seq: number): ReadonlyMap<number, number> {
    const previousOf = new Map<number, number>();
    for (const [target, letters] of batch.outbound) {
      const { sender } = this.#link(target);
      previousOf.set(target, sender.lastSeq);
      batch.put(outboxKey(target, seq), [
        sender.lastSeq,
        letters.map(({ to, message, replyTo, birth }) => ({
          to: { ...to },
          message,
          replyTo,
          birth,
        })),
      ]);
      sender.reserve(seq);
    }
    if (this.#services.bugs.markNotStored !== true)
      for (const [source, mark] of batch.marks) batch.put(markKey(source), mark);
    for (const key of this.#deletable) batch.remove(key);
    this.#deletable = [];
    return previousOf;
  }

  /** The commit is durable: its letters may leave, and the marks in it may be acknowledged (L2). */
  release(batch: BatchDraft, seq: number, previousOf: ReadonlyMap<number, number>): void {
    for (const [target, letters] of batch.outbound) {
      this.#link(target).sender.add({ seq, previous: previousOf.get(target) ?? 0, letters });
      this.#send(target);
    }
    for (const [source, mark] of batch.marks) {
      this.#durableMarks.set(source, mark);
      this.#acknowledge(source, mark);
    }
  }

  acknowledged(target: number, seq: number): void {
    const done = this.#link(target).sender.acknowledge(seq);
    if (done.length === 0) return;
    this.#retransmitMs = RETRANSMIT_FIRST_MS;
    for (const row of done) this.#deletable.push(outboxKey(target, row.seq));
    this.#send(target);
    this.#onDeletable();
  }

  get hasDeletable(): boolean {
    return this.#deletable.length > 0;
  }

  /** A shard has a new owner: sends it what it has not acknowledged. */
  resendTo(target: number): void {
    const link = this.#links.get(target);
    if (link === undefined || link.sender.unacknowledged.length === 0) return;
    link.sentSeq = 0;
    this.#send(target);
  }

  /** Sends everything unacknowledged, after recovery or a loss. */
  resendAll(): void {
    for (const [target, link] of this.#links) {
      link.sentSeq = 0;
      this.#send(target);
    }
  }

  stop(): void {
    this.#retransmit?.();
    this.#retransmit = undefined;
  }

  #link(target: number): OutgoingLink {
    const link = this.#links.get(target);
    if (link !== undefined) return link;
    const made: OutgoingLink = { sender: new LinkSender<readonly Letter[]>(), sentSeq: 0 };
    this.#links.set(target, made);
    return made;
  }

  #send(target: number): void {
    const link = this.#link(target);
    for (const row of link.sender.unacknowledged.slice(0, WINDOW)) {
      if (row.seq <= link.sentSeq) continue;
      link.sentSeq = row.seq;
      this.#services.counters.lettersSent += row.letters.length;
      this.#services.transport.toShard(target, {
        kind: 'letters',
        source: this.#shard,
        epoch: this.#epoch,
        seq: row.seq,
        previous: row.previous,
        letters: row.letters,
      });
    }
    this.#armRetransmit();
  }

  #armRetransmit(): void {
    if (this.#retransmit !== undefined || this.unacknowledged === 0) return;
    this.#retransmit = this.#services.alarms.after(this.#retransmitMs, () => {
      this.#retransmit = undefined;
      this.#retransmitMs = Math.min(this.#retransmitMs * 2, RETRANSMIT_MAX_MS);
      this.#services.counters.lettersRepeated += this.unacknowledged;
      this.resendAll();
    });
  }

  #acknowledge(source: number, seq: number): void {
    this.#services.transport.toShard(source, {
      kind: 'acknowledge',
      source,
      target: this.#shard,
      seq,
    });
  }
}
