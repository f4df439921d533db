// A cluster of nodes on one disk, or one node after another, in virtual time, with every choice drawn from a seed.
//
// The code that runs is that of production, nact included: nact's `setImmediate` is replaced before anything is spawned.
// A workload brings the actors, what clients do and what the world outside does; faults.ts brings the faults. Then they
// end, everything comes to rest, and the workload's oracle counts.
//
// Invariants held here, whatever the workload (the numbers are those of the cluster's list of them):
//   2   An effect runs only when its row is in the store.
//   4   Nothing is left in outboxes and inboxes.
//   6   No timer, effect or erasure is left behind.
//   9   After the last fault every shard is open with one node: the one that placement names.
//   11  After the last fault everything ends within a bounded time.
//   12  The same seed gives the same trace.

import { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import { shardOf } from '../../cluster/core/address.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import { effectKey } from '../../cluster/core/row-key.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import type { JournalRecord } from '../../cluster/port/sender.ts';
import { MemoryLeases } from '../../cluster/store/memory-leases.ts';
import { MemoryStore } from '../../cluster/store/memory.ts';
import { Bus, type BusFaults } from './bus.ts';
import { Faults } from './faults.ts';
import { Disk, type StoreFaults } from './faulty-store.ts';
import { runningNode } from './node-time.ts';
import { SimulatedNode, type Surroundings } from './simulated-node.ts';
import type { Plants, Workload } from './workload.ts';

export interface SimulationResult {
  /** The same for the same seed, whatever the machine. */
  readonly traceHash: string;
  readonly steps: number;
  /** How many faults of which kind. */
  readonly faults: { readonly [kind: string]: number };
  /** What was broken, in words; empty when nothing was. */
  readonly broken: readonly string[];
}

export type MakeWorkload = (world: World) => Workload;

/** Many times what a run takes: beyond it something keeps itself busy while time stands still. */
const STEPS_MAX = 1_000_000;
const NO_STORE_FAULTS: StoreFaults = {
  lostAnswers: 0,
  refusals: 0,
  slowMs: 5,
  isAway: false,
  fenceOff: false,
};
const NO_BUS_FAULTS: BusFaults = { lost: 0, repeated: 0, slowMs: 2 };

const realImmediate = globalThis.setImmediate;

/** Lets every promise that can settle do so. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    realImmediate(() => resolve());
  });

/** Runs `work` with Node's immediates in virtual time; nact knows no others. */
async function withVirtualImmediates<Result>(
  time: VirtualTime,
  work: () => Promise<Result>,
): Promise<Result> {
  const { setImmediate, clearImmediate } = globalThis;
  const virtual = {
    setImmediate: (run: () => void) => (runningNode() ?? time).soon(run),
    clearImmediate: (cancel: unknown) => {
      if (typeof cancel === 'function') cancel();
    },
  };
  Object.assign(globalThis, virtual);
  try {
    return await work();
  } finally {
    Object.assign(globalThis, { setImmediate, clearImmediate });
  }
}

export interface SimulationOptions {
  readonly plants?: Plants;
  /** 1: a node that has its store to itself. More: a cluster. */
  readonly nodes?: number;
  /** Lanes of a workflow's instances. */
  readonly lanes?: number;
  /** Virtual time after the last fault, in milliseconds, at most. */
  readonly restMs?: number;
  /** Kinds of faults to leave out, to find those that a failure needs. */
  readonly without?: ReadonlySet<string>;
}

type WorldOptions = Required<Omit<SimulationOptions, 'restMs'>>;

/** Runs one seed. */
export function simulate(
  seed: number,
  makeWorkload: MakeWorkload,
  {
    plants = {},
    nodes = 1,
    lanes = 1,
    restMs = 120_000,
    without = new Set(),
  }: SimulationOptions = {},
): Promise<SimulationResult> {
  const random = new SeededRandom(seed);
  const time = new VirtualTime(random.split());
  return withVirtualImmediates(time, () =>
    new World(random, time, { plants, nodes, lanes, without }).run(makeWorkload, restMs),
  );
}

/** Asks a client repeats until they are answered. */
export interface ClientAsk {
  readonly kind: string;
  readonly key: string;
  readonly message: () => PlainObject;
  readonly requestId?: string;
  /** How long one ask waits, in milliseconds; left out: some time up to two seconds. */
  readonly patienceMs?: number;
}

export class World implements Surroundings {
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly plants: Plants;
  readonly lanes: number;
  readonly without: ReadonlySet<string>;
  readonly shards: number;
  readonly disk: Disk;
  readonly bus: Bus;
  readonly nodes: readonly SimulatedNode[];
  /** How long clients find new work, in milliseconds. */
  readonly workMs: number;
  /** Greatest difference between clocks of nodes, in milliseconds. */
  readonly skewMs: number;
  /** Nothing reaches the store before then. */
  storeAwayUntilMs = 0;
  readonly #broken: string[] = [];
  readonly #profile: StoreFaults;
  readonly #busProfile: BusFaults;
  readonly #clients: SeededRandom;
  #workload: Workload | undefined;
  #steps = 0;
  #hash = 0x811c9dc5;
  #faulty = true;

  constructor(
    random: SeededRandom,
    time: VirtualTime,
    { plants, nodes, lanes, without }: WorldOptions,
  ) {
    this.random = random;
    this.time = time;
    this.plants = plants;
    this.lanes = lanes;
    this.without = without;
    this.#profile = {
      lostAnswers: random.next() * 0.2,
      refusals: random.next() * 0.1,
      slowMs: 1 + random.next() * 60,
      isAway: false,
      fenceOff: plants.fenceOff === true,
    };
    this.#busProfile = {
      lost: random.chance(0.5) ? random.next() * 0.2 : 0,
      repeated: random.next() * 0.1,
      slowMs: 1 + random.next() * 30,
    };
    this.shards = nodes === 1 ? 4 : 8;
    this.skewMs = nodes === 1 ? 0 : 200;
    this.workMs = nodes === 1 ? 8_000 : 36_000;
    const leases = new MemoryLeases(() => time.wallMs());
    this.disk = new Disk(new MemoryStore(), leases, (what) => this.break(what));
    this.bus = new Bus(time, random.split(), () =>
      this.#faulty ? this.#busProfile : NO_BUS_FAULTS,
    );
    this.#clients = random.split();
    this.nodes = Array.from(
      { length: nodes },
      (_, index) => new SimulatedNode(`n${index}`, this, random.split()),
    );
  }

  get isCluster(): boolean {
    return this.nodes.length > 1;
  }

  /** What the store does now to a node. */
  storeFaults(isCut: boolean): StoreFaults {
    const isAway = isCut || this.storeAwayUntilMs > this.time.monotonicMs();
    const { fenceOff } = this.#profile;
    const profile = this.#faulty ? this.#profile : { ...NO_STORE_FAULTS, fenceOff };
    return isAway ? { ...profile, isAway } : profile;
  }

  async run(makeWorkload: MakeWorkload, restMs: number): Promise<SimulationResult> {
    const workload = makeWorkload(this);
    this.#workload = workload;
    const faults = new Faults(this, this.random.split());
    await this.until(Promise.all(this.nodes.map((node) => node.start(workload))));
    workload.begin();
    if (this.isCluster) this.#tick();
    while (!faults.isOver && (await this.step(faults.endMs))) await faults.afterStep(workload);
    this.#faulty = false;
    faults.heal(workload);
    const endMs = this.time.monotonicMs() + restMs;
    while (this.time.monotonicMs() < endMs && !this.#isAtRest(workload)) {
      const untilMs = this.isCluster ? this.time.monotonicMs() + 1_000 : endMs;
      if (!(await this.#run(untilMs))) break;
      faults.keepUp(workload);
    }
    if (this.isCluster) await this.pass(10_000);
    await workload.check();
    this.#checkLeftovers();
    this.#checkOwners();
    for (const node of this.nodes) node.end();
    const traceHash = (this.#hash >>> 0).toString(16);
    return { traceHash, steps: this.#steps, faults: faults.counts, broken: this.#broken };
  }

  /** Time passes also while every node is dead. */
  #tick(): void {
    this.time.after(500, () => this.#tick());
  }

  /** Runs one thing. @returns false when there is nothing before that time */
  async step(untilMs: number): Promise<boolean> {
    if (!this.time.step(untilMs)) return false;
    this.#steps++;
    if (this.#steps > STEPS_MAX) {
      throw new Error(`11: something runs without end at ${this.time.monotonicMs()} ms`);
    }
    await settled();
    return true;
  }

  /** Runs everything before that time. @returns whether there was something */
  async #run(untilMs: number): Promise<boolean> {
    let ran = false;
    while (await this.step(untilMs)) ran = true;
    return ran;
  }

  /** Lets the world go on until a promise has settled. */
  async until(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, (error: unknown) => {
      over();
      this.break(`a node does not start: ${String(error)}`);
    });
    while (!isOver) if (!(await this.step(Number.POSITIVE_INFINITY))) await settled();
  }

  /** Something worth being the same in every run of the seed. */
  trace(text: string): void {
    const line = `${this.time.monotonicMs().toFixed(3)} ${text}`;
    for (let at = 0; at < line.length; at++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(at), 0x01000193);
    }
    if (process.env['SIM_TRACE'] !== undefined) process.stdout.write(`${line}\n`);
  }

  /** An invariant is broken. */
  break(what: string): void {
    if (process.env['SIM_TRACE'] !== undefined) this.trace(`BROKEN ${what}`);
    if (this.#broken.length < 20) this.#broken.push(what);
  }

  /** An effect of a node. @param report reaches the node as its input does */
  runEffect(effect: CommittedEffect, report: ReportOutcome): void {
    const { from, id } = effect;
    this.trace(`effect ${from.key} ${id}`);
    const affinity = this.#affinity(from.kind, from.key);
    const [stored] = this.disk.rows.get(shardOf(affinity, this.shards), [effectKey(from, id)]);
    if (stored === undefined) this.break(`2: effect ${id} ran before its commit, or after its end`);
    this.#workload?.runEffect(effect, report);
  }

  #affinity(kind: string, key: string): string {
    return this.#workload?.kinds.find(({ name }) => name === kind)?.affinity(key) ?? key;
  }

  // ---- what workloads use

  /** A row as the disk has it now. */
  stored(affinity: string, key: string): unknown {
    return this.disk.rows.get(shardOf(affinity, this.shards), [key])[0];
  }

  /** Asks until it is answered, any node that is there. */
  ask(request: ClientAsk, done: (answer: PlainObject) => void): void {
    const retry = (): void => {
      this.time.after(20 + this.#clients.next() * 500, () => this.ask(request, done));
    };
    const { kind, key, message, requestId, patienceMs } = request;
    const patience = patienceMs ?? 100 + this.#clients.next() * 2_000;
    const node = this.#anyNode();
    if (node === undefined) {
      retry();
      return;
    }
    let isOver = false;
    const once = (work: () => void): void => {
      if (isOver) return;
      isOver = true;
      work();
    };
    // A client of a node that dies or stands still turns to another.
    this.time.after(patience + 100, () => once(retry));
    node.call((sender) => {
      const deadlineMs = this.time.monotonicMs() + patience;
      const options = requestId === undefined ? { deadlineMs } : { deadlineMs, requestId };
      sender.ask({ kind, key }, message(), { ...options, repeatable: true }).then(
        (answer) => once(() => done(answer)),
        () => once(retry),
      );
    });
  }

  #anyNode(): SimulatedNode | undefined {
    const there = this.nodes.filter(({ isThere }) => isThere);
    return there[this.#clients.below(Math.max(1, there.length))];
  }

  /** Stores a fact until it is stored. */
  putFact(hash: string, text: string, done: () => void): void {
    this.disk.rows.putFact(hash, text).then(done, done);
  }

  /** Watches an actor from any node, and from another one when that goes. */
  watch(kind: string, key: string, onRecord: (record: JournalRecord) => void): void {
    let seq = 0;
    const begin = (): void => {
      const again = (): void => {
        this.time.after(200, begin);
      };
      const node = this.#anyNode();
      if (node === undefined) again();
      else
        node.watch(
          { kind, key },
          seq,
          (record) => {
            seq = record.seq;
            onRecord(record);
          },
          again,
        );
    };
    begin();
  }

  /** A read of some node after the faults; of another one when that is on its way out. */
  async read(kind: string, key: string, query: PlainObject = {}): Promise<PlainObject> {
    let answer: PlainObject | undefined;
    let failure: unknown = 'nobody answers';
    const endMs = this.time.monotonicMs() + 15_000;
    const look = (): void => {
      this.#anyNode()?.call((sender) => {
        sender.read({ kind, key }, query).then(
          (value) => {
            answer = value;
          },
          (error: unknown) => {
            failure = error;
            this.time.after(500, look);
          },
        );
      });
    };
    look();
    while (answer === undefined && (await this.step(endMs)));
    if (answer === undefined) this.break(`8: ${key} cannot be read: ${String(failure)}`);
    return answer ?? {};
  }

  /** Reads of every node that is there, also of those that stand still, are cut off, and answer late. */
  look(kind: string, key: string, found: (answer: PlainObject) => void): void {
    for (const node of this.nodes) {
      node.call((sender) => {
        sender.read({ kind, key }, {}).then(found, () => {});
      });
    }
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    const endMs = this.time.monotonicMs() + ms;
    while (this.time.monotonicMs() < endMs && (await this.step(endMs)));
  }

  /** Keys of stored rows that contain a text. */
  rowsWith(text: string): readonly string[] {
    const found: string[] = [];
    for (let shard = 0; shard < this.shards; shard++) {
      const rows = this.disk.rows.range(shard, { from: '', to: '~', limit: 100_000 });
      for (const [key] of rows) if (key.includes(text)) found.push(key);
    }
    return found;
  }

  #leftovers(): readonly string[] {
    const found: string[] = [];
    for (let shard = 0; shard < this.shards; shard++) {
      for (const space of ['o', 'i', 'e', 't', 'd']) {
        const range = { from: `${space}/`, to: `${space}0`, limit: 3 };
        found.push(...this.disk.rows.range(shard, range).map(([key]) => `${shard}:${key}`));
      }
    }
    return found;
  }

  /** One node alone is cheap to let run; a cluster beats all the time. */
  #isAtRest(workload: Workload): boolean {
    return this.isCluster && workload.isDone() && this.#leftovers().length === 0;
  }

  #checkLeftovers(): void {
    const left = this.#leftovers();
    if (left.length > 0) this.break(`4, 6: rows are left over: ${left.join(', ')}`);
  }

  #checkOwners(): void {
    const stats = this.nodes.map((node) => node.stats());
    const open = stats.reduce((sum, { shards }) => sum + shards, 0);
    const unsettled = stats.reduce((sum, { unsettledShards }) => sum + unsettledShards, 0);
    if (open !== this.shards) {
      const each = this.nodes.map(({ name, isThere }, index) => {
        const { shards = 0, unsettledShards = 0 } = stats[index] ?? {};
        return `${name}: ${isThere ? 'up' : 'down'}, ${shards} open, ${unsettledShards} unsettled`;
      });
      this.break(`9: ${open} shards are open, not ${this.shards} (${each.join('; ')})`);
    }
    if (unsettled > 0) this.break(`9: ${unsettled} shards are not where they should be`);
  }
}
