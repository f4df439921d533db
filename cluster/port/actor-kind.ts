// The contract of an actor kind: what the runtime must know of an actor in order to run it.
//
// Every function here is pure, synchronous and total. Time, chance and facts come in through the context.

import type { Plain, PlainObject } from '../core/plain.ts';
import type { Address } from '../core/address.ts';
import type { ActorState, Reduction, ReplyTo, RowTypes } from '../core/reduction.ts';
import type { RowKey } from '../core/row-key.ts';

/** Seeded chance, recorded by nobody: a turn that is thrown away may draw other values when it is run again. */
export interface TurnRandom {
  /** Uniform in [0, 1). */
  next(): number;
  /** A random UUID (version 4). */
  uuid(): string;
}

export interface TurnContext<Fact> {
  readonly self: Address;
  /** Milliseconds since 1970, never falling within one activation. */
  readonly nowMs: number;
  readonly random: TurnRandom;
  /** A fact that `needs` named. */
  fact(hash: string): Fact;
}

/** A message as it reaches an actor. */
export type Delivery =
  /** From another actor or a door. `replyTo` is present when somebody waits for an answer. */
  | {
      readonly kind: 'message';
      readonly message: PlainObject;
      readonly replyTo?: ReplyTo | undefined;
    }
  /** A timer of this actor fell due. It is gone from the store with the commit of this turn. */
  | { readonly kind: 'timer'; readonly name: string; readonly dueAtMs: number }
  /** The outcome (or progress) of an effect of this actor, as its interpreter reported it. */
  | { readonly kind: 'outcome'; readonly id: string; readonly outcome: PlainObject };

/** Rows, ranges and facts that a turn or a read will touch. What is loaded already costs nothing to name. */
export interface Needs<Rows extends RowTypes> {
  readonly rows?: readonly { readonly table: keyof Rows & string; readonly key: RowKey }[];
  /** Both ends included; left out is unbounded. */
  readonly ranges?: readonly {
    readonly table: keyof Rows & string;
    readonly from?: RowKey;
    readonly to?: RowKey;
  }[];
  readonly facts?: readonly string[];
}

/** How one table's rows are written. */
export interface RowCodec<Row> {
  /** Do the keys order as numbers? */
  readonly numericKeys: boolean;
  /**
   * Rows of a table that grows without end and is asked for by key leave memory as soon as they are durable.
   * Left out: they stay as long as the actor does.
   */
  readonly forgetStored?: true;
  encode(row: Row): Plain;
  /** Decodes a row written under this or an older schema version. */
  decode(plain: Plain, schemaVersion: number): Row;
}

/** How an actor kind is written. Bytes are made elsewhere. */
export interface ActorCodec<Head, Rows extends RowTypes> {
  /** Stored with every row. A row of a higher version is refused, never guessed at. */
  readonly schemaVersion: number;
  encodeHead(head: Head): Plain;
  decodeHead(plain: Plain, schemaVersion: number): Head;
  readonly tables: { readonly [Name in keyof Rows]: RowCodec<Rows[Name]> };
}

/**
 * An actor kind. `Query` and `Answer` are the read side: reads are no turns, see committed state only and change nothing.
 */
export interface ActorKind<Head, Rows extends RowTypes, Fact> {
  readonly name: string;
  readonly codec: ActorCodec<Head, Rows>;
  /** The text whose hash decides the shard; a pure function of the key. */
  affinity(key: string): string;
  /**
   * What the turn for this delivery will touch. Asked again after each load, with the state as far as it is loaded, until
   * it names nothing new; so a later need may depend on an earlier row (look with `isLoaded` before `get`).
   */
  needs(state: ActorState<Head, Rows>, delivery: Delivery): Needs<Rows>;
  reduce(
    state: ActorState<Head, Rows>,
    delivery: Delivery,
    context: TurnContext<Fact>,
  ): Reduction<Head, Rows>;
  needsToRead(state: ActorState<Head, Rows>, query: PlainObject): Needs<Rows>;
  read(state: ActorState<Head, Rows>, query: PlainObject, context: TurnContext<Fact>): PlainObject;
}

/** A kind whose types were forgotten, as the runtime holds it. */
export type AnyActorKind = ActorKind<unknown, RowTypes, unknown>;

/** Forgets a kind's own types. The runtime only ever hands a kind what came out of that kind's codec and reducer. */
export function eraseKind<Head, Rows extends RowTypes, Fact>(
  kind: ActorKind<Head, Rows, Fact>,
): AnyActorKind {
  return kind as unknown as AnyActorKind;
}
