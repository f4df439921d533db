import { expect, test } from 'vitest';
import { MemoryBus, MemoryTransport } from '../../../cluster/adapter/memory-transport.ts';
import { startNactHost } from '../../../cluster/adapter/nact-host.ts';
import { SeededRandom, VirtualTime } from '../../../cluster/adapter/virtual-clock.ts';
import { timerKey } from '../../../cluster/core/row-key.ts';
import { eraseKind } from '../../../cluster/port/actor-kind.ts';
import { SILENT_LOG } from '../../../cluster/port/log.ts';
import type { Batch, CommitAnswer, RangeOptions } from '../../../cluster/port/store.ts';
import { type Node, startNode } from '../../../cluster/runtime/node.ts';
import { MemoryLeases } from '../../../cluster/store/memory-leases.ts';
import { MemoryStore } from '../../../cluster/store/memory.ts';
import { counterKind, parentKind } from '../../sim/example.ts';

/** A store whose ranges take some time, and which refuses the first commits. */
class AwkwardStore extends MemoryStore {
  readonly #time: VirtualTime;
  /** Of ranges that begin so. */
  slow = { from: '', ms: 0 };
  fences = 0;

  constructor(time: VirtualTime) {
    super();
    this.#time = time;
  }

  override range(shard: number, options: RangeOptions): ReturnType<MemoryStore['range']> {
    const rows = super.range(shard, options);
    const { from, ms } = this.slow;
    if (ms === 0 || !options.from.startsWith(from)) return rows;
    const later = new Promise<typeof rows>((resolve) => {
      this.#time.after(ms, () => resolve(rows));
    });
    // What the port allows and the reference does not use.
    return later as unknown as typeof rows;
  }

  override commit(batch: Batch): Promise<CommitAnswer> {
    return this.fences-- > 0 ? Promise.resolve('fenced') : super.commit(batch);
  }
}

function worldOf(name: string) {
  const random = new SeededRandom(1);
  const time = new VirtualTime(random.split());
  const store = new AwkwardStore(time);
  const leases = new MemoryLeases(() => time.wallMs());
  const host = startNactHost(name, time);
  const starting = (): Promise<Node> =>
    startNode({
      nodeId: 'n~1',
      store,
      cluster: { leases, profile: () => ({ weight: 1, http: '', grpc: '', version: '' }) },
      host,
      transport: new MemoryTransport(time, new MemoryBus()),
      clock: time,
      alarms: time,
      random,
      log: SILENT_LOG,
      kinds: [eraseKind(counterKind()), eraseKind(parentKind)],
      factParser: { parse: () => ({ fact: undefined, bytes: 1 }) },
      effects: { run: () => undefined, forget: () => undefined },
      identity: { shardCount: 1, instanceLanes: 1, hash: 'test' },
    });
  const pass = async (ms: number): Promise<void> => {
    const endMs = time.monotonicMs() + ms;
    time.after(ms, () => undefined);
    while (time.monotonicMs() < endMs && time.step(endMs))
      await new Promise((resolve) => setImmediate(resolve));
  };
  return { time, store, starting, pass, stop: (node: Node) => [node.halt(), host.stop()] };
}

test('a shard whose fence is lost while it is opened is opened again, and goes on', async () => {
  const { time, store, starting, pass, stop } = worldOf('fence');
  const timer = timerKey(time.wallMs(), { kind: 'counter', key: 'a' }, 'nothing');
  const grant = await store.acquire(0, { owner: 'before~1', living: [] });
  await store.commit({ shard: 0, epoch: grant?.epoch ?? 0, seq: 1, writes: [[timer, null]] });
  // The timer is due and its turn is committed while the inbox is still being read.
  store.slow = { from: 'i/', ms: 500 };
  store.fences = 1;
  const node = await starting();
  await pass(10_000);
  expect(store.fences).toBeLessThan(0);
  expect(store.get(0, [timer])).toEqual([undefined]);
  expect(node.stats()).toMatchObject({ shards: 1, unsettledShards: 0 });
  stop(node);
});

test('reads that overlap without end do not keep a shard from committing', async () => {
  const { time, store, starting, pass, stop } = worldOf('reads');
  const node = await starting();
  await pass(1_000);
  store.slow = { from: 'x/', ms: 10 };
  let reads = 0;
  const read = (): void => {
    void node.list('a', 'things', { limit: 1 }).then(() => reads++);
    time.after(4, read);
  };
  read();
  await pass(50);
  const message = { operation: 'one', amount: 1 };
  const deadlineMs = time.monotonicMs() + 5_000;
  let answered = 0;
  const asked = node.ask({ kind: 'counter', key: 'a' }, message, { deadlineMs });
  void asked.then(() => answered++);
  await pass(1_000);
  expect(answered).toBe(1);
  expect(reads).toBeGreaterThan(100);
  stop(node);
});
