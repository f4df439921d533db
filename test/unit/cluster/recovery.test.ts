import { expect, test } from 'vitest';
import { startNactHost } from '../../../cluster/adapter/nact-host.ts';
import { MemoryBus, MemoryTransport } from '../../../cluster/adapter/memory-transport.ts';
import { SeededRandom, VirtualTime } from '../../../cluster/adapter/virtual-clock.ts';
import { ClusterError } from '../../../cluster/core/errors.ts';
import { effectKey } from '../../../cluster/core/row-key.ts';
import { SILENT_LOG } from '../../../cluster/port/log.ts';
import type { NodeLeases } from '../../../cluster/port/node-leases.ts';
import type { RangeOptions } from '../../../cluster/port/store.ts';
import { type Node, startNode } from '../../../cluster/runtime/node.ts';
import { MemoryLeases } from '../../../cluster/store/memory-leases.ts';
import { MemoryStore } from '../../../cluster/store/memory.ts';

const EFFECTS = 1_200;

/** A store whose effects take long to be read. */
class SlowStore extends MemoryStore {
  readonly #time: VirtualTime;
  slowMs = 0;

  constructor(time: VirtualTime) {
    super();
    this.#time = time;
  }

  override range(shard: number, options: RangeOptions): ReturnType<MemoryStore['range']> {
    const rows = super.range(shard, options);
    if (this.slowMs === 0 || !options.from.startsWith('e/')) return rows;
    const later = new Promise<typeof rows>((resolve) => {
      this.#time.after(this.slowMs, () => resolve(rows));
    });
    // What the port allows and the reference does not use.
    return later as unknown as typeof rows;
  }
}

/** A node on a store in which an earlier owner has left effects. */
async function startOnLeftEffects() {
  const random = new SeededRandom(1);
  const time = new VirtualTime(random.split());
  const store = new SlowStore(time);
  const grant = await store.acquire(0, { owner: 'before~1', living: [] });
  const keyOf = (at: number): string => effectKey({ kind: 'thing', key: 'a' }, `e${at}`);
  await store.commit({
    shard: 0,
    epoch: grant?.epoch ?? 0,
    seq: 1,
    writes: Array.from({ length: EFFECTS }, (_, at) => [keyOf(at), {}] as const),
  });
  const leases = new MemoryLeases(() => time.wallMs());
  const world = { time, store, ran: 0, isStoreAway: false };
  const reachable: NodeLeases = {
    join: (claim, leaseMs) => leases.join(claim, leaseMs),
    renew: (claim, leaseMs, renewal) =>
      world.isStoreAway
        ? Promise.reject(new ClusterError('store-unavailable', 'away'))
        : leases.renew(claim, leaseMs, renewal),
    leave: (id) => leases.leave(id),
    membership: () => leases.membership(),
  };
  const host = startNactHost('recovery', time);
  const bus = new MemoryBus();
  const pass = async (ms: number): Promise<void> => {
    const endMs = time.monotonicMs() + ms;
    time.after(ms, () => undefined);
    while (time.monotonicMs() < endMs && time.step(endMs))
      await new Promise((resolve) => setImmediate(resolve));
  };
  const starting = startNode({
    nodeId: 'n~1',
    store,
    cluster: { leases: reachable, profile: () => ({ weight: 1, http: '', grpc: '', version: '' }) },
    host,
    transport: new MemoryTransport(time, bus),
    clock: time,
    alarms: time,
    random,
    log: SILENT_LOG,
    kinds: [],
    factParser: { parse: () => ({ fact: undefined, bytes: 1 }) },
    effects: {
      run: () => {
        world.ran++;
      },
      forget: () => undefined,
    },
    identity: { shardCount: 1, instanceLanes: 1, hash: 'test' },
  });
  const other = new MemoryTransport(time, bus);
  return { world, pass, starting, other, stop: (node: Node) => [node.halt(), host.stop()] };
}

test('effects of an earlier owner are started in steps, and no more once the shard is gone', async () => {
  const { world, pass, starting, stop } = await startOnLeftEffects();
  const node = await starting;
  while (world.ran === 0) await pass(1);
  expect(world.ran).toBeLessThan(EFFECTS);
  const before = world.ran;
  stop(node);
  await pass(10_000);
  expect(world.ran).toBe(before);
});

test('effects of an earlier owner wait until the node is sure that it still owns them', async () => {
  const { world, pass, starting, stop } = await startOnLeftEffects();
  world.store.slowMs = 4_000;
  const node = await starting;
  await pass(2_000);
  world.isStoreAway = true;
  await pass(10_000);
  expect(node.isReady()).toBe(false);
  expect(world.ran).toBe(0);
  world.isStoreAway = false;
  await pass(2_000);
  expect(world.ran).toBe(EFFECTS);
  stop(node);
});

test('a shard that was granted to others since is dropped, and opened again above their epoch', async () => {
  const { world, pass, starting, other, stop } = await startOnLeftEffects();
  const node = await starting;
  await pass(1_000);
  const [before] = await world.store.owners([0]);
  expect([node.stats().shards, before?.owner]).toEqual([1, 'n~1']);
  const epoch = before?.epoch ?? 0;
  // Its own news, and old ones.
  other.toNode('n~1', { kind: 'released', shard: 0, epoch: epoch - 1 });
  other.toCluster({ kind: 'opened', shard: 0, epoch, node: 'n~1' });
  await pass(10);
  expect(node.stats().shards).toBe(1);
  other.toNode('n~1', { kind: 'released', shard: 0, epoch: epoch + 5 });
  await pass(10);
  expect(node.stats().shards).toBe(0);
  await pass(2_000);
  expect(node.stats().shards).toBe(1);
  expect((await world.store.owners([0]))[0]?.epoch).toBe(epoch + 6);
  stop(node);
});
