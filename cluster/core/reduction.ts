// A reduction: everything a turn decided, named by when it acts.
//
// `state`, `timers`, `journal`, `index`, `sends`, `open` and `settle` become part of the commit. `replies` and the effects
// that were opened leave the node after that commit is durable, never before (promise P1).

import type { Address } from './address.ts';
import type { Plain, PlainObject } from './plain.ts';
import type { RowKey } from './row-key.ts';
import type { Table } from './table.ts';

/** Row types of an actor kind by table name. */
export type RowTypes = { readonly [table: string]: unknown };

/** What an actor is made of: a head, resident while the actor is, and tables of rows that are loaded as turns name them. */
export interface ActorState<Head, Rows extends RowTypes> {
  /** undefined: the actor does not exist (yet, or any more). */
  readonly head: Head | undefined;
  readonly tables: { readonly [Name in keyof Rows]: Table<Rows[Name]> };
}

/** A message for another actor, applied exactly once and in order per pair of shards. */
export interface Send {
  readonly to: Address;
  readonly message: PlainObject;
  /** The sender knows that the target never existed, so nothing has to be looked up before its first turn. */
  readonly birth?: true;
  /** Passes an asker on: the target's turn answers in this actor's place. */
  readonly replyTo?: ReplyTo | undefined;
}

/** Arms or disarms a durable timer. A timer is named by the actor and is told apart by name and due time together. */
export type TimerChange =
  | { readonly kind: 'arm'; readonly name: string; readonly dueAtMs: number }
  | { readonly kind: 'disarm'; readonly name: string; readonly dueAtMs: number };

/** Writes (or with `value` undefined removes) an entry of an ordered list of this actor's shard. */
export interface IndexChange {
  readonly list: string;
  readonly key: RowKey;
  readonly value: Plain | undefined;
}

/** Where an answer goes: a pending ask of one incarnation of one node. A reply to an ask that is gone is dropped. */
export type ReplyTo = {
  readonly node: string;
  readonly ask: number;
};

export interface Reply {
  readonly to: ReplyTo;
  readonly value: PlainObject;
}

/** Work for the world outside, kept in the store until it is settled, so that a new owner does it again with the same id. */
export interface EffectIntent {
  /** Unique within the actor among open effects. */
  readonly id: string;
  readonly effect: PlainObject;
}

export interface Reduction<Head, Rows extends RowTypes> {
  readonly state: ActorState<Head, Rows>;
  readonly sends?: readonly Send[];
  readonly timers?: readonly TimerChange[];
  /** History for people and watchers, in order. */
  readonly journal?: readonly Plain[];
  readonly index?: readonly IndexChange[];
  readonly open?: readonly EffectIntent[];
  /** Ids of effects whose outcome is recorded by this turn, or which are given up. */
  readonly settle?: readonly string[];
  readonly replies?: readonly Reply[];
  /**
   * The actor ends for ever: its head goes with this commit, its other rows and its journal follow in small commits, also
   * after a crash. Timers and effects must be disarmed and settled by the turn itself.
   */
  readonly erase?: true;
  /** Nothing but a new message will wake this actor: it may leave memory as soon as its state is durable. */
  readonly rest?: true;
}

/** A reduction that changes nothing. */
export function stay<Head, Rows extends RowTypes>(
  state: ActorState<Head, Rows>,
): Reduction<Head, Rows> {
  return { state };
}
