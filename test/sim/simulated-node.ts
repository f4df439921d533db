// One node of the simulation, through all of its lives.

import { memberId } from '../../cluster/core/membership.ts';
import type { Address } from '../../cluster/core/address.ts';
import type { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import { type Log, SILENT_LOG } from '../../cluster/port/log.ts';
import type { JournalRecord, Sender } from '../../cluster/port/sender.ts';
import type { Transport } from '../../cluster/port/transport.ts';
import type { Node, NodeOptions } from '../../cluster/runtime/node.ts';
import { type Bus, BusEnd, type Cut } from './bus.ts';
import { type Disk, FaultyLeases, FaultyStore, type StoreFaults } from './faulty-store.ts';
import { NodeTime } from './node-time.ts';
import type { Plants, Workload } from './workload.ts';

/** What a node needs of the world. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly bus: Bus;
  readonly disk: Disk;
  readonly plants: Plants;
  readonly isCluster: boolean;
  readonly lanes: number;
  readonly shards: number;
  readonly skewMs: number;
  storeFaults(isCut: boolean): StoreFaults;
  runEffect(effect: CommittedEffect, report: ReportOutcome): void;
  trace(text: string): void;
  break(what: string): void;
}

interface Life {
  readonly node: Node;
  readonly time: NodeTime;
  readonly end: BusEnd | undefined;
  readonly stopHost: () => void;
  /** Clients that watch through this life, told when it ends. */
  readonly watchers: Set<() => void>;
}

export class SimulatedNode {
  readonly name: string;
  readonly #world: Surroundings;
  readonly #random: SeededRandom;
  #skewMs: number;
  #lives = 0;
  #life: Life | undefined;
  #starting: { readonly time: NodeTime; readonly end: BusEnd | undefined } | undefined;
  #storeCutUntilMs = 0;

  constructor(name: string, world: Surroundings, random: SeededRandom) {
    this.name = name;
    this.#world = world;
    this.#random = random;
    this.#skewMs = Math.floor((random.next() - 0.5) * world.skewMs);
  }

  /** Is it up, as far as a client can tell? */
  get isThere(): boolean {
    return this.#life !== undefined;
  }

  get isDown(): boolean {
    return this.#life === undefined && this.#starting === undefined;
  }

  async start(workload: Workload): Promise<void> {
    const world = this.#world;
    const random = this.#random.split();
    const nodeId = memberId(this.name, `l${++this.#lives}`);
    const time = new NodeTime(world.time, this.#skewMs);
    const end = world.isCluster ? new BusEnd(world.bus, time) : undefined;
    // At once: whoever asks next finds that it starts already.
    const starting = { time, end };
    this.#starting = starting;
    const { startNode } = await import('../../cluster/runtime/node.ts');
    const { startNactHost } = await import('../../cluster/adapter/nact-host.ts');
    const { MemoryTransport } = await import('../../cluster/adapter/memory-transport.ts');
    const host = startNactHost(`sim-${nodeId}-${random.uuid()}`, time);
    const faults = (): StoreFaults =>
      world.storeFaults(this.#storeCutUntilMs > world.time.monotonicMs());
    const { disk } = world;
    const leases = new FaultyLeases(disk.leases, world.time, time, random.split(), faults);
    const profile = () => ({ weight: 1, http: '', grpc: '', version: 'sim' });
    const options: NodeOptions = {
      nodeId,
      store: new FaultyStore(disk, nodeId, world.time, time, random.split(), faults),
      ...(world.isCluster ? { cluster: { leases, profile } } : {}),
      host,
      transport: end ?? (new MemoryTransport(time) satisfies Transport),
      clock: time,
      alarms: time,
      random,
      log: this.#log(nodeId),
      kinds: workload.kinds,
      factParser: { parse: (text) => ({ fact: workload.fact(text), bytes: 1 }) },
      effects: {
        run: (effect, report) =>
          world.runEffect(effect, (outcome) => time.soon(() => report(outcome))),
        forget: () => {},
      },
      identity: { shardCount: world.shards, instanceLanes: world.lanes, hash: 'sim' },
      limits: { mailbox: 8, shardQueue: 32, idleMs: 3_000, residentActors: 3 },
      bugs: world.plants,
      onEnded: () => {
        world.trace(`ended ${nodeId}`);
        if (this.#life?.time === time) this.end();
      },
    };
    const node = await time
      .enter(() => startNode(options))
      .catch((error: unknown) => {
        world.trace(`${nodeId} does not start: ${String(error)}`);
        if (this.#starting === starting) this.#starting = undefined;
      });
    if (node === undefined) return;
    // It was killed while it started.
    if (this.#starting !== starting) return;
    this.#starting = undefined;
    const life = { node, time, end, stopHost: () => host.stop(), watchers: new Set<() => void>() };
    this.#life = life;
    world.trace(`started ${nodeId}`);
  }

  /** Ends it as a crash does. */
  end(): void {
    const life = this.#life;
    if (this.#starting !== undefined) {
      this.#starting.time.die();
      void this.#starting.end?.close();
      this.#starting = undefined;
    }
    if (life === undefined) return;
    this.#life = undefined;
    life.time.die();
    void life.end?.close();
    life.node.halt();
    life.stopHost();
    for (const again of life.watchers) again();
  }

  /** Lets it give its shards away, then ends it. */
  drain(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.time.soon(() => {
      void life.node.drain().then(() => {
        this.#world.trace(`drained ${life.node.nodeId}`);
        if (this.#life === life) this.end();
      });
    });
  }

  freeze(ms: number): void {
    this.#life?.time.freeze(ms);
  }

  cut(cut: Cut): void {
    const end = this.#life?.end;
    if (end !== undefined) end.cut = cut;
  }

  /** Somebody sets the clock of its machine. */
  jump(byMs: number): void {
    this.#skewMs += byMs;
    this.#life?.time.setOffset(this.#skewMs);
    this.#starting?.time.setOffset(this.#skewMs);
  }

  cutFromStore(ms: number): void {
    this.#storeCutUntilMs = this.#world.time.monotonicMs() + ms;
  }

  heal(): void {
    this.#storeCutUntilMs = 0;
    this.#life?.time.thaw();
    this.#starting?.time.thaw();
  }

  /** A call of a client, which reaches the node as its input does. */
  call(work: (sender: Sender) => void): void {
    const life = this.#life;
    life?.time.soon(() => work(life.node));
  }

  /** @param again called once, when this life or the watch is over */
  watch(
    address: Address,
    afterSeq: number,
    onRecord: (record: JournalRecord) => void,
    again: () => void,
  ): void {
    const life = this.#life;
    if (life === undefined) {
      again();
      return;
    }
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      life.watchers.delete(over);
      again();
    };
    life.watchers.add(over);
    life.time.soon(() => {
      life.node.watch(
        address,
        afterSeq,
        (record) => {
          if (!isOver) onRecord(record);
        },
        over,
      );
    });
  }

  stats(): { readonly shards: number; readonly unsettledShards: number } {
    return this.#life?.node.stats() ?? { shards: 0, unsettledShards: 0 };
  }

  /** Violations of the runtime's own invariants are findings; everything else is the ordinary course of faults. */
  #log(nodeId: string): Log {
    const world = this.#world;
    const tell = (fields: { readonly [field: string]: unknown }, message: string): void => {
      if (process.env['SIM_TRACE'] === 'all')
        world.trace(`${nodeId} ${message} ${String(fields['shard'])} ${String(fields['err'])}`);
    };
    return {
      ...SILENT_LOG,
      info: tell,
      warn: tell,
      error: (fields, message) => {
        tell(fields, message);
        if (message === 'turn failed' || message.startsWith('store lost'))
          world.break(`${message}: ${String(fields['err'] ?? fields['shard'])}`);
      },
    };
  }
}
