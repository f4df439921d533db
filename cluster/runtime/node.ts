// A node: the shards it owns, and the doors' way to actors wherever they are.
//
//   N1  The identity stored at first boot (shard count, lanes, hash) never changes; a node that disagrees refuses to start.
//   N2  A node answers only for shards it has opened.

import type { Address } from '../core/address.ts';
import { shardOf } from '../core/address.ts';
import { roughSize } from '../core/batch.ts';
import type { ClusterEnvelope, NodeEnvelope } from '../core/envelope.ts';
import { ClusterError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import type { PlainObject } from '../core/plain.ts';
import { decodePart, requirePart } from '../core/row-key.ts';
import type { ActorHost } from '../port/actor-host.ts';
import type { AnyActorKind } from '../port/actor-kind.ts';
import type { Alarms, CancelAlarm } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Effects } from '../port/effects.ts';
import type { FactParser } from '../port/facts.ts';
import type { Log } from '../port/log.ts';
import type { NodeLeases } from '../port/node-leases.ts';
import type { Random } from '../port/random.ts';
import type { Administration, ShardPlace } from '../port/administration.ts';
import type { AskOptions, JournalRecord, ListEntry, ListOptions, Sender } from '../port/sender.ts';
import type { Store, StoreIdentity } from '../port/store.ts';
import type { Transport } from '../port/transport.ts';
import { Asks } from './asks.ts';
import { NodeCounters } from './counters.ts';
import { FactCache } from './fact-cache.ts';
import { Heartbeat, leaseEnded, type MemberProfile } from './heartbeat.ts';
import { listEverywhere, partOf } from './listing.ts';
import { Ownership } from './ownership.ts';
import type { Reader } from './reader.ts';
import { asClusterError, isElsewhere, Replies } from './replies.ts';
import { Router } from './router.ts';
import { readEntries, ServiceDesk } from './service-desk.ts';
import {
  DEFAULT_LIMITS,
  type NodeLimits,
  type PlantedBugs,
  type ShardServices,
} from './services.ts';
import type { Shard } from './shard.ts';
import { SoleMember } from './sole-member.ts';
import { StoreClock } from './store-clock.ts';
import { WatchRouter } from './watch-router.ts';

export interface NodeOptions {
  /** In a cluster a member's id: see memberId. */
  readonly nodeId: string;
  readonly store: Store;
  /** Left out: the node has its store to itself. */
  readonly cluster?: { readonly leases: NodeLeases; readonly profile: () => MemberProfile };
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
  /** An operator wants this node to give its shards away and end: see `drain`. */
  readonly onLeaveAsked?: () => void;
  /** Told when the node has ended by itself, because its lease is over (promise P2). */
  readonly onEnded?: (error: ClusterError) => void;
}

/** What an operator may know of a node. */
export interface NodeStats {
  readonly counters: Readonly<NodeCounters>;
  readonly shards: number;
  /** Shards that are opening, closing, or elsewhere than they should be. */
  readonly unsettledShards: number;
  readonly members: number;
  /** Milliseconds since the lease was renewed; 0 on one machine. */
  readonly leaseAgeMs: number;
  /** Batches on their way to the store. */
  readonly batches: number;
  /** Messages and calls that wait to be admitted by their shards. */
  readonly waitingMessages: number;
  /** Commits whose letters have not been acknowledged by their targets. */
  readonly unacknowledged: number;
  readonly pendingAsks: number;
  readonly watches: number;
  readonly openEffects: number;
  readonly pendingTimers: number;
  readonly wakeUps: number;
}

export interface Node extends Sender, Administration {
  readonly nodeId: string;
  /** What the node takes for the time: in a cluster the store's clock. */
  readonly clock: Clock;
  stats(): NodeStats;
  /** Is the node an active member that is sure of its lease? */
  isReady(): boolean;
  /** Gives the shards away, or up when there is nobody else. The store stays open. */
  drain(): Promise<void>;
  /** Gives everything in memory up at once, as a crash would. */
  halt(): void;
}

const TICK_MS = 10_000;
const RECONCILE_MS = 30_000;
/** How long another node may take to answer an operator. */
const OPERATOR_MS = 5_000;
/** How long reads and lists look for the owner of their shard. */
const READ_MS = 10_000;
/** How long a first node waits for its shards to open, and a last one for them to be given up. */
const SETTLE_MS = 20_000;

/**
 * Starts a node. On one machine it resolves when every shard is open; in a cluster when the node is a member: it serves
 * calls from then on, and its share of the shards follows. Rejects with a ClusterError when the store refuses.
 */
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
  readonly clock: StoreClock;
  readonly #options: NodeOptions;
  readonly #services: ShardServices;
  readonly #kinds: ReadonlyMap<string, AnyActorKind>;
  readonly #affinities = new Map<string, number>();
  readonly #desk: ServiceDesk;
  readonly #ownership: Ownership;
  readonly #router: Router;
  readonly #watches: WatchRouter;
  readonly #heartbeat: Heartbeat | SoleMember;
  #tick: CancelAlarm | undefined;
  #reconciledMs = 0;
  #halted = false;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.nodeId = options.nodeId;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    const limits: NodeLimits = { ...DEFAULT_LIMITS, ...options.limits };
    const { store, host, transport, alarms, random, log, effects } = options;
    const clock = new StoreClock(options.clock);
    this.clock = clock;
    const asks = new Asks(clock, alarms);
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
      asks,
      replies: new Replies(options.nodeId, asks, transport),
      facts: new FactCache(store, options.factParser, limits.factBytes),
      counters: new NodeCounters(),
      bugs: options.bugs ?? {},
      mayAct: () => this.#heartbeat.isSure() || this.#services.bugs.leaseIgnored === true,
      kindOf: (address) => this.#kindOf(address),
      shardOfAddress: (address) =>
        this.#shardOfAffinity(this.#kindOf(address).affinity(address.key)),
    };
    const find = (shard: number): Shard | undefined => this.#ownership.find(shard);
    this.#desk = new ServiceDesk(this.#services);
    this.#ownership = new Ownership(this.#services, this.#desk, {
      opened: (shard) => this.#opened(shard),
      closed: (shard) => this.#router.dropped(shard),
    });
    this.#router = new Router(this.#services, {
      find,
      serve: (shard, envelope) => this.#desk.serve(shard, envelope),
      isHopeless: () => this.#isLastAndLeaving(),
    });
    this.#watches = new WatchRouter(this.#services, find);
    this.#heartbeat = this.#makeHeartbeat();
  }

  #makeHeartbeat(): Heartbeat | SoleMember {
    const { nodeId, cluster, transport, alarms, log, onEnded } = this.#options;
    const { clock } = this;
    const onMembership = (membership: Membership): void => this.#ownership.update(membership);
    if (cluster === undefined) return new SoleMember(nodeId, onMembership);
    return new Heartbeat({
      nodeId,
      ...cluster,
      transport,
      clock,
      alarms,
      log,
      counters: this.#services.counters,
      bugs: this.#services.bugs,
      shards: () => this.#ownership.open,
      onMembership,
      onStoreTime: (storeMs, sentAtMs) => clock.observe(storeMs, sentAtMs),
      onSure: () => this.#ownership.resume(),
      onEnded: () => {
        this.halt();
        onEnded?.(leaseEnded());
      },
    });
  }

  async open(): Promise<void> {
    await this.#services.transport.attach(this.nodeId, {
      onNode: (envelope) => this.#onNode(envelope),
      onCluster: (envelope) => this.#onCluster(envelope),
      onNobody: (shard) => {
        this.#router.nobody(shard);
        this.#watches.nobody(shard);
      },
    });
    await this.#heartbeat.join();
    this.#tick = this.#services.alarms.after(TICK_MS, () => this.#onTick());
    if (this.#options.cluster === undefined) await this.#ownership.settled(SETTLE_MS);
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

  // ---- news

  #onNode(envelope: NodeEnvelope): void {
    const { asks, replies, log } = this.#services;
    switch (envelope.kind) {
      case 'reply':
        asks.resolve(envelope.ask, envelope.value);
        return;
      case 'refusal': {
        const { ask, code, message, details, retryAfterMs } = envelope;
        const more = retryAfterMs === undefined ? {} : { retryAfterMs };
        replies.refused(ask, new ClusterError(code, message, { details, ...more }));
        return;
      }
      case 'record':
        this.#watches.record(envelope);
        return;
      case 'gather':
        this.#desk.gather(envelope, (shard) => this.#ownership.find(shard));
        return;
      case 'inspect':
        replies.reply(envelope.replyTo, this.#describe());
        return;
      case 'leave':
        replies.reply(envelope.replyTo, {});
        this.#options.onLeaveAsked?.();
        return;
      case 'released':
        this.#ownership.heard(envelope.shard, envelope.epoch);
        this.#ownership.consider();
        return;
      case 'wanted':
        this.#ownership.wantedBy(envelope.shard, envelope.by).catch((error: unknown) => {
          log.warn({ shard: envelope.shard, err: error }, 'shard cannot be released');
        });
        return;
    }
  }

  #onCluster(envelope: ClusterEnvelope): void {
    switch (envelope.kind) {
      case 'heartbeat':
        this.#heartbeat.hear(envelope);
        return;
      case 'opened':
        if (envelope.node === this.nodeId) return;
        this.#ownership.heard(envelope.shard, envelope.epoch);
        this.#opened(envelope.shard);
        return;
    }
  }

  /** A shard has a new owner, this node or another: what waits for it goes there now. */
  #opened(number: number): void {
    for (const shard of this.#ownership.shards) shard.outbox.resendTo(number);
    this.#router.opened(number);
    this.#watches.opened(number);
  }

  #isLastAndLeaving(): boolean {
    const { state, membership } = this.#heartbeat;
    return state === 'leaving' && !membership.members.some((member) => member.state === 'active');
  }

  // ---- Sender

  async ask(to: Address, message: PlainObject, options: AskOptions): Promise<PlainObject> {
    requirePart('to.key', to.key);
    if (options.requestId !== undefined) requirePart('requestId', options.requestId);
    const { limits, random, nodeId } = this.#services;
    const bytes = roughSize(message, limits.messageBytes + 1);
    if (bytes > limits.messageBytes) {
      throw new ClusterError('payload-too-large', 'a message is larger than this node accepts', {
        details: { limit: limits.messageBytes },
      });
    }
    if (this.#halted) throw halted();
    const shard = this.#services.shardOfAddress(to);
    const isRepeatable = options.repeatable === true || options.requestId !== undefined;
    let { requestId } = options;
    return this.#router.call({
      shard,
      repeatable: isRepeatable,
      deadlineMs: options.deadlineMs,
      envelope: (ask, patienceMs, isAway) => {
        if (isAway && !isRepeatable) requestId ??= random.uuid();
        const replyTo = { node: nodeId, ask };
        return { kind: 'ask', replyTo, to, message, requestId, patienceMs };
      },
    });
  }

  async read(from: Address, query: PlainObject): Promise<PlainObject> {
    requirePart('from.key', from.key);
    const shard = this.#services.shardOfAddress(from);
    const here = await this.#readHere(shard, (reader) => reader.read(from, query));
    if (here !== undefined) return here;
    const { nodeId } = this.#services;
    return this.#look(shard, (ask) => ({
      kind: 'read',
      replyTo: { node: nodeId, ask },
      from,
      query,
    }));
  }

  async list(affinity: string, list: string, options: ListOptions): Promise<readonly ListEntry[]> {
    requireListParts(list, options);
    const shard = this.#shardOfAffinity(affinity);
    const here = await this.#readHere(shard, (reader) => reader.list(list, options));
    if (here !== undefined) return here;
    const { nodeId } = this.#services;
    const answer = await this.#look(shard, (ask) => ({
      kind: 'list',
      replyTo: { node: nodeId, ask },
      list,
      part: partOf(options),
    }));
    return readEntries(answer['entries']);
  }

  async listEverywhere(list: string, options: ListOptions): Promise<readonly ListEntry[]> {
    requireListParts(list, options);
    return listEverywhere(list, options, {
      services: this.#services,
      isHere: (shard) => this.#readable(shard) !== undefined,
      listHere: (shard) => this.#readHere(shard, (reader) => reader.list(list, options)),
      ownerOf: (shard) => this.#ownership.ownerOf(shard),
      listShard: async (shard, part) => {
        const answer = await this.#look(shard, (ask) => ({
          kind: 'list',
          replyTo: { node: this.nodeId, ask },
          list,
          part,
        }));
        return readEntries(answer['entries']);
      },
    });
  }

  watch(
    address: Address,
    afterSeq: number,
    onRecord: (record: JournalRecord) => void,
    onEnd: (error: Error) => void,
  ): () => void {
    requirePart('address.key', address.key);
    return this.#watches.watch(address, afterSeq, onRecord, onEnd);
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

  /** A shard that this node may read from at this moment. */
  #readable(shard: number): Shard | undefined {
    return this.#services.mayAct() ? this.#ownership.find(shard) : undefined;
  }

  /** What a shard of this node answers; undefined when another node has to say, as it may have the shard by then. */
  async #readHere<Value>(
    number: number,
    look: (reader: Reader) => Promise<Value>,
  ): Promise<Value | undefined> {
    const shard = this.#readable(number);
    if (shard === undefined) return undefined;
    try {
      const value = await look(shard.reader);
      return this.#readable(number) === shard ? value : undefined;
    } catch (error) {
      if (isElsewhere(asClusterError(error))) return undefined;
      throw error;
    }
  }

  /** A call that changes nothing. */
  #look(shard: number, envelope: Parameters<Router['call']>[0]['envelope']): Promise<PlainObject> {
    if (this.#halted) return Promise.reject(halted());
    const deadlineMs = this.#services.clock.monotonicMs() + READ_MS;
    return this.#router.call({ shard, repeatable: true, deadlineMs, envelope });
  }

  // ---- life-cycle

  stats(): NodeStats {
    const shards = [...this.#ownership.shards];
    const sum = (count: (shard: Shard) => number): number =>
      shards.reduce((total, shard) => total + count(shard), 0);
    return {
      counters: this.#services.counters,
      shards: shards.length,
      unsettledShards: this.#ownership.unsettled,
      members: this.#heartbeat.membership.members.length,
      leaseAgeMs: this.#heartbeat.leaseAgeMs,
      batches: sum((shard) => (shard.isCommitting ? 1 : 0)),
      waitingMessages: sum((shard) => shard.waiting),
      unacknowledged: sum((shard) => shard.outbox.unacknowledged),
      pendingAsks: this.#services.asks.pending,
      watches: this.#watches.size + this.#desk.watches,
      openEffects: sum((shard) => shard.effects.open),
      pendingTimers: sum((shard) => shard.timers.pending),
      wakeUps: this.#options.host.outstanding(),
    };
  }

  membership(): Membership {
    return this.#heartbeat.membership;
  }

  async places(): Promise<readonly ShardPlace[]> {
    const { store, shardCount } = this.#services;
    const records = await store.owners(Array.from({ length: shardCount }, (_, shard) => shard));
    return records.map((record) => ({
      ...record,
      wanted: this.#ownership.ownerOf(record.shard) ?? '',
    }));
  }

  inspect(member: string): Promise<PlainObject> {
    if (member === this.nodeId) return Promise.resolve(this.#describe());
    return this.#askMember(member, 'inspect');
  }

  async letLeave(member: string): Promise<void> {
    if (member === this.nodeId) this.#options.onLeaveAsked?.();
    else await this.#askMember(member, 'leave');
  }

  #askMember(member: string, kind: 'inspect' | 'leave'): Promise<PlainObject> {
    const { asks, clock, transport } = this.#services;
    const ask = asks.number();
    const reply = asks.open(ask, clock.monotonicMs() + OPERATOR_MS);
    transport.toNode(member, { kind, replyTo: { node: this.nodeId, ask } });
    return reply;
  }

  #describe(): PlainObject {
    const { counters, ...stats } = this.stats();
    return { member: this.nodeId, ready: this.isReady(), ...stats, ...counters };
  }

  isReady(): boolean {
    return !this.#halted && this.#heartbeat.state === 'active' && this.#heartbeat.isSure();
  }

  #onTick(): void {
    const { clock, alarms, limits, counters } = this.#services;
    const nowMs = clock.wallMs();
    const over = Math.max(0, counters.resident - limits.residentActors);
    let excess = over;
    for (const shard of this.#ownership.shards) {
      shard.passivate(nowMs - limits.idleMs, Number.POSITIVE_INFINITY);
      if (excess > 0) excess -= shard.passivate(nowMs, excess);
    }
    if (nowMs - this.#reconciledMs >= RECONCILE_MS) {
      this.#reconciledMs = nowMs;
      for (const shard of this.#ownership.shards) shard.reconcile();
    }
    this.#desk.sweep();
    this.#tick = alarms.after(over > 0 ? TICK_MS / 10 : TICK_MS, () => this.#onTick());
  }

  async drain(): Promise<void> {
    if (this.#halted) return;
    await this.#heartbeat.startLeaving();
    await this.#ownership.settled(SETTLE_MS);
    this.halt();
    await this.#heartbeat.leave();
  }

  halt(): void {
    this.#halted = true;
    this.#tick?.();
    this.#heartbeat.stop();
    this.#router.stop();
    this.#desk.stop();
    this.#ownership.stop();
    this.#services.asks.rejectAll(halted());
    this.#watches.stop(halted());
  }
}

function requireListParts(list: string, { after }: ListOptions): void {
  requirePart('list', list);
  // A position is a part already.
  if (after !== undefined) requirePart('after', decodePart(after));
}

function halted(): ClusterError {
  return new ClusterError(
    'not-owner',
    'the node stopped; whether the request was applied is not known',
  );
}
