// What waits to get into a shard's next batch, and what becomes of the calls of doors on the way.
//
//   M1  Internal deliveries (letters, timers, outcomes, inbox rows) go before those of doors: they finish work and free
//       memory, new requests start work and take it.
//   M2  Doors are refused when too much waits; internal deliveries never are, they are bounded where they arise.
//   M3  A call with a request id is delivered once; its repeats get the first one's answer.

import type { Address } from '../core/address.ts';
import type { BatchDraft } from '../core/batch.ts';
import type { Letter } from '../core/envelope.ts';
import { ClusterError } from '../core/errors.ts';
import { Mailbox } from '../core/mailbox.ts';
import type { PlainObject } from '../core/plain.ts';
import type { Reply, ReplyTo } from '../core/reduction.ts';
import type { Activation, Parcel } from './activation.ts';
import type { Reader } from './reader.ts';
import { RequestMemory } from './request-memory.ts';
import type { ShardServices } from './services.ts';

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

/** An ask of a door of this node or another. */
export interface DoorCall {
  readonly to: Address;
  readonly message: PlainObject;
  readonly replyTo: ReplyTo;
  readonly requestId: string | undefined;
  /** Rough size of the message. */
  readonly bytes: number;
  /** The caller gives up at this time of this node's monotonic clock. */
  readonly deadlineMs: number;
}

export interface AdmissionHooks {
  activationOf(address: Address): Activation;
  /** Puts a call into the actor's mailbox, as part of the batch that fills. */
  deliver(call: DoorCall): void;
  /** The same, some time after the call was admitted; false when the shard is gone. */
  deliverLater(call: DoorCall): boolean;
}

export class Admission {
  readonly internal = new Mailbox<Inbound>();
  readonly #doors = new Mailbox<DoorCall>();
  readonly #requests = new RequestMemory();
  readonly #services: ShardServices;
  readonly #reader: Reader;
  readonly #hooks: AdmissionHooks;

  constructor(services: ShardServices, reader: Reader, hooks: AdmissionHooks) {
    this.#services = services;
    this.#reader = reader;
    this.#hooks = hooks;
  }

  /** Messages and calls that wait to be admitted. */
  get waiting(): number {
    return this.internal.length + this.#doors.length;
  }

  get isEmpty(): boolean {
    return this.internal.length === 0 && this.#doors.length === 0;
  }

  /** Takes a call in, or answers why not (M2). */
  call(call: DoorCall, refusal: ClusterError | undefined): ClusterError | undefined {
    const refused =
      refusal ??
      (this.#doors.length >= this.#services.limits.shardQueue
        ? new ClusterError('shard-full', 'too many requests wait for this shard', {
            retryAfterMs: 100,
          })
        : undefined);
    if (refused === undefined) this.#doors.push(call);
    else this.#services.counters.refusals++;
    return refused;
  }

  /** Admits the next call. @returns false when none waits */
  admitCall(): boolean {
    const call = this.#doors.shift();
    if (call === undefined) return false;
    const { replies, clock, limits, counters } = this.#services;
    if (!replies.isAwaited(call.replyTo) || call.deadlineMs <= clock.monotonicMs()) return true;
    const activation = this.#hooks.activationOf(call.to);
    if (activation.phase === 'quarantined') {
      replies.refuse(call.replyTo, quarantined());
    } else if (activation.mailbox.length >= limits.mailbox) {
      counters.refusals++;
      replies.refuse(
        call.replyTo,
        new ClusterError('mailbox-full', 'too many messages wait for this actor', {
          retryAfterMs: 50,
        }),
      );
    } else if (call.requestId === undefined) this.#hooks.deliver(call);
    else this.#admitOnce(call, call.requestId);
    return true;
  }

  /** M3. */
  #admitOnce(call: DoorCall, requestId: string): void {
    if (this.#requests.join(requestId, call.replyTo)) return;
    this.#requests.begin(requestId, call.replyTo);
    this.#reader.remembered(
      requestId,
      (answer) => {
        if (answer !== undefined) this.reply(call.replyTo, answer);
        else if (!this.#hooks.deliverLater(call)) this.#requests.finish(call.replyTo);
      },
      (error) => {
        for (const caller of [call.replyTo, ...this.#requests.finish(call.replyTo)])
          this.#services.replies.refuse(caller, error);
      },
    );
  }

  /** Replies were decided by a turn: those to calls with a request id are remembered in its batch. */
  remember(replies: readonly Reply[], draft: BatchDraft, expiresAtMs: number): void {
    for (const { to, value } of replies) this.#requests.answer(to, value, draft, expiresAtMs);
  }

  /** Gives an answer to whoever asked, and to the repeats. */
  reply(to: ReplyTo, value: PlainObject): void {
    const { replies } = this.#services;
    replies.reply(to, value);
    for (const other of this.#requests.finish(to)) replies.reply(other, value);
  }

  /** Refuses a call that was delivered, and its repeats. */
  reject(parcel: Parcel, error: ClusterError): void {
    if (parcel.delivery.kind !== 'message' || parcel.delivery.replyTo === undefined) return;
    const { replyTo } = parcel.delivery;
    for (const other of [replyTo, ...this.#requests.finish(replyTo)])
      this.#services.replies.refuse(other, error);
  }

  /** The shard is gone: whoever waits has to find its next owner. Calls of this node are the router's to look after. */
  clear(): void {
    const { replies, nodeId } = this.#services;
    const waiting = [...this.#doors.items()].map(({ replyTo }) => replyTo);
    for (const caller of [...waiting, ...this.#requests.clear()]) {
      if (caller.node !== nodeId)
        replies.refuse(caller, new ClusterError('not-owner', 'the shard moved away'));
    }
    while (this.#doors.shift() !== undefined);
  }
}

/** What callers of a quarantined actor are told. */
export function quarantined(): ClusterError {
  return new ClusterError('quarantined', 'this actor failed repeatedly and waits for an operator');
}
