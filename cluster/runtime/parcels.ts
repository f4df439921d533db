// Parcels: what waits in the mailbox of an activation.

import type { Letter } from '../core/envelope.ts';
import type { Delivery } from '../port/actor-kind.ts';
import type { Activation, AnyState, Parcel } from './activation.ts';
import type { AnyNeeds } from './rows.ts';

/** Turns whose rows are asked for together, where the store takes time to answer. */
const LOAD_AHEAD = 64;

/** A letter of this or another shard. @param row the row that keeps it, if it has one */
export function parcelOf(letter: Letter, row: string | undefined): Parcel {
  const delivery: Delivery = { kind: 'message', message: letter.message, replyTo: letter.replyTo };
  return { delivery, birth: letter.birth === true && row === undefined, origin: 'durable', row };
}

/** What the turns after the next one will need, as far as can be told now. */
export function needsAhead(activation: Activation, state: AnyState): readonly AnyNeeds[] {
  const needs: AnyNeeds[] = [];
  for (const { delivery } of activation.mailbox.items()) {
    if (needs.length > LOAD_AHEAD) break;
    needs.push(activation.kind.needs(state, delivery));
  }
  return needs.slice(1);
}
