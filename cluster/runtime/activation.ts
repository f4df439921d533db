// An activation: one actor in memory.
//
//   V1  `state` is what the last turn left; `durable` is the state at the last commit that was answered. Between them lie
//       turns whose batch is filling or in flight, and nobody outside may see those.
//   V2  An activation leaves memory only when nothing of it is uncommitted and its mailbox is empty.
//   V3  A turn that throws changes no state. A door's message is refused and does not count; of others the third failure in a
//       row quarantines the actor.

import type { Address } from '../core/address.ts';
import { Mailbox } from '../core/mailbox.ts';
import type { Plain } from '../core/plain.ts';
import type { ActorState, RowTypes } from '../core/reduction.ts';
import type { HostedActor } from '../port/actor-host.ts';
import type { AnyActorKind, Delivery } from '../port/actor-kind.ts';

export type AnyState = ActorState<unknown, RowTypes>;

/** A delivery on its way to an actor, and what its consumption means to the shard. */
export interface Parcel {
  readonly delivery: Delivery;
  /** The actor never existed before: nothing to load. */
  readonly birth: boolean;
  /** Where it came from, which decides what becomes of it when it is left over at the close of a batch. */
  readonly origin: /** A door: nothing is kept; the caller waits or asks again. */
    | 'door'
    /** A turn of this shard, or a link: it becomes an inbox row. */
    | 'durable'
    /** A timer or an outcome: its own row brings it back. */
    | 'backed';
  /** The row that keeps it, removed by the commit of the turn that takes it. */
  row: string | undefined;
}

export type ActivationPhase = 'idle' | 'awake' | 'loading' | 'quarantined';

export class Activation {
  readonly address: Address;
  /** addressText(address) */
  readonly text: string;
  readonly kind: AnyActorKind;
  readonly mailbox = new Mailbox<Parcel>();
  hosted: HostedActor | undefined;
  phase: ActivationPhase = 'idle';
  /** undefined until the head was looked up. */
  state: AnyState | undefined;
  durable: AnyState | undefined;
  /** Head as of the last close. */
  writtenHead: unknown;
  /** Number of the last batch this actor has a part in, 0 for none. */
  batchSeq = 0;
  /** Has it a part in the batch that is being filled? */
  touched = false;
  journal: Plain[] = [];
  resting = false;
  /** Rows were loaded for so many turns that have not come yet: nothing is trimmed until they have. */
  pinnedTurns = 0;
  crashes = 0;
  lastTurnMs = 0;

  constructor(address: Address, text: string, kind: AnyActorKind) {
    this.address = address;
    this.text = text;
    this.kind = kind;
  }
}
