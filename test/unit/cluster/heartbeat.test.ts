import { expect, test } from 'vitest';
import { SeededRandom, VirtualTime } from '../../../cluster/adapter/virtual-clock.ts';
import { ClusterError } from '../../../cluster/core/errors.ts';
import type { ClusterEnvelope } from '../../../cluster/core/envelope.ts';
import { LEASE_MS, RENEW_MS } from '../../../cluster/core/lease.ts';
import { HEARTBEAT_MS } from '../../../cluster/core/suspicion.ts';
import { SILENT_LOG } from '../../../cluster/port/log.ts';
import type { Transport } from '../../../cluster/port/transport.ts';
import { NodeCounters } from '../../../cluster/runtime/counters.ts';
import { Heartbeat } from '../../../cluster/runtime/heartbeat.ts';
import { MemoryLeases } from '../../../cluster/store/memory-leases.ts';
import { claimOf } from '../../support/members.ts';

const PEERS = 40;

/** A node among many, all of which live; b~1, the first of its voters, is not heard. */
async function amongMany() {
  const time = new VirtualTime(new SeededRandom(1));
  const leases = new MemoryLeases(() => time.wallMs());
  const world = {
    renewals: 0,
    isStoreAway: false,
    isBrokerAway: false,
    versionHeard: 0,
    dead: new Set<string>(),
  };
  const hear = (envelope: ClusterEnvelope): void => {
    if (envelope.kind === 'heartbeat' && !world.isBrokerAway)
      time.soon(() => heartbeat.hear(envelope));
  };
  const transport: Transport = {
    isConnected: true,
    attach: async () => undefined,
    toShard: () => undefined,
    toNode: () => undefined,
    toCluster: hear,
    listen: async () => async () => undefined,
    close: async () => undefined,
  };
  const heartbeat = new Heartbeat({
    nodeId: 'a~1',
    profile: () => ({ weight: 1, http: '', grpc: '', version: '' }),
    leases: {
      join: (claim, leaseMs) => leases.join(claim, leaseMs),
      async renew(claim, leaseMs, renewal) {
        world.renewals++;
        if (world.isStoreAway) throw new ClusterError('store-unavailable', 'away');
        return leases.renew(claim, leaseMs, renewal);
      },
      leave: (id) => leases.leave(id),
      membership: () => leases.membership(),
    },
    transport,
    clock: time,
    alarms: time,
    log: SILENT_LOG,
    counters: new NodeCounters(),
    bugs: {},
    shards: () => 0,
    onMembership: () => undefined,
    onStoreTime: () => undefined,
    onSure: () => undefined,
    onEnded: () => undefined,
  });
  const ids = Array.from({ length: PEERS }, (_, at) => `c${10 + at}~1`);
  for (const id of ['b~1', ...ids]) await leases.join(claimOf(id), LEASE_MS);
  const live = (node: string, round: number): void => {
    const { versionHeard: membershipVersion } = world;
    if (world.dead.has(node)) return;
    if (node !== 'b~1')
      hear({ kind: 'heartbeat', node, membershipVersion, shards: 0, beat: round, heard: [] });
    if (!world.isStoreAway)
      void leases.renew({ ...claimOf(node), connected: !world.isBrokerAway }, LEASE_MS, {
        number: round,
        accused: [],
      });
    time.after(HEARTBEAT_MS, () => live(node, round + 1));
  };
  for (const [at, id] of ['b~1', ...ids].entries())
    time.after((at * HEARTBEAT_MS) / PEERS, () => live(id, 1));
  const pass = async (ms: number): Promise<void> => {
    const endMs = time.monotonicMs() + ms;
    while (time.step(endMs)) await new Promise((resolve) => setImmediate(resolve));
  };
  await heartbeat.join();
  await pass(5_000);
  world.renewals = 0;
  return { world, pass, heartbeat, one: ids[0] ?? '' };
}

test('a voter that lives and is not heard does not make a node renew with all that it hears', async () => {
  const { world, pass } = await amongMany();
  await pass(10 * RENEW_MS);
  expect(world.renewals).toBeGreaterThanOrEqual(10);
  expect(world.renewals).toBeLessThanOrEqual(100);
});

test('nor does a store that is away while others know of later members', async () => {
  const { world, pass } = await amongMany();
  world.isStoreAway = true;
  world.versionHeard = Number.MAX_SAFE_INTEGER;
  await pass(10 * RENEW_MS);
  expect(world.renewals).toBeLessThanOrEqual(100);
});

test('a node without the transport keeps its shards when nobody has it but one that is dead', async () => {
  const { world, pass, heartbeat, one } = await amongMany();
  expect(heartbeat.state).toBe('active');
  world.isBrokerAway = true;
  world.dead.add(one);
  await pass(10_000);
  expect(heartbeat.state).toBe('active');
});
