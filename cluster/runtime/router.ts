// The router: brings the calls of this node's doors to whoever owns their shard, this node or another.
//
//   T1  A call goes on until it is answered, refused for a reason that waiting does not mend, or its deadline has passed.
//   T2  "Nobody", "moved" and "draining" are no answers: the call waits a little, or for news, and is sent again.
//   T3  A call may arrive more than once, so one that changes something carries an id by which its shard knows a repeat.
//       One that has none and may have been applied is refused as `outcome-unknown`, never sent again.

import type { CallEnvelope } from '../core/envelope.ts';
import { ClusterError } from '../core/errors.ts';
import type { PlainObject } from '../core/plain.ts';
import type { CancelAlarm } from '../port/alarms.ts';
import type { ShardServices } from './services.ts';
import type { Shard } from './shard.ts';

/** Waits between two tries that met nobody. */
const AGAIN_FIRST_MS = 20;
const AGAIN_MAX_MS = 200;
/** Waits for an answer before a call is sent once more. */
const SILENCE_FIRST_MS = 1_000;
const SILENCE_MAX_MS = 10_000;
const SILENCE_SWEEP_MS = 500;

export interface RoutedCall {
  readonly shard: number;
  /** May it arrive twice, as it is (T3)? */
  readonly repeatable: boolean;
  readonly deadlineMs: number;
  /**
   * @param patienceMs time left to the caller
   * @param isAway it goes to another node, and so may arrive twice whatever `repeatable` says: it needs an id
   */
  envelope(ask: number, patienceMs: number, isAway: boolean): CallEnvelope;
}

export interface RouterHooks {
  /** The shard, if this node has it open. */
  find(shard: number): Shard | undefined;
  /** Takes a call in as the shard's owner. */
  serve(shard: Shard, envelope: CallEnvelope): void;
  /** Will nobody own the shards any more? */
  isHopeless(): boolean;
}

interface Entry {
  readonly ask: number;
  readonly call: RoutedCall;
  /** With a shard of this node, sent to another, or waiting for the next try. */
  place: 'here' | 'sent' | 'waiting';
  repeatable: boolean;
  tries: number;
  sentAtMs: number;
  againAtMs: number;
}

export class Router {
  readonly #services: ShardServices;
  readonly #hooks: RouterHooks;
  readonly #byShard = new Map<number, Map<number, Entry>>();
  readonly #byAsk = new Map<number, Entry>();
  readonly #waiting = new Set<Entry>();
  #again: CancelAlarm | undefined;
  #silence: CancelAlarm | undefined;

  constructor(services: ShardServices, hooks: RouterHooks) {
    this.#services = services;
    this.#hooks = hooks;
    services.replies.whenElsewhere((ask, error) => {
      const entry = this.#byAsk.get(ask);
      if (entry === undefined || hooks.isHopeless()) services.asks.reject(ask, error);
      else this.#wait(entry);
    });
  }

  /** Makes a call. Rejects with a ClusterError (T1). */
  call(call: RoutedCall): Promise<PlainObject> {
    const { asks } = this.#services;
    const ask = asks.number();
    const entry: Entry = {
      ask,
      call,
      place: 'here',
      repeatable: call.repeatable,
      tries: 0,
      sentAtMs: 0,
      againAtMs: 0,
    };
    this.#byAsk.set(ask, entry);
    const entries = this.#byShard.get(call.shard);
    if (entries === undefined) this.#byShard.set(call.shard, new Map([[ask, entry]]));
    else entries.set(ask, entry);
    const reply = asks.open(ask, call.deadlineMs, () => this.#forget(entry));
    this.#send(entry);
    return reply;
  }

  /** A shard was opened, here or elsewhere: what is meant for it is sent now. */
  opened(shard: number): void {
    for (const entry of [...(this.#byShard.get(shard)?.values() ?? [])]) {
      if (entry.place !== 'here') this.#send(entry);
    }
  }

  /** What was sent to a shard met nobody. */
  nobody(shard: number): void {
    for (const entry of this.#byShard.get(shard)?.values() ?? []) {
      if (entry.place === 'sent') this.#wait(entry);
    }
  }

  /** A shard of this node is gone; what it took in may have been applied. */
  dropped(shard: number): void {
    for (const entry of [...(this.#byShard.get(shard)?.values() ?? [])]) {
      if (entry.place !== 'here') continue;
      if (entry.repeatable) this.#wait(entry);
      else
        this.#services.asks.reject(
          entry.ask,
          new ClusterError(
            'outcome-unknown',
            'the shard went away while it worked on the request; it may have been applied',
          ),
        );
    }
  }

  stop(): void {
    this.#again?.();
    this.#silence?.();
  }

  #forget(entry: Entry): void {
    this.#byAsk.delete(entry.ask);
    this.#waiting.delete(entry);
    const entries = this.#byShard.get(entry.call.shard);
    if (entries === undefined) return;
    entries.delete(entry.ask);
    if (entries.size === 0) this.#byShard.delete(entry.call.shard);
  }

  #send(entry: Entry): void {
    const { clock, transport, counters } = this.#services;
    const { call, ask } = entry;
    this.#waiting.delete(entry);
    entry.sentAtMs = clock.monotonicMs();
    const shard = this.#hooks.find(call.shard);
    const isAway = shard === undefined;
    entry.repeatable ||= isAway;
    const patienceMs = Math.max(0, call.deadlineMs - entry.sentAtMs);
    const envelope = call.envelope(ask, patienceMs, isAway);
    if (shard !== undefined) {
      entry.place = 'here';
      this.#hooks.serve(shard, envelope);
      return;
    }
    entry.place = 'sent';
    counters.callsSent++;
    transport.toShard(call.shard, envelope);
    this.#silence ??= this.#services.alarms.after(SILENCE_SWEEP_MS, () => this.#sweep());
  }

  #wait(entry: Entry): void {
    if (entry.place === 'waiting') return;
    const delayMs = Math.min(AGAIN_FIRST_MS * 2 ** entry.tries, AGAIN_MAX_MS);
    entry.place = 'waiting';
    entry.tries++;
    entry.againAtMs = this.#services.clock.monotonicMs() + delayMs;
    this.#waiting.add(entry);
    this.#again ??= this.#services.alarms.after(AGAIN_FIRST_MS, () => this.#tryAgain());
  }

  #tryAgain(): void {
    this.#again = undefined;
    const nowMs = this.#services.clock.monotonicMs();
    for (const entry of [...this.#waiting]) if (entry.againAtMs <= nowMs) this.#send(entry);
    if (this.#waiting.size > 0)
      this.#again ??= this.#services.alarms.after(AGAIN_FIRST_MS, () => this.#tryAgain());
  }

  /** Sends again what was not answered for some time: the call or its answer may be lost. */
  #sweep(): void {
    this.#silence = undefined;
    const nowMs = this.#services.clock.monotonicMs();
    let sent = 0;
    for (const entry of this.#byAsk.values()) {
      if (entry.place !== 'sent') continue;
      sent++;
      const silenceMs = Math.min(SILENCE_FIRST_MS * 2 ** entry.tries, SILENCE_MAX_MS);
      if (nowMs - entry.sentAtMs < silenceMs) continue;
      entry.tries++;
      this.#services.counters.callsRepeated++;
      this.#send(entry);
    }
    if (sent > 0)
      this.#silence ??= this.#services.alarms.after(SILENCE_SWEEP_MS, () => this.#sweep());
  }
}
