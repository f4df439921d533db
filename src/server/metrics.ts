// What `/metrics` answers: the counters of the node and the health of its process, in the text format of Prometheus.
//
// Nothing is counted here: the runtime counts, and every scrape reads it once.

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { TransportCounters } from '../../cluster/adapter/nats-transport.ts';
import type { NodeStats } from '../../cluster/runtime/node.ts';

/** What each of the node's counters means, by its name in NodeCounters. */
const COUNTERS: { readonly [Name in Exclude<keyof NodeStats['counters'], 'resident'>]: string } = {
  turns: 'turns taken by actors',
  commits: 'commits answered by the store',
  committedRows: 'rows written by those commits',
  commitMs: 'milliseconds spent waiting for commits',
  fencedCommits: 'commits refused because another owner has the shard',
  retriedCommits: 'commits sent again',
  activations: 'actors brought into memory',
  passivations: 'actors that left memory',
  violations: 'turns that broke an invariant',
  quarantined: 'actors set aside after repeated violations',
  refusals: 'requests refused because a queue was full or the store in trouble',
  timersFired: 'timers that fell due',
  effectsStarted: 'launches and evaluations started',
  lettersSent: 'messages sent to other shards',
  lettersRepeated: 'messages sent to other shards again',
  callsSent: 'calls of doors sent to other nodes',
  callsRepeated: 'calls sent to other nodes once more because no answer came',
  shardsOpened: 'shards opened',
  shardsHandedOver: 'shards handed over to other nodes or given up',
  handOverMs: 'milliseconds in which shards that were handed over took nothing in',
  leaseRenewals: 'renewals of the lease of this node',
  leaseTroubles: 'renewals that failed',
  reconciled: 'things the reconcile tick had to put right',
};

const GAUGES: { readonly [Name in Exclude<keyof NodeStats, 'counters'>]: string } = {
  shards: 'shards owned',
  unsettledShards: 'shards that are opening, closing, or not yet where they should be',
  members: 'members of the cluster',
  leaseAgeMs: 'milliseconds since the lease of this node was renewed',
  batches: 'batches on their way to the store',
  waitingMessages: 'messages and calls that wait to be admitted by their shards',
  unacknowledged: 'commits whose messages other shards have not acknowledged yet',
  watches: 'watches under way',
  pendingAsks: 'requests waiting for their answer',
  openEffects: 'launches and evaluations under way',
  pendingTimers: 'timers in memory',
  wakeUps: 'wake-ups asked of the actor host and not served',
};

/** What each counter of the transport means. */
const TRANSPORT: { readonly [Name in keyof TransportCounters]: string } = {
  sentMessages: 'messages sent over the transport',
  sentEnvelopes: 'envelopes in those messages',
  sentBytes: 'bytes of those messages',
  receivedMessages: 'messages that came over the transport',
  receivedEnvelopes: 'envelopes in those messages',
  dropped: 'envelopes that were not sent because the transport was away',
  damaged: 'messages and envelopes that could not be read',
  nobody: 'times that nobody listened for a shard',
  disconnects: 'times that the transport went away',
  refusals: 'times that the broker refused something, such as the credentials',
};

/** What is counted of the store of a cluster. */
export interface StoreCounters {
  readonly losses: number;
}

const STORE: { readonly [Name in keyof StoreCounters]: string } = {
  losses: 'shards of which the store lost commits that it had acknowledged',
};

/**
 * @param transport counters of the transport, in a cluster
 * @param store counters of the store, in a cluster
 * @returns a function that renders all metrics as text
 */
export function createMetrics(
  stats: () => NodeStats,
  transport?: TransportCounters,
  store?: StoreCounters,
): () => Promise<string> {
  const registry = new Registry();
  // Taken once for each scrape: it looks at every shard.
  let current = stats();
  collectDefaultMetrics({ register: registry });
  for (const [name, help] of Object.entries(COUNTERS)) {
    const read = (): number => current.counters[name as keyof typeof COUNTERS];
    counter(snake(name), help, read, registry);
  }
  for (const [name, help] of Object.entries(GAUGES)) {
    gauge(snake(name), help, () => current[name as keyof typeof GAUGES], registry);
  }
  for (const [name, help] of Object.entries(transport === undefined ? {} : TRANSPORT)) {
    const read = (): number => transport?.[name as keyof TransportCounters] ?? 0;
    counter(`transport_${snake(name)}`, help, read, registry);
  }
  for (const [name, help] of Object.entries(store === undefined ? {} : STORE)) {
    const read = (): number => store?.[name as keyof StoreCounters] ?? 0;
    counter(`store_${snake(name)}`, help, read, registry);
  }
  gauge('resident_actors', 'actors in memory', () => current.counters.resident, registry);
  return () => {
    current = stats();
    return registry.metrics();
  };
}

function counter(name: string, help: string, read: () => number, registry: Registry): void {
  new Counter({
    name: `baton_${name}_total`,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gauge(name: string, help: string, read: () => number, registry: Registry): void {
  new Gauge({
    name: `baton_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

const snake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
