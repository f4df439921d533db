// What waits to get into a shard's next batch.
//
//   M1  Internal deliveries (letters, timers, outcomes, inbox rows) go before those of doors: they finish work and free
//       memory, new requests start work and take it.
//   M2  Doors are refused when too much waits; internal deliveries never are, they are bounded where they arise.

import type { Address } from '../core/address.ts';
import type { Letter } from '../core/envelope.ts';
import { Mailbox } from '../core/mailbox.ts';
import type { Parcel } from './activation.ts';

export type Inbound =
  | {
      readonly kind: 'parcel';
      readonly to: Address;
      readonly parcel: Parcel;
      readonly bytes: number;
    }
  /** All letters of one commit of another shard: taken together or not at all. */
  | {
      readonly kind: 'letters';
      readonly source: number;
      readonly seq: number;
      readonly letters: readonly Letter[];
    };

/** An ask of a door. */
export interface DoorCall {
  readonly to: Address;
  readonly parcel: Parcel;
  readonly ask: number;
  readonly requestId: string | undefined;
  readonly bytes: number;
}

export class Admission {
  readonly internal = new Mailbox<Inbound>();
  readonly doors = new Mailbox<DoorCall>();

  get isEmpty(): boolean {
    return this.internal.length === 0 && this.doors.length === 0;
  }
}
