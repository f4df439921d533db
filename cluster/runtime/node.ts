// A node: the shards it owns, and the doors' way to their actors.
//
//   N1  The identity stored at first boot (shard count, lanes, hash) never changes; a node that disagrees refuses to start.
//   N2  A node answers only for shards it has opened.

import { type Address, shardOf } from '../core/address.ts';
import { roughSize } from '../core/batch.ts';
import { ClusterError } from '../core/errors.ts';
import type { NodeEnvelope } from '../core/envelope.ts';
import type { PlainObject } from '../core/plain.ts';
import type { ActorHost } from '../port/actor-host.ts';
import type { AnyActorKind } from '../port/actor-kind.ts';
import type { Alarms, CancelAlarm } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Effects } from '../port/effects.ts';
import type { FactParser } from '../port/facts.ts';
import type { Log } from '../port/log.ts';
import type { Random } from '../port/random.ts';
import type { AskOptions, JournalRecord, ListEntry, ListOptions, Sender } from '../port/sender.ts';
import type { Store, StoreIdentity } from '../port/store.ts';
import type { StopListening, Transport } from '../port/transport.ts';
import type { Parcel } from './activation.ts';
import { Asks } from './asks.ts';
import type { BatchEnd } from './committer.ts';
import { NodeCounters } from './counters.ts';
import { FactCache } from './fact-cache.ts';
import { openShard } from './recovery.ts';
import {
  DEFAULT_LIMITS,
  type NodeLimits,
  type PlantedBugs,
  type ShardServices,
} from './services.ts';
import type { Shard } from './shard.ts';

export interface NodeOptions {
  readonly nodeId: string;
  readonly store: Store;
  readonly host: ActorHost;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly random: Random;
  readonly log: Log;
  readonly kinds: readonly AnyActorKind[];
  readonly factParser: FactParser<unknown>;
  readonly effects: Effects;
  readonly identity: StoreIdentity;
  readonly limits?: Partial<NodeLimits>;
  readonly bugs?: PlantedBugs;
}

/** What an operator may know of a node. */
export interface NodeStats {
  readonly counters: Readonly<NodeCounters>;
  readonly shards: number;
  readonly pendingAsks: number;
  readonly openEffects: number;
  readonly pendingTimers: number;
  readonly wakeUps: number;
}

export interface Node extends Sender {
  readonly nodeId: string;
  stats(): NodeStats;
  /** Stops admitting, lets everything come to rest, gives the shards up. The store stays open. */
  drain(): Promise<void>;
  /** Gives everything in memory up at once, as a crash would. */
  halt(): void;
}

const TICK_MS = 10_000;
const RECONCILE_MS = 30_000;
const REOPEN_MS = 1_000;
/** Shards opened at the same time. */
const OPEN_AT_ONCE = 16;

/** Starts a node that owns every shard of its store. Rejects with a ClusterError when the store refuses. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const stored = await options.store.identify(options.identity);
  const wanted = options.identity;
  if (
    stored.shardCount !== wanted.shardCount ||
    stored.hash !== wanted.hash ||
    stored.instanceLanes !== wanted.instanceLanes
  ) {
    throw new ClusterError(
      'store-version',
      'the store was made with another shard count, lane count or hash',
      {
        details: { stored: JSON.stringify(stored), wanted: JSON.stringify(wanted) },
      },
    );
  }
  const node = new ClusterNode(options);
  await node.open();
  return node;
}

class ClusterNode implements Node {
  readonly nodeId: string;
  readonly #options: NodeOptions;
  readonly #services: ShardServices;
  readonly #kinds: ReadonlyMap<string, AnyActorKind>;
  readonly #shards = new Map<number, Shard>();
  readonly #unlisten = new Map<number, StopListening>();
  readonly #affinities = new Map<string, number>();
  #tick: CancelAlarm | undefined;
  #reconciledMs = 0;
  #halted = false;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.nodeId = options.nodeId;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    const limits: NodeLimits = { ...DEFAULT_LIMITS, ...options.limits };
    const { store, host, transport, clock, alarms, random, log, effects } = options;
    this.#services = {
      nodeId: options.nodeId,
      shardCount: options.identity.shardCount,
      store,
      host,
      transport,
      clock,
      alarms,
      random,
      log,
      effects,
      limits,
      asks: new Asks(clock, alarms),
      facts: new FactCache(store, options.factParser, limits.factBytes),
      counters: new NodeCounters(),
      bugs: options.bugs ?? {},
      kindOf: (address) => this.#kindOf(address),
      shardOfAddress: (address) =>
        this.#shardOfAffinity(this.#kindOf(address).affinity(address.key)),
    };
  }

  async open(): Promise<void> {
    await this.#services.transport.attach(this.nodeId, {
      onNode: (envelope) => this.#receive(envelope),
      onCluster: () => undefined,
      onNobody: () => undefined,
    });
    const { shardCount } = this.#services;
    for (let first = 0; first < shardCount; first += OPEN_AT_ONCE) {
      const numbers = Array.from(
        { length: Math.min(OPEN_AT_ONCE, shardCount - first) },
        (_, offset) => first + offset,
      );
      await Promise.all(numbers.map((number) => this.#openShard(number)));
    }
    this.#tick = this.#services.alarms.after(TICK_MS, () => this.#onTick());
  }

  async #openShard(number: number): Promise<void> {
    const shard = await openShard(number, this.#services, (end) => this.#dropped(number, end));
    if (this.#halted) {
      shard.stop();
      return;
    }
    this.#shards.set(number, shard);
    this.#unlisten.set(
      number,
      await this.#services.transport.listen(number, (envelope) => {
        if (envelope.kind === 'letters' || envelope.kind === 'acknowledge') shard.receive(envelope);
      }),
    );
  }

  /** A shard lost its fence or its store: on a single machine nobody else can own it, so it is opened again. */
  #dropped(number: number, end: BatchEnd): void {
    this.#shards.delete(number);
    void this.#unlisten.get(number)?.();
    this.#services.log.error({ shard: number, end }, 'shard dropped');
    if (this.#halted) return;
    this.#services.alarms.after(REOPEN_MS, () => this.#reopen(number, end));
  }

  #reopen(number: number, end: BatchEnd): void {
    if (this.#halted) return;
    this.#openShard(number).catch((error: unknown) => {
      this.#services.log.warn({ shard: number, err: error }, 'shard cannot be opened');
      this.#dropped(number, end);
    });
  }

  #kindOf(address: Address): AnyActorKind {
    const kind = this.#kinds.get(address.kind);
    if (kind === undefined)
      throw new ClusterError('violation', 'an address names a registered kind', {
        details: { kind: address.kind },
      });
    return kind;
  }

  /** Affinities repeat (one per workflow), hashing does not have to. */
  #shardOfAffinity(affinity: string): number {
    const known = this.#affinities.get(affinity);
    if (known !== undefined) return known;
    if (this.#affinities.size >= 10_000) this.#affinities.clear();
    const shard = shardOf(affinity, this.#services.shardCount);
    this.#affinities.set(affinity, shard);
    return shard;
  }

  #shardFor(number: number): Shard {
    const shard = this.#shards.get(number);
    if (shard === undefined)
      throw new ClusterError('not-owner', 'the shard is not open on this node', {
        details: { shard: number },
        retryAfterMs: 200,
      });
    return shard;
  }

  #receive(envelope: NodeEnvelope): void {
    if (envelope.kind === 'reply') this.#services.asks.resolve(envelope.ask, envelope.value);
  }

  // ---- Sender

  ask(to: Address, message: PlainObject, options: AskOptions): Promise<PlainObject> {
    const { limits, asks } = this.#services;
    const bytes = roughSize(message, limits.messageBytes + 1);
    if (bytes > limits.messageBytes) {
      return Promise.reject(
        new ClusterError('payload-too-large', 'a message is larger than this node accepts', {
          details: { limit: limits.messageBytes },
        }),
      );
    }
    const shard = this.#shards.get(this.#services.shardOfAddress(to));
    if (shard === undefined) {
      return Promise.reject(
        new ClusterError('not-owner', 'the shard is not open on this node', { retryAfterMs: 200 }),
      );
    }
    const { ask, reply } = asks.open(options.deadlineMs);
    const parcel: Parcel = {
      delivery: { kind: 'message', message, replyTo: { node: this.nodeId, ask } },
      birth: false,
      origin: 'door',
      row: undefined,
    };
    const refusal = shard.call({ to, parcel, ask, requestId: options.requestId, bytes });
    if (refusal !== undefined) asks.reject(ask, refusal);
    return reply;
  }

  async read(from: Address, query: PlainObject): Promise<PlainObject> {
    return this.#shardFor(this.#services.shardOfAddress(from)).reader.read(from, query);
  }

  async list(affinity: string, list: string, options: ListOptions): Promise<readonly ListEntry[]> {
    return this.#shardFor(this.#shardOfAffinity(affinity)).reader.list(list, options);
  }

  async listEverywhere(list: string, options: ListOptions): Promise<readonly ListEntry[]> {
    const parts = await Promise.all(
      [...this.#shards.values()].map((shard) => shard.reader.list(list, options)),
    );
    const direction = options.reverse === true ? -1 : 1;
    return parts
      .flat()
      .sort((a, b) =>
        a.position === b.position ? 0 : (a.position < b.position ? -1 : 1) * direction,
      )
      .slice(0, options.limit);
  }

  watch(
    address: Address,
    afterSeq: number,
    onRecord: (record: JournalRecord) => void,
    onEnd: (error: Error) => void,
  ): () => void {
    let stopped = false;
    const watcher = {
      onRecord: (record: JournalRecord) => {
        if (!stopped) onRecord(record);
      },
      onEnd,
    };
    const shard = this.#shardFor(this.#services.shardOfAddress(address));
    const text = `${address.kind}/${address.key}`;
    shard.reader
      .catchUp(address, afterSeq, watcher.onRecord, () => {
        if (!stopped) shard.watchers.add(text, watcher);
      })
      .catch((error: unknown) =>
        onEnd(error instanceof Error ? error : new Error('watch failed', { cause: error })),
      );
    return () => {
      stopped = true;
      shard.watchers.remove(text, watcher);
    };
  }

  async putFact(hash: string, text: string): Promise<void> {
    await this.#services.store.putFact(hash, text);
    this.#services.facts.put(hash, text);
  }

  async fact(hash: string): Promise<unknown> {
    const { facts } = this.#services;
    if (!facts.has(hash)) await facts.load(hash);
    return facts.get(hash);
  }

  // ---- life-cycle

  stats(): NodeStats {
    const shards = [...this.#shards.values()];
    const sum = (count: (shard: Shard) => number): number =>
      shards.reduce((total, shard) => total + count(shard), 0);
    return {
      counters: this.#services.counters,
      shards: shards.length,
      pendingAsks: this.#services.asks.pending,
      openEffects: sum((shard) => shard.effects.open),
      pendingTimers: sum((shard) => shard.timers.pending),
      wakeUps: this.#options.host.outstanding(),
    };
  }

  #onTick(): void {
    const { clock, alarms, limits, counters } = this.#services;
    const nowMs = clock.wallMs();
    const over = Math.max(0, counters.resident - limits.residentActors);
    let excess = over;
    for (const shard of this.#shards.values()) {
      shard.passivate(nowMs - limits.idleMs, Number.POSITIVE_INFINITY);
      if (excess > 0) excess -= shard.passivate(nowMs, excess);
    }
    if (nowMs - this.#reconciledMs >= RECONCILE_MS) {
      this.#reconciledMs = nowMs;
      for (const shard of this.#shards.values()) shard.reconcile();
    }
    this.#tick = alarms.after(over > 0 ? TICK_MS / 10 : TICK_MS, () => this.#onTick());
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#shards.values()].map((shard) => shard.drain()));
    const owned = [...this.#shards.values()];
    this.halt();
    for (const shard of owned) await this.#services.store.release(shard.number, shard.grant.epoch);
  }

  halt(): void {
    this.#halted = true;
    this.#tick?.();
    for (const [number, shard] of this.#shards) {
      void this.#unlisten.get(number)?.();
      shard.stop();
    }
    this.#shards.clear();
    this.#services.asks.rejectAll(
      new ClusterError(
        'not-owner',
        'the node stopped; whether the request was applied is not known',
      ),
    );
  }
}
