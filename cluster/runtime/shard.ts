// A shard: the actors that share a fence, a batch and a commit.
//
// It admits deliveries, lets activations take turns, gathers what they decide, commits it, and only then releases it.
//
//   S1  One batch is filling and at most one is in flight. Turns may build on the uncommitted state of this shard only.
//   S2  When the store is free the shard stops admitting, lets everything that is runnable come to rest, and closes. A
//       batch that reaches a limit closes earlier, between two turns.
//   S3  Replies, effects, letters, timers and journal records leave when their batch is durable, in that order (P1).
//   S4  A delivery of a turn or a link that was not taken when its batch closes becomes an inbox row of that batch.
//   S5  A fenced commit drops everything in memory; nothing has left, so nothing has to be undone (P2).
//   S6  Reads that need rows happen between two commits, so they never see one that may vanish.
//   S7  While the node is not sure of its lease no turn is taken and nothing leaves; `resume` goes on where it stopped.

import type { Address } from '../core/address.ts';
import { BatchDraft } from '../core/batch.ts';
import { assert, ClusterError } from '../core/errors.ts';
import type { Letter, LinkEnvelope } from '../core/envelope.ts';
import type { PlainObject } from '../core/plain.ts';
import { inboxKey } from '../core/row-key.ts';
import type { Timer } from '../core/timers.ts';
import type { Delivery, TurnContext } from '../port/actor-kind.ts';
import type { Batch, ShardGrant } from '../port/store.ts';
import type { Activation, AnyState, Parcel } from './activation.ts';
import { Admission, type DoorCall, type Inbound, quarantined } from './admission.ts';
import { type BatchEnd, commitUntilKnown } from './committer.ts';
import { EffectDriver } from './effect-driver.ts';
import { Erasures } from './erasures.ts';
import { type Flight, release, rest, writeTouched } from './flight.ts';
import { Loader } from './loader.ts';
import { Outbox } from './outbox.ts';
import { needsAhead, parcelOf } from './parcels.ts';
import { Reader } from './reader.ts';
import { record, type RecorderHooks, touch } from './recorder.ts';
import { asClusterError } from './replies.ts';
import { Residents } from './residents.ts';
import { absentState, trimState } from './rows.ts';
import type { ShardServices } from './services.ts';
import { ShardTimers } from './shard-timers.ts';
import { Watchers } from './watchers.ts';

/** Messages taken per wake-up, and the longest a wake-up may last. */
const MESSAGES_PER_WAKE = 32;
const WAKE_MS_MAX = 2;
/** Wait after the store did not give rows out. */
const LOAD_AGAIN_MS = 200;
/** Turns that throw before an actor is quarantined. */
const CRASHES_MAX = 3;

type Phase = 'filling' | 'closing' | 'dropped';

export class Shard {
  readonly number: number;
  readonly grant: ShardGrant;
  readonly watchers = new Watchers();
  readonly timers: ShardTimers;
  readonly effects: EffectDriver;
  readonly outbox: Outbox;
  readonly erasures: Erasures;
  readonly #services: ShardServices;
  readonly #residents: Residents;
  readonly #loader: Loader;
  readonly #reader: Reader;
  readonly #admission: Admission;
  readonly #context: { -readonly [Name in keyof TurnContext<unknown>]: TurnContext<unknown>[Name] };
  readonly #hooks: RecorderHooks;
  readonly #onDropped: (end: BatchEnd) => void;
  #phase: Phase = 'filling';
  #draft = new BatchDraft();
  #touched: Activation[] = [];
  #timersTaken: string[] = [];
  #flight: Flight | undefined;
  #seq: number;
  /** Activations that are awake. */
  #runnable = 0;
  /** Activations that wait for rows. */
  #loading = 0;
  /** Awake, but their batch is full. */
  #stalled: Activation[] = [];
  /** Awake, but the node is not sure of its lease (S7). */
  #suspended: Activation[] = [];
  /** A batch whose commit was answered, and which may not act yet (S7). */
  #withheld: (() => void) | undefined;
  /** Does the batch close as soon as the reads that began before are done? */
  #isCloseDue = false;
  #closeAsked = false;
  #nextInbox = 1;
  /** Deliveries that must become inbox rows if they are not taken before the close (S4). */
  readonly #unkept = new Map<Parcel, Address>();
  #nowMs = 0;
  #trouble: ClusterError | undefined;
  #draining = false;
  #onQuiet: (() => void)[] = [];

  /** @param onDropped called when the shard lost its fence or its store contradicts itself */
  constructor(
    number: number,
    grant: ShardGrant,
    services: ShardServices,
    onDropped: (end: BatchEnd) => void,
  ) {
    this.number = number;
    this.grant = grant;
    this.#seq = grant.seq;
    this.#services = services;
    this.#onDropped = onDropped;
    this.#residents = new Residents(`shard-${number}-${grant.epoch}`, services, {
      turns: (activation) => this.#turns(activation),
      crashed: (activation, error) => this.#crashed(activation, error),
    });
    this.#loader = new Loader(services.store, number, services.facts);
    this.timers = new ShardTimers(number, services, (timer) => this.#fire(timer));
    this.outbox = new Outbox(number, grant.epoch, services, () => this.#askClose());
    this.erasures = new Erasures(number, services, () => this.#askClose());
    this.effects = new EffectDriver(services.effects, ({ from, id }, outcome) =>
      this.#outcome(from, id, outcome),
    );
    this.#reader = new Reader(number, services, this.#loader, {
      durableState: (text) => this.#residents.find(text)?.durable,
      isQuiet: () => this.#flight === undefined && !this.#isCloseDue,
      onDone: () => this.#maybeClose(),
    });
    this.#admission = new Admission(services, this.#reader, {
      activationOf: (address) => this.#residents.activationOf(address),
      deliver: (call) => this.#deliverCall(call),
      deliverLater: (call) => {
        if (this.#phase === 'dropped') return false;
        this.#deliverCall(call);
        this.#askClose();
        return true;
      },
    });
    this.#hooks = {
      deliverLocal: (letter) => this.#deliverLocal(letter),
      disarmed: (key) => this.timers.remove(key),
      settled: (key) => this.effects.settling(key),
    };
    this.#context = {
      self: { kind: '', key: '' },
      nowMs: 0,
      random: services.random,
      fact: (hash) => {
        const fact = services.facts.get(hash);
        if (fact === undefined)
          throw new ClusterError('violation', 'a turn asks only for facts it named', {
            details: { hash },
          });
        return fact;
      },
    };
  }

  get reader(): Reader {
    return this.#reader;
  }

  get resident(): number {
    return this.#residents.size;
  }

  /** Has it given up everything? */
  get isDropped(): boolean {
    return this.#phase === 'dropped';
  }

  get isCommitting(): boolean {
    return this.#flight !== undefined;
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  /** Is there nothing filling, in flight, loading or waiting? */
  get isQuiet(): boolean {
    return (
      this.#flight === undefined &&
      this.#loading === 0 &&
      !this.erasures.hasWork &&
      !this.#hasToClose
    );
  }

  /** Would closing the batch come to anything now? What is being read asks again when it is here. */
  get #hasToClose(): boolean {
    return (
      this.#runnable > 0 ||
      !this.#admission.isEmpty ||
      !this.#draft.isEmpty ||
      this.#touched.length > 0 ||
      this.#unkept.size > 0 ||
      this.outbox.hasDeletable ||
      this.erasures.isReady
    );
  }

  // ---- deliveries in

  /** Takes an ask of a door, or answers why not. */
  call(call: DoorCall): ClusterError | undefined {
    const refusal = this.#admission.call(call, this.#refusal());
    if (refusal === undefined) this.#pump();
    return refusal;
  }

  receive(envelope: LinkEnvelope): void {
    if (this.#phase === 'dropped') return;
    switch (envelope.kind) {
      case 'letters':
        // Not acknowledged, so the next owner gets them.
        if (this.#draining || !this.outbox.receive(envelope)) return;
        this.outbox.reserve(envelope.source, envelope.seq);
        this.#enqueue({
          kind: 'letters',
          source: envelope.source,
          seq: envelope.seq,
          letters: envelope.letters,
        });
        return;
      case 'acknowledge':
        this.outbox.acknowledged(envelope.target, envelope.seq);
        return;
    }
  }

  /** An inbox row found when the shard was opened. */
  recoverInbox(number: number, letter: Letter): void {
    this.#nextInbox = Math.max(this.#nextInbox, number + 1);
    this.#enqueue({
      kind: 'parcel',
      to: letter.to,
      parcel: parcelOf(letter, inboxKey(number)),
      bytes: 0,
    });
  }

  #refusal(): ClusterError | undefined {
    if (this.#phase === 'dropped') return new ClusterError('not-owner', 'the shard moved away');
    if (this.#draining)
      return new ClusterError('draining', 'the shard is on its way elsewhere', {
        retryAfterMs: 1_000,
      });
    if (this.#trouble !== undefined) {
      return new ClusterError(this.#trouble.code, this.#trouble.message, {
        cause: this.#trouble,
        retryAfterMs: 1_000,
      });
    }
    return undefined;
  }

  #enqueue(inbound: Inbound): void {
    this.#admission.internal.push(inbound);
    this.#pump();
  }

  #fire(timer: Timer): void {
    const delivery: Delivery = { kind: 'timer', name: timer.name, dueAtMs: timer.dueAtMs };
    if (this.#services.bugs.timerDeletedBeforeHandled === true) this.#draft.remove(timer.key);
    const parcel: Parcel = { delivery, birth: false, origin: 'backed', row: timer.key };
    this.#enqueue({ kind: 'parcel', to: timer.address, parcel, bytes: 0 });
  }

  #outcome(from: Address, id: string, outcome: PlainObject): void {
    const parcel: Parcel = {
      delivery: { kind: 'outcome', id, outcome },
      birth: false,
      origin: 'backed',
      row: undefined,
    };
    this.#enqueue({ kind: 'parcel', to: from, parcel, bytes: 1_024 });
  }

  // ---- admission

  #pump(): void {
    while (this.#phase === 'filling' && !this.#isFull()) {
      const inbound = this.#admission.internal.shift();
      if (inbound !== undefined) {
        this.#admit(inbound);
        continue;
      }
      if (!this.#admission.admitCall()) break;
    }
    this.#askClose();
  }

  #isFull(): boolean {
    const { rows, bytes } = this.#services.store.batchLimits;
    const flying = this.#flight?.draft.bytes ?? 0;
    return (
      this.#draft.rows >= rows ||
      this.#draft.bytes >= bytes ||
      this.#draft.bytes + flying >= this.#services.limits.uncommittedBytes
    );
  }

  #admit(inbound: Inbound): void {
    if (inbound.kind === 'parcel') {
      this.#draft.bytes += inbound.bytes;
      this.#post(inbound.to, inbound.parcel);
      return;
    }
    this.outbox.take(inbound.source, inbound.seq, this.#draft);
    for (const letter of inbound.letters) this.#deliverLocal(letter);
  }

  #deliverCall({ to, message, replyTo, bytes }: DoorCall): void {
    this.#draft.bytes += bytes;
    const delivery: Delivery = { kind: 'message', message, replyTo };
    this.#post(to, { delivery, birth: false, origin: 'door', row: undefined });
  }

  #deliverLocal(letter: Letter): void {
    const parcel = parcelOf(letter, undefined);
    this.#unkept.set(parcel, letter.to);
    this.#post(letter.to, parcel);
  }

  #post(to: Address, parcel: Parcel): void {
    const activation = this.#residents.activationOf(to);
    activation.mailbox.push(parcel);
    if (activation.phase === 'idle') this.#wake(activation);
  }

  // ---- turns

  #wake(activation: Activation): void {
    activation.phase = 'awake';
    this.#runnable++;
    activation.hosted?.wake();
  }

  /** One wake-up of an activation: takes messages until its mailbox is empty or its share is used up. */
  #turns(activation: Activation): void {
    if (this.#phase === 'dropped' || activation.phase !== 'awake') return;
    if (!this.#services.mayAct()) {
      this.#suspended.push(activation);
      return;
    }
    const { clock } = this.#services;
    const startedMs = clock.monotonicMs();
    for (let taken = 0; taken < MESSAGES_PER_WAKE; taken++) {
      const parcel = activation.mailbox.peek();
      if (parcel === undefined) {
        this.#rest(activation);
        return;
      }
      if (this.#isFull() && taken + this.#draft.turns > 0) {
        this.#stalled.push(activation);
        this.#maybeClose();
        return;
      }
      if (!this.#isReady(activation, parcel)) return;
      this.#turn(activation, parcel);
      if (clock.monotonicMs() - startedMs > WAKE_MS_MAX) break;
    }
    if (activation.mailbox.length === 0) this.#rest(activation);
    else activation.hosted?.wake();
  }

  #rest(activation: Activation): void {
    activation.phase = 'idle';
    this.#runnable--;
    this.#maybeClose();
  }

  /** Loads what the next turn needs; when that takes time the activation is set aside and does not hold up the batch. */
  #isReady(activation: Activation, parcel: Parcel): boolean {
    if (activation.state === undefined && parcel.birth)
      activation.state = absentState(activation.kind);
    let turns = 1;
    const waiting = this.#loader.prepare(
      activation,
      (state) => activation.kind.needs(state, parcel.delivery),
      (state) => {
        const later = needsAhead(activation, state);
        turns += later.length;
        return later;
      },
    );
    if (waiting === undefined) return true;
    activation.pinnedTurns = turns;
    activation.phase = 'loading';
    this.#loading++;
    this.#runnable--;
    waiting.then(
      () => this.#loaded(activation),
      (error: unknown) => this.#failedToLoad(activation, error),
    );
    this.#maybeClose();
    return false;
  }

  #loaded(activation: Activation): void {
    if (this.#phase === 'dropped' || activation.phase !== 'loading') return;
    this.#loading--;
    activation.pinnedTurns = Math.max(1, activation.pinnedTurns);
    this.#wake(activation);
  }

  /** A store that is out of reach is no fault of the actor's: it tries again. Rows that cannot be read are (V3). */
  #failedToLoad(activation: Activation, error: unknown): void {
    if (this.#phase === 'dropped' || activation.phase !== 'loading') return;
    const cause = asClusterError(error);
    if (cause.retryable) {
      this.#services.log.warn({ shard: this.number, err: cause }, 'load is tried again');
      this.#services.alarms.after(LOAD_AGAIN_MS, () => this.#loaded(activation));
      return;
    }
    this.#loading--;
    this.#runnable++;
    activation.phase = 'awake';
    this.#crashed(activation, cause);
  }

  #turn(activation: Activation, parcel: Parcel): void {
    assert(activation.state !== undefined, 'a turn has a state', { actor: activation.text });
    const context = this.#context;
    context.self = activation.address;
    context.nowMs = this.#now();
    const reduction = activation.kind.reduce(activation.state, parcel.delivery, context);
    activation.mailbox.shift();
    this.#services.counters.turns++;
    this.#draft.turns++;
    activation.crashes = 0;
    if (activation.pinnedTurns > 0) activation.pinnedTurns--;
    activation.lastTurnMs = context.nowMs;
    activation.resting = reduction.rest === true;
    this.#takeOut(parcel);
    // What an erased actor held is not written any more; its stored rows go in later commits.
    const state = reduction.erase === true ? absentState(activation.kind) : reduction.state;
    if (state !== activation.state || reduction.journal !== undefined)
      touch(activation, this.#draft, this.#touched);
    activation.state = state;
    record(activation, reduction, this.#draft, this.number, this.#services, this.#hooks);
    if (reduction.replies !== undefined) {
      const expiresAtMs = this.#now() + this.#services.limits.requestMemoryMs;
      this.#admission.remember(reduction.replies, this.#draft, expiresAtMs);
    }
    if (this.#services.bugs.effectBeforeCommit === true) this.#releaseEarly();
  }

  /** Time for turns: whole milliseconds that do not fall while this node owns the shard. */
  #now(): number {
    const wallMs = this.#services.clock.wallMs();
    if (wallMs > this.#nowMs) this.#nowMs = wallMs;
    return this.#nowMs;
  }

  /** The delivery is part of the batch now: what kept it goes with the commit. */
  #takeOut(parcel: Parcel): void {
    this.#unkept.delete(parcel);
    if (parcel.row === undefined) return;
    this.#draft.remove(parcel.row);
    if (parcel.delivery.kind === 'timer') this.#timersTaken.push(parcel.row);
  }

  /** A turn threw (V3). A door's message is given up at once, others are tried again. */
  #crashed(activation: Activation, error: Error): void {
    if (this.#phase === 'dropped') return;
    const { counters, log } = this.#services;
    counters.violations++;
    activation.crashes++;
    log.error(
      { shard: this.number, actor: activation.text, crashes: activation.crashes, err: error },
      'turn failed',
    );
    const parcel = activation.mailbox.peek();
    if (parcel?.origin === 'door') {
      activation.mailbox.shift();
      activation.crashes--;
      this.#admission.reject(
        parcel,
        new ClusterError('violation', 'the request broke an invariant and was not applied', {
          cause: error,
        }),
      );
    }
    if (
      !activation.touched &&
      activation.batchSeq <= (this.#flight === undefined ? this.#seq : this.#seq - 1)
    ) {
      activation.state = undefined;
      activation.durable = undefined;
      activation.writtenHead = undefined;
    }
    activation.hosted?.stop();
    if (activation.crashes >= CRASHES_MAX) {
      this.#quarantine(activation);
      return;
    }
    this.#residents.host(activation);
    if (activation.mailbox.length === 0) this.#rest(activation);
    else activation.hosted?.wake();
  }

  #quarantine(activation: Activation): void {
    this.#services.counters.quarantined++;
    activation.phase = 'quarantined';
    activation.hosted = undefined;
    this.#runnable--;
    for (const parcel of [...activation.mailbox.items()]) {
      if (parcel.origin === 'door') this.#admission.reject(parcel, quarantined());
    }
    this.#maybeClose();
  }

  // ---- closing

  /** Closes soon if the store is free, after everything that came with the same input was admitted (S2). */
  #askClose(): void {
    if (this.#closeAsked || this.#flight !== undefined || this.#phase !== 'filling') return;
    if (!this.#hasToClose) {
      if (this.isQuiet) this.#tellQuiet();
      return;
    }
    this.#closeAsked = true;
    this.#services.alarms.soon(() => {
      this.#closeAsked = false;
      if (this.#phase !== 'filling' || this.#flight !== undefined) return;
      this.#phase = 'closing';
      this.#maybeClose();
    });
  }

  #maybeClose(): void {
    if (this.#flight !== undefined || this.#phase === 'dropped') return;
    const full = this.#stalled.length > 0;
    if (this.#phase === 'filling' && !full) {
      this.#askClose();
      return;
    }
    if (this.#runnable > 0 && !full) return;
    // Reads that began go first; those that come now wait for the commit, or there would always be one under way.
    this.#isCloseDue = this.#reader.isBusy;
    if (!this.#isCloseDue) this.#close();
  }

  #close(): void {
    const draft = this.#draft;
    const touched = this.#touched;
    this.erasures.write(draft);
    if (
      draft.isEmpty &&
      touched.length === 0 &&
      !this.outbox.hasDeletable &&
      this.#unkept.size === 0
    ) {
      this.#reopen();
      this.#reader.betweenCommits();
      return;
    }
    this.#seq++;
    const journals = writeTouched(touched, draft, this.#seq);
    this.#keepLeftovers(draft);
    const previousOf = this.outbox.write(draft, this.#seq);
    const states = rest(touched, this.#seq);
    const batch: Batch = {
      shard: this.number,
      epoch: this.grant.epoch,
      seq: this.#seq,
      writes: [...draft.writes()],
    };
    const timersTaken = this.#timersTaken;
    this.#flight = {
      batch,
      draft,
      journals,
      states,
      previousOf,
      timersTaken,
      sentAtMs: this.#services.clock.monotonicMs(),
    };
    this.#reopen();
    this.#commit(this.#flight);
  }

  /** S4. */
  #keepLeftovers(draft: BatchDraft): void {
    for (const [parcel, to] of this.#unkept) {
      if (parcel.delivery.kind !== 'message') continue;
      const { message, replyTo } = parcel.delivery;
      parcel.row = inboxKey(this.#nextInbox++);
      const letter: Letter = { to, message, replyTo, birth: parcel.birth ? true : undefined };
      draft.putFresh(parcel.row, { ...letter, to: { kind: to.kind, key: to.key } });
    }
    this.#unkept.clear();
  }

  /** Begins the next batch. */
  #reopen(): void {
    this.#draft = new BatchDraft();
    this.#touched = [];
    this.#timersTaken = [];
    this.#phase = 'filling';
    const stalled = this.#stalled;
    this.#stalled = [];
    for (const activation of stalled) activation.hosted?.wake();
    this.#pump();
  }

  #commit(flight: Flight): void {
    const { store, alarms, log } = this.#services;
    commitUntilKnown(flight.batch, {
      store,
      alarms,
      log,
      bugs: this.#services.bugs,
      onTrouble: (trouble) => {
        this.#trouble = trouble?.code === 'outcome-unknown' ? undefined : trouble;
        if (trouble !== undefined) this.#services.counters.retriedCommits++;
      },
      isWanted: () => this.#phase !== 'dropped',
    }).then(
      (end) => this.#land(flight, end),
      (error: unknown) => this.#break(error),
    );
  }

  #land(flight: Flight, end: BatchEnd): void {
    try {
      this.#landed(flight, end);
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): void {
    this.#services.log.error({ shard: this.number, err: error }, 'release of a commit failed');
    this.#drop('broken');
  }

  #landed(flight: Flight, end: BatchEnd): void {
    if (this.#phase === 'dropped') return;
    if (end !== 'durable') {
      this.#drop(end);
      return;
    }
    const { counters, clock, mayAct } = this.#services;
    if (!mayAct()) {
      this.#withheld = () => this.#land(flight, end);
      return;
    }
    counters.commits++;
    counters.committedRows += flight.batch.writes.length;
    counters.commitMs += clock.monotonicMs() - flight.sentAtMs;
    this.#flight = undefined;
    for (const [activation, state] of flight.states)
      this.#becomeDurable(activation, state, flight.batch.seq);
    release(flight, {
      admission: this.#admission,
      effects: this.effects,
      outbox: this.outbox,
      timers: this.timers,
      watchers: this.watchers,
      erasures: this.erasures,
      counters,
    });
    this.erasures.landed();
    this.#reader.betweenCommits();
    this.#pump();
    this.#maybeClose();
  }

  /** The node is sure of its lease again (S7). */
  resume(): void {
    const withheld = this.#withheld;
    this.#withheld = undefined;
    withheld?.();
    for (const activation of this.#suspended.splice(0)) activation.hosted?.wake();
  }

  #becomeDurable(activation: Activation, state: AnyState | undefined, seq: number): void {
    activation.durable = state === undefined ? undefined : trimState(activation.kind, state);
    if (
      activation.pinnedTurns === 0 &&
      activation.state !== undefined &&
      activation.phase !== 'loading'
    ) {
      activation.state =
        activation.state === state
          ? activation.durable
          : trimState(activation.kind, activation.state);
    }
    if (activation.resting && activation.batchSeq === seq && this.#isEvictable(activation))
      this.#residents.evict(activation);
  }

  /** Planted bug: acts on what may never become durable. */
  #releaseEarly(): void {
    for (const { to, value } of this.#draft.replies.splice(0)) this.#admission.reply(to, value);
    for (const opened of this.#draft.opened.values()) this.effects.start(opened);
  }

  // ---- memory

  #isEvictable(activation: Activation): boolean {
    return (
      activation.phase === 'idle' &&
      !activation.touched &&
      activation.mailbox.length === 0 &&
      (this.#flight === undefined || activation.batchSeq < this.#flight.batch.seq)
    );
  }

  /** Lets idle actors leave memory: see Residents. @returns how many did */
  passivate(idleSinceMs: number, atMost: number): number {
    const mayLeave = (activation: Activation): boolean => this.#isEvictable(activation);
    return this.#residents.passivate(idleSinceMs, atMost, mayLeave);
  }

  /**
   * Arms the timers again, which finds nothing to do in a healthy run, and removes request memory whose time is over, which
   * nothing else does.
   */
  reconcile(): void {
    if (this.#phase === 'dropped') return;
    this.timers.arm();
    this.#reader.forgetRequests(this.#now(), (keys) => {
      for (const key of keys) this.#draft.remove(key);
      this.#askClose();
    });
  }

  // ---- the end

  /** Stops admitting doors, letters and timers, and resolves when everything else has come to rest. */
  drain(): Promise<void> {
    this.#draining = true;
    this.timers.stop();
    return new Promise((resolve) => {
      this.#onQuiet.push(resolve);
      if (this.isQuiet || this.#phase === 'dropped') this.#tellQuiet();
      else this.#askClose();
    });
  }

  #tellQuiet(): void {
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }

  /** Gives up everything in memory (S5). What is in the store is whole; the next owner goes on from it. */
  stop(): void {
    this.#phase = 'dropped';
    this.timers.stop();
    this.outbox.stop();
    this.effects.dropAll();
    this.watchers.end(new ClusterError('not-owner', 'the shard moved away'));
    this.#admission.clear();
    this.#reader.stop();
    this.#residents.stop();
    this.#tellQuiet();
  }

  /** Somebody was granted the shard under a later epoch: nothing here is sure to be the last word any more (S5). */
  fenced(): void {
    this.#drop('fenced');
  }

  #drop(end: BatchEnd): void {
    if (this.#phase === 'dropped') return;
    if (end === 'fenced') this.#services.counters.fencedCommits++;
    this.stop();
    this.#onDropped(end);
  }
}
