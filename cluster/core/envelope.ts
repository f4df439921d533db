// Envelopes: what shards and nodes send each other.

import type { Address } from './address.ts';
import type { PlainObject } from './plain.ts';
import type { ReplyTo } from './reduction.ts';

/** One message for an actor, as it lies in an outbox or inbox row. */
export interface Letter {
  readonly to: Address;
  readonly message: PlainObject;
  readonly replyTo?: ReplyTo | undefined;
  readonly birth?: true | undefined;
}

export type Envelope =
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
    }
  /** An answer for an ask of another node. */
  | { readonly kind: 'reply'; readonly ask: number; readonly value: PlainObject };
