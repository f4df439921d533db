// What a door may do: ask an actor, read from one, list, watch. Implemented by a node.

import type { Address } from '../core/address.ts';
import type { PlainObject, Plain } from '../core/plain.ts';

export interface AskOptions {
  /** The caller gives up at this time of the monotonic clock. */
  readonly deadlineMs: number;
  /**
   * Identifies the request among its repeats. With it the first answer is remembered and given again; without it the
   * message is applied once per call. Starts are remembered by the workflow itself and do not need it.
   */
  readonly requestId?: string;
  /** The actor itself knows a repeat of this message and answers it as the first one. */
  readonly repeatable?: boolean;
}

/** A committed journal record of a watched actor. */
export interface JournalRecord {
  /** Grows with every record of the actor, with gaps. */
  readonly seq: number;
  readonly entries: readonly Plain[];
}

export interface ListOptions {
  /** Only entries after the one with this position, in reading order. */
  readonly after?: string;
  /** Greatest number of entries, 1 to 1000. */
  readonly limit: number;
  /** Greatest keys first. */
  readonly reverse?: boolean;
}

export interface ListEntry {
  /** Where the entry stands in its list, as text whose order is the list's order: pass it on as `after`. */
  readonly position: string;
  readonly value: Plain;
}

export interface Sender {
  /**
   * Delivers a message and waits for the actor's reply, which comes after the commit it belongs to.
   * Rejects with a ClusterError; `outcome-unknown` and `deadline-exceeded` leave open whether it was applied.
   */
  ask(to: Address, message: PlainObject, options: AskOptions): Promise<PlainObject>;
  /** Reads committed state through the actor's kind. Sees everything that was ever answered. */
  read(from: Address, query: PlainObject): Promise<PlainObject>;
  /** Entries of an ordered list that lives in the shard of the given affinity. */
  list(affinity: string, list: string, options: ListOptions): Promise<readonly ListEntry[]>;
  /** Entries of a list that every shard holds a part of, merged in key order. */
  listEverywhere(list: string, options: ListOptions): Promise<readonly ListEntry[]>;
  /**
   * Calls back with every committed journal record of an actor above `afterSeq`, in order and without gaps, until the
   * returned function is called. With `end` the stream is over for a reason the caller should retry or report.
   */
  watch(
    address: Address,
    afterSeq: number,
    onRecord: (record: JournalRecord) => void,
    onEnd: (error: Error) => void,
  ): () => void;
  /** Makes a fact durable; must precede the message that names it. */
  putFact(hash: string, text: string): Promise<void>;
  /** A fact as the node's parser reads it. Rejects with `fact-missing` when there is none. */
  fact(hash: string): Promise<unknown>;
}
