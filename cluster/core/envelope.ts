// Envelopes: what shards and nodes send each other. Everything but letters may be lost without harm: whoever asked asks
// again, whoever has news tells them again.

import type { Address } from './address.ts';
import type { ClusterErrorCode, ErrorDetails } from './errors.ts';
import type { Plain, PlainObject } from './plain.ts';
import type { ReplyTo } from './reduction.ts';
import type { Heard } from './suspicion.ts';

/** One message for an actor, as it lies in an outbox or inbox row. */
export interface Letter {
  readonly to: Address;
  readonly message: PlainObject;
  readonly replyTo?: ReplyTo | undefined;
  readonly birth?: true | undefined;
}

/** Which part of a list: see ListOptions of the sender port. */
export interface ListPart {
  readonly after?: string | undefined;
  readonly limit: number;
  readonly reverse?: boolean | undefined;
}

/** Between shards. */
export type LinkEnvelope =
  /**
   * All that one commit of the source shard sent to the target shard. `seq` is that commit's number; `previous` the last
   * number this link used before, 0 when the sender cannot tell (everything before it was acknowledged).
   */
  | {
      readonly kind: 'letters';
      readonly source: number;
      readonly epoch: number;
      readonly seq: number;
      readonly previous: number;
      readonly letters: readonly Letter[];
    }
  /** Everything of the link up to `seq` has been committed by the target. */
  | {
      readonly kind: 'acknowledge';
      readonly source: number;
      readonly target: number;
      readonly seq: number;
    };

/** What doors of other nodes want of a shard. */
export type CallEnvelope =
  /** An ask. */
  | {
      readonly kind: 'ask';
      readonly replyTo: ReplyTo;
      readonly to: Address;
      readonly message: PlainObject;
      readonly requestId?: string | undefined;
      /** Time left to the caller, in milliseconds. */
      readonly patienceMs: number;
    }
  | {
      readonly kind: 'read';
      readonly replyTo: ReplyTo;
      readonly from: Address;
      readonly query: PlainObject;
    }
  | {
      readonly kind: 'list';
      readonly replyTo: ReplyTo;
      readonly list: string;
      readonly part: ListPart;
    }
  /** Wants the journal of an actor above a seq, for a while: repeated as long as somebody watches. */
  | {
      readonly kind: 'watch';
      readonly replyTo: ReplyTo;
      readonly address: Address;
      readonly afterSeq: number;
    }
  /** Nobody watches any more. */
  | { readonly kind: 'unwatch'; readonly replyTo: ReplyTo };

/** For a shard: whoever owns it now. */
export type ShardEnvelope = LinkEnvelope | CallEnvelope;

/** For one life of a node. */
export type NodeEnvelope =
  /** An answer for an ask, a read or a list. */
  | { readonly kind: 'reply'; readonly ask: number; readonly value: PlainObject }
  | {
      readonly kind: 'refusal';
      readonly ask: number;
      readonly code: ClusterErrorCode;
      readonly message: string;
      readonly details: ErrorDetails;
      readonly retryAfterMs?: number | undefined;
    }
  /** A journal record for a watch. `previous`: seq of the record before it, or what the watch named. */
  | {
      readonly kind: 'record';
      readonly watch: number;
      readonly previous: number;
      readonly seq: number;
      readonly entries: readonly Plain[];
    }
  /** Asks for the list's entries of many shards at once; the answer names those that it covers. */
  | {
      readonly kind: 'gather';
      readonly replyTo: ReplyTo;
      readonly shards: readonly number[];
      readonly list: string;
      readonly part: ListPart;
    }
  /** Asks for what an operator may know of the receiver. */
  | { readonly kind: 'inspect'; readonly replyTo: ReplyTo }
  /** The receiver should give its shards away and end; it answers that it will. */
  | { readonly kind: 'leave'; readonly replyTo: ReplyTo }
  /** The receiver may acquire this shard. */
  | { readonly kind: 'released'; readonly shard: number; readonly epoch: number }
  /** The sender should own a shard which the store says the receiver has. */
  | { readonly kind: 'wanted'; readonly shard: number; readonly by: string };

/** For every node. */
export type ClusterEnvelope =
  | {
      readonly kind: 'heartbeat';
      readonly node: string;
      readonly membershipVersion: number;
      /** Shards it has open. */
      readonly shards: number;
      /** Counts the heartbeats of the sender. */
      readonly beat: number;
      /** What it heard of others last. */
      readonly heard: readonly Heard[];
    }
  /** A shard has a new owner: what waits for it may be sent now. */
  | {
      readonly kind: 'opened';
      readonly shard: number;
      readonly epoch: number;
      readonly node: string;
    };

export type Envelope = ShardEnvelope | NodeEnvelope | ClusterEnvelope;
