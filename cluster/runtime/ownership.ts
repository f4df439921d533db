// Which shards this node has open: opens those it should own, hands over those it should not.
//
//   O1  A shard is opened only under a grant of the store, and what it holds is read after the grant (promise P2).
//   O2  A shard that is handed over takes nothing in any more, comes to rest, and is released with a higher epoch before
//       its successor can open it; what does not come to rest in time is dropped, and nothing of it is lost.
//   O3  Messages that say who released or opened what are hints. What is wanted and not open is tried again every POLL_MS,
//       so no hint is needed (promise P6).
//       What is open and was granted to somebody else since is dropped at once: its next commit would find out, but its
//       reads would not. With a store that keeps what it acknowledges the node has lost its lease by then.
//   O4  At most MOVES_AT_ONCE shards are handed over at the same time.

import { type Membership, nodeOfMember, owners } from '../core/membership.ts';
import { place } from '../core/placement.ts';
import type { CancelAlarm } from '../port/alarms.ts';
import type { ShardGrant } from '../port/store.ts';
import type { StopListening } from '../port/transport.ts';
import type { BatchEnd } from './committer.ts';
import { recoverShard } from './recovery.ts';
import type { ShardServices } from './services.ts';
import type { ServiceDesk } from './service-desk.ts';
import { Shard } from './shard.ts';

const POLL_MS = 2_000;
const REOPEN_MS = 1_000;
const OPEN_AT_ONCE = 32;
const MOVES_AT_ONCE = 16;
/** How long a shard may take to come to rest, and then its release. */
const DRAIN_MS = 3_000;
const RELEASE_MS = 1_000;

export interface OwnershipHooks {
  /** A shard was opened here. */
  opened(shard: number): void;
  /** A shard is not open here any more. */
  closed(shard: number): void;
}

/** What is being done with a shard that is not simply open or closed. */
type Move = 'opening' | 'closing';

interface Open {
  readonly shard: Shard;
  readonly stopListening: StopListening;
}

export class Ownership {
  readonly #services: ShardServices;
  readonly #desk: ServiceDesk;
  readonly #hooks: OwnershipHooks;
  readonly #open = new Map<number, Open>();
  readonly #moves = new Map<number, Move>();
  /** Shards that failed to open or were dropped: not before then. */
  readonly #notBeforeMs = new Map<number, number>();
  readonly #heardEpochs = new Map<number, number>();
  /** By shard the member that should own it. */
  #wanted: readonly (string | undefined)[] = [];
  #living: readonly string[] = [];
  /** The candidates of the placement that `wanted` is. */
  #placed = '';
  #version = 0;
  #poll: CancelAlarm | undefined;
  #stopped = false;
  #onChange: (() => void)[] = [];

  constructor(services: ShardServices, desk: ServiceDesk, hooks: OwnershipHooks) {
    this.#services = services;
    this.#desk = desk;
    this.#hooks = hooks;
  }

  get shards(): IterableIterator<Shard> {
    return shardsOf(this.#open.values());
  }

  get open(): number {
    return this.#open.size;
  }

  /** Shards that this node should own and does not have open, and those it has and should not. */
  get unsettled(): number {
    return this.#moves.size + this.#missing().length + this.#surplus().length;
  }

  find(shard: number): Shard | undefined {
    return this.#open.get(shard)?.shard;
  }

  /** The member that should own a shard, as far as this node knows. */
  ownerOf(shard: number): string | undefined {
    return this.#wanted[shard];
  }

  /** The members are these now. */
  update(membership: Membership): void {
    this.#living = membership.members.map(({ id }) => id);
    if (membership.version === this.#version) return;
    this.#version = membership.version;
    const candidates = owners(membership).map(({ id, weight }) => ({
      id,
      weight,
      node: nodeOfMember(id),
    }));
    // Most versions differ in what members say of each other, and a placement of many is work.
    const text = JSON.stringify(candidates);
    if (text !== this.#placed) {
      this.#placed = text;
      const placed = place(this.#services.shardCount, candidates);
      this.#wanted = placed.map((position) => candidates[position]?.id);
    }
    this.consider();
  }

  /** Compares what is open with what should be, and begins to put right what differs. */
  consider(): void {
    if (this.#stopped) return;
    this.#poll?.();
    this.#poll = this.#services.alarms.after(POLL_MS, () => this.consider());
    const nowMs = this.#services.clock.monotonicMs();
    for (const shard of this.#missing()) {
      if (this.#count('opening') >= OPEN_AT_ONCE) break;
      if ((this.#notBeforeMs.get(shard) ?? 0) <= nowMs) this.#begin(shard, 'opening');
    }
    for (const shard of this.#surplus()) {
      if (this.#count('closing') >= MOVES_AT_ONCE) break;
      this.#begin(shard, 'closing');
    }
    for (const told of this.#onChange.splice(0)) told();
  }

  /** Resolves when everything is as it should be, or after so many milliseconds. */
  async settled(withinMs: number): Promise<void> {
    const { clock, alarms } = this.#services;
    const endMs = clock.monotonicMs() + withinMs;
    while (this.unsettled > 0 && clock.monotonicMs() < endMs && !this.#stopped) {
      await new Promise<void>((resolve) => {
        const cancel = alarms.after(endMs - clock.monotonicMs(), resolve);
        this.#onChange.push(() => {
          cancel();
          resolve();
        });
      });
    }
  }

  /** A hint: somebody released a shard to this node, or opened it. */
  heard(shard: number, epoch: number): void {
    this.#heardEpochs.set(shard, Math.max(this.#heardEpochs.get(shard) ?? 0, epoch));
    this.#notBeforeMs.delete(shard);
    const open = this.#open.get(shard)?.shard;
    if (open !== undefined && epoch > open.grant.epoch) open.fenced();
  }

  /** The node that should own a shard finds it with this node, which has to let it go if it does not need it. */
  async wantedBy(shard: number, member: string): Promise<void> {
    if (this.#open.has(shard) || this.#moves.has(shard)) return;
    if (this.#wanted[shard] !== member) return;
    const { store, nodeId, transport } = this.#services;
    const [record] = await store.owners([shard]);
    if (record?.owner !== nodeId || this.#open.has(shard) || this.#moves.has(shard)) return;
    await store.release(shard, record.epoch, member);
    transport.toNode(member, { kind: 'released', shard, epoch: record.epoch + 1 });
  }

  /** The lease is sure again. */
  resume(): void {
    for (const { shard } of this.#open.values()) shard.resume();
  }

  /** Gives everything in memory up at once. */
  stop(): void {
    this.#stopped = true;
    this.#poll?.();
    for (const { shard, stopListening } of this.#open.values()) {
      void stopListening();
      shard.stop();
    }
    this.#open.clear();
    for (const told of this.#onChange.splice(0)) told();
  }

  #missing(): readonly number[] {
    const { nodeId } = this.#services;
    return this.#wanted.flatMap((owner, shard) =>
      owner === nodeId && !this.#open.has(shard) && !this.#moves.has(shard) ? [shard] : [],
    );
  }

  #surplus(): readonly number[] {
    const { nodeId } = this.#services;
    return [...this.#open.keys()].filter(
      (shard) => this.#wanted[shard] !== nodeId && !this.#moves.has(shard),
    );
  }

  #count(move: Move): number {
    let count = 0;
    for (const under of this.#moves.values()) if (under === move) count++;
    return count;
  }

  #begin(shard: number, move: Move): void {
    this.#moves.set(shard, move);
    const { clock, log } = this.#services;
    const work = move === 'opening' ? this.#openShard(shard) : this.#handOver(shard);
    work
      .catch((error: unknown) => {
        this.#notBeforeMs.set(shard, clock.monotonicMs() + REOPEN_MS);
        log.warn({ shard, move, err: error }, 'shard cannot be moved');
      })
      .finally(() => {
        this.#moves.delete(shard);
        this.consider();
      });
  }

  // ---- opening

  /** O1. */
  async #openShard(number: number): Promise<void> {
    const { store, nodeId, clock, counters } = this.#services;
    const grant = await store.acquire(number, {
      owner: nodeId,
      living: this.#living,
      asOf: this.#version,
      heardEpoch: this.#heardEpochs.get(number) ?? 0,
    });
    if (grant === undefined) {
      this.#notBeforeMs.set(number, clock.monotonicMs() + POLL_MS);
      await this.#askFor(number);
      return;
    }
    if (this.#stopped) return;
    counters.shardsOpened++;
    let shard: Shard | undefined;
    const stopListening = await this.#listen(number, () => shard);
    try {
      shard = await this.#recover(number, grant);
    } catch (error) {
      await stopListening();
      throw error;
    }
    // It may have committed already, and lost its fence: then it is opened again, later.
    if (this.#stopped || shard.isDropped) {
      await stopListening();
      shard.stop();
      return;
    }
    this.#open.set(number, { shard, stopListening });
    // The node may have been in doubt while the shard was read, and sure again before anybody could tell it.
    shard.resume();
    shard.outbox.resendAll();
    this.#hooks.opened(number);
    const { transport } = this.#services;
    transport.toCluster({ kind: 'opened', shard: number, epoch: grant.epoch, node: nodeId });
  }

  #recover(number: number, grant: ShardGrant): Promise<Shard> {
    const shard = new Shard(number, grant, this.#services, (end) => this.#dropped(number, end));
    return recoverShard(shard, this.#services).catch((error: unknown) => {
      shard.stop();
      throw error;
    });
  }

  /** What comes before the shard is whole is turned away; letters come again. */
  #listen(number: number, find: () => Shard | undefined): Promise<StopListening> {
    return this.#services.transport.listen(number, (envelope) => {
      const shard = this.#open.get(number)?.shard;
      const isLink = envelope.kind === 'letters' || envelope.kind === 'acknowledge';
      if (shard === undefined || shard !== find()) {
        if (!isLink) this.#desk.turnAway(envelope);
      } else if (isLink) shard.receive(envelope);
      else this.#desk.serve(shard, envelope);
    });
  }

  /** A living member has what this one should: it may not know. */
  async #askFor(number: number): Promise<void> {
    const { store, nodeId, transport } = this.#services;
    const [record] = await store.owners([number]);
    if (record === undefined || record.owner === '' || record.owner === nodeId) return;
    transport.toNode(record.owner, { kind: 'wanted', shard: number, by: nodeId });
  }

  /** A shard lost its fence, or its store contradicts itself. It is opened again if this node should still own it. */
  #dropped(number: number, end: BatchEnd): void {
    const open = this.#open.get(number);
    this.#open.delete(number);
    if (open !== undefined) void open.stopListening();
    const { log, clock, alarms } = this.#services;
    log.error({ shard: number, end }, 'shard dropped');
    this.#hooks.closed(number);
    this.#notBeforeMs.set(number, clock.monotonicMs() + REOPEN_MS);
    if (!this.#stopped) alarms.after(REOPEN_MS, () => this.consider());
  }

  // ---- handing over

  /** O2. */
  async #handOver(number: number): Promise<void> {
    const open = this.#open.get(number);
    if (open === undefined) return;
    const { store, counters, transport, clock } = this.#services;
    const { shard, stopListening } = open;
    const startedMs = clock.monotonicMs();
    await this.#within(DRAIN_MS, shard.drain());
    const successor = this.#wanted[number];
    this.#open.delete(number);
    shard.stop();
    this.#hooks.closed(number);
    await this.#within(RELEASE_MS, stopListening());
    const { epoch } = shard.grant;
    const released = store.release(number, epoch, successor);
    await this.#within(RELEASE_MS, released);
    counters.shardsHandedOver++;
    counters.handOverMs += clock.monotonicMs() - startedMs;
    if (successor !== undefined)
      transport.toNode(successor, { kind: 'released', shard: number, epoch: epoch + 1 });
  }

  /** Waits for what may fail or take too long; the next owner does without it. */
  #within(ms: number, work: Promise<unknown>): Promise<void> {
    const { alarms, log } = this.#services;
    return new Promise((resolve) => {
      const cancel = alarms.after(ms, resolve);
      work
        .catch((error: unknown) => log.warn({ err: error }, 'hand-over goes on without'))
        .finally(() => {
          cancel();
          resolve();
        });
    });
  }
}

function* shardsOf(open: Iterable<Open>): IterableIterator<Shard> {
  for (const { shard } of open) yield shard;
}
