// What a node lends to its shards.

import type { Address } from '../core/address.ts';
import type { ActorHost } from '../port/actor-host.ts';
import type { AnyActorKind } from '../port/actor-kind.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Effects } from '../port/effects.ts';
import type { Log } from '../port/log.ts';
import type { Random } from '../port/random.ts';
import type { Store } from '../port/store.ts';
import type { Transport } from '../port/transport.ts';
import type { Asks } from './asks.ts';
import type { FactCache } from './fact-cache.ts';
import type { NodeCounters } from './counters.ts';
import type { Replies } from './replies.ts';

/** Limits of a node; every one has a named refusal. */
export interface NodeLimits {
  /** Messages from doors waiting for one actor: `mailbox-full`. */
  readonly mailbox: number;
  /** Messages from doors waiting in one shard: `shard-full`. */
  readonly shardQueue: number;
  /** Payload bytes of one shard that are not durable yet; beyond it nothing is admitted. */
  readonly uncommittedBytes: number;
  /** Payload bytes of one message: `payload-too-large`. */
  readonly messageBytes: number;
  /** Actors in memory on this node; idle ones beyond it are dropped from memory. */
  readonly residentActors: number;
  /** Idle time after which an actor leaves memory, in milliseconds. */
  readonly idleMs: number;
  /** Bytes of parsed facts kept in memory. */
  readonly factBytes: number;
  /** How long the first answer to a request id is remembered, in milliseconds. */
  readonly requestMemoryMs: number;
}

export const DEFAULT_LIMITS: NodeLimits = {
  mailbox: 1_000,
  shardQueue: 20_000,
  uncommittedBytes: 8 * 1024 * 1024,
  messageBytes: 4 * 1024 * 1024,
  residentActors: 50_000,
  idleMs: 60_000,
  factBytes: 64 * 1024 * 1024,
  requestMemoryMs: 24 * 3_600_000,
};

/** Deliberate defects that the simulator must find; all undefined in production. */
export interface PlantedBugs {
  readonly effectBeforeCommit?: boolean;
  readonly timerDeletedBeforeHandled?: boolean;
  readonly batchChangedOnRetry?: boolean;
  readonly acknowledgeBeforeCommit?: boolean;
  /** A node that may have lost its lease acts on. */
  readonly leaseIgnored?: boolean;
  /** A node acts although it may have been voted out. */
  readonly standingIgnored?: boolean;
  /** High-water marks of links are kept in memory only. */
  readonly markNotStored?: boolean;
  /** An owner sends only what it wrote itself. */
  readonly outboxForgotten?: boolean;
  /** An owner runs only the effects that it opened itself. */
  readonly effectsForgotten?: boolean;
}

export interface ShardServices {
  readonly nodeId: string;
  readonly shardCount: number;
  readonly store: Store;
  readonly host: ActorHost;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly random: Random;
  readonly log: Log;
  readonly effects: Effects;
  readonly asks: Asks;
  readonly replies: Replies;
  readonly facts: FactCache;
  readonly limits: NodeLimits;
  readonly counters: NodeCounters;
  readonly bugs: PlantedBugs;
  /** Is the node sure of its lease at this moment? Looks at the clock each time. */
  readonly mayAct: () => boolean;
  kindOf(address: Address): AnyActorKind;
  shardOfAddress(address: Address): number;
}
