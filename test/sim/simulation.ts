// One node after another on one disk, in virtual time, with every choice drawn from a seed.
//
// The code that runs is that of production, nact included: nact's `setImmediate` is replaced before anything is spawned.
// A workload brings the actors, what clients do and what the world outside does; this file brings faults of the store and
// crashes at any moment. Then the faults end, everything comes to rest, and the workload's oracle counts.
//
// Invariants held here, whatever the workload (the numbers are those of the cluster's list of them):
//   2   An effect runs only when its row is in the store.
//   4   Nothing is left in outboxes and inboxes.
//   6   No timer, effect or erasure is left behind.
//   11  After the last fault everything ends within a bounded time.
//   12  The same seed gives the same trace.

import { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import { shardOf } from '../../cluster/core/address.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import { effectKey } from '../../cluster/core/row-key.ts';
import type { AnyActorKind } from '../../cluster/port/actor-kind.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import { type Log, SILENT_LOG } from '../../cluster/port/log.ts';
import type { Node } from '../../cluster/runtime/node.ts';
import type { PlantedBugs } from '../../cluster/runtime/services.ts';
import { MemoryStore } from '../../cluster/store/memory.ts';
import type { ExampleBugs } from './example.ts';
import { FaultyStore, type StoreFaults } from './faulty-store.ts';

export type Plants = PlantedBugs & ExampleBugs & { readonly fenceOff?: boolean };

export interface SimulationResult {
  /** The same for the same seed, whatever the machine. */
  readonly traceHash: string;
  readonly steps: number;
  readonly crashes: number;
  /** What was broken, in words; empty when nothing was. */
  readonly broken: readonly string[];
}

/** What runs on the node, and who uses it. */
export interface Workload {
  readonly kinds: readonly AnyActorKind[];
  /** The fact of a text. */
  fact(text: string): unknown;
  /** Lets clients loose. */
  begin(): void;
  /** Does outside work, and reports after a time of its choice. */
  runEffect(effect: CommittedEffect, report: ReportOutcome): void;
  /** Faults are over and time has passed: what is wrong? */
  check(): Promise<void>;
}

export type MakeWorkload = (world: World) => Workload;

export const SHARDS = 4;
const FAULTS_MS = 20_000;
/** Many times what a run takes: beyond it something keeps itself busy while time stands still. */
const STEPS_MAX = 200_000;
const NO_FAULTS: StoreFaults = { lostAnswers: 0, refusals: 0, slowMs: 5, fenceOff: false };

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
    setImmediate: (run: () => void) => time.soon(run),
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
  /** Virtual time after the last fault, in milliseconds. */
  readonly restMs?: number;
}

/** Runs one seed. */
export function simulate(
  seed: number,
  makeWorkload: MakeWorkload,
  { plants = {}, restMs = 120_000 }: SimulationOptions = {},
): Promise<SimulationResult> {
  const random = new SeededRandom(seed);
  const time = new VirtualTime(random.split());
  return withVirtualImmediates(time, () =>
    new World(random, time, plants).run(makeWorkload, restMs),
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

export class World {
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly plants: Plants;
  readonly disk = new MemoryStore();
  readonly #epochs = new Map<number, number>();
  readonly #broken: string[] = [];
  readonly #profile: StoreFaults;
  #workload: Workload | undefined;
  #node: Node | undefined;
  #stopHost: () => void = () => {};
  #nodes = 0;
  #crashes = 0;
  #steps = 0;
  #hash = 0x811c9dc5;
  #faulty = true;

  constructor(random: SeededRandom, time: VirtualTime, plants: Plants) {
    this.random = random;
    this.time = time;
    this.plants = plants;
    this.#profile = {
      lostAnswers: random.next() * 0.2,
      refusals: random.next() * 0.1,
      slowMs: 1 + random.next() * 60,
      fenceOff: plants.fenceOff === true,
    };
  }

  async run(makeWorkload: MakeWorkload, restMs: number): Promise<SimulationResult> {
    const workload = makeWorkload(this);
    this.#workload = workload;
    await this.#startNode();
    workload.begin();
    const crashes = this.random.split();
    let nextCrash = 20 + crashes.below(400);
    while (this.time.monotonicMs() < FAULTS_MS && (await this.#step(FAULTS_MS))) {
      if (--nextCrash > 0) continue;
      nextCrash = 50 + crashes.below(800);
      await this.#crash();
    }
    this.#faulty = false;
    const endMs = this.time.monotonicMs() + restMs;
    while (this.time.monotonicMs() < endMs && (await this.#step(endMs)));
    await workload.check();
    this.#checkLeftovers();
    this.#node?.halt();
    this.#stopHost();
    const traceHash = (this.#hash >>> 0).toString(16);
    return { traceHash, steps: this.#steps, crashes: this.#crashes, broken: this.#broken };
  }

  async #step(untilMs: number): Promise<boolean> {
    if (!this.time.step(untilMs)) return false;
    this.#steps++;
    if (this.#steps > STEPS_MAX) {
      throw new Error(`11: something runs without end at ${this.time.monotonicMs()} ms`);
    }
    await settled();
    return true;
  }

  /** Something worth being the same in every run of the seed. */
  trace(text: string): void {
    const line = `${this.time.monotonicMs().toFixed(3)} ${text}`;
    for (let at = 0; at < line.length; at++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(at), 0x01000193);
    }
  }

  /** An invariant is broken. */
  break(what: string): void {
    if (this.#broken.length < 20) this.#broken.push(what);
  }

  // ---- the node

  async #startNode(): Promise<void> {
    const workload = this.#workload;
    if (workload === undefined) return;
    const { startNode } = await import('../../cluster/runtime/node.ts');
    const { startNactHost } = await import('../../cluster/adapter/nact-host.ts');
    const { MemoryTransport } = await import('../../cluster/adapter/memory-transport.ts');
    const nodeId = `node-${++this.#nodes}`;
    const random = this.random.split();
    const host = startNactHost(`sim-${nodeId}-${random.uuid()}`);
    const faults = (): StoreFaults => (this.#faulty ? this.#profile : NO_FAULTS);
    const starting = startNode({
      nodeId,
      store: new FaultyStore(this.disk, this.time, random.split(), faults, this.#epochs),
      host,
      transport: new MemoryTransport(this.time),
      clock: this.time,
      alarms: this.time,
      random,
      log: this.#log(),
      kinds: workload.kinds,
      factParser: { parse: (text) => ({ fact: workload.fact(text), bytes: 1 }) },
      effects: {
        run: (effect, report) => this.#runEffect(effect, report),
        forget: () => {},
      },
      identity: { shardCount: SHARDS, instanceLanes: 1, hash: 'sim' },
      limits: { mailbox: 8, shardQueue: 32, idleMs: 3_000, residentActors: 3 },
      bugs: this.plants,
    });
    let node: Node | undefined;
    starting.then(
      (started) => {
        node = started;
      },
      (error: unknown) => this.break(`a node does not start: ${String(error)}`),
    );
    // Opening waits for promises as well as for time.
    while (node === undefined && this.#broken.length === 0) {
      if (!(await this.#step(Number.POSITIVE_INFINITY))) await settled();
    }
    this.#node = node;
    this.#stopHost = () => host.stop();
    this.trace(`started ${nodeId}`);
  }

  /** Violations of the runtime's own invariants are findings; everything else is the ordinary course of faults. */
  #log(): Log {
    return {
      ...SILENT_LOG,
      error: (fields, message) => {
        if (message === 'turn failed' || message.startsWith('store lost'))
          this.break(`${message}: ${String(fields['err'] ?? fields['shard'])}`);
      },
    };
  }

  async #crash(): Promise<void> {
    const node = this.#node;
    if (node === undefined) return;
    this.#crashes++;
    this.trace('crash');
    this.#node = undefined;
    node.halt();
    this.#stopHost();
    await settled();
    await this.#startNode();
  }

  #runEffect(effect: CommittedEffect, report: ReportOutcome): void {
    const { from, id } = effect;
    this.trace(`effect ${from.key} ${id}`);
    const affinity = this.#affinity(from.kind, from.key);
    const [stored] = this.disk.get(shardOf(affinity, SHARDS), [effectKey(from, id)]);
    if (stored === undefined) this.break(`2: effect ${id} ran before its commit`);
    this.#workload?.runEffect(effect, report);
  }

  #affinity(kind: string, key: string): string {
    return this.#workload?.kinds.find(({ name }) => name === kind)?.affinity(key) ?? key;
  }

  // ---- what workloads use

  /** A row as the disk has it now. */
  stored(affinity: string, key: string): unknown {
    return this.disk.get(shardOf(affinity, SHARDS), [key])[0];
  }

  /** Asks until it is answered, also by another node than the first. */
  ask(request: ClientAsk, done: (answer: PlainObject) => void): void {
    const retry = (): void => {
      this.time.after(20 + this.random.next() * 500, () => this.ask(request, done));
    };
    const node = this.#node;
    if (node === undefined) {
      retry();
      return;
    }
    const { kind, key, message, requestId, patienceMs } = request;
    const patience = patienceMs ?? 100 + this.random.next() * 2_000;
    const deadlineMs = this.time.monotonicMs() + patience;
    const options = requestId === undefined ? { deadlineMs } : { deadlineMs, requestId };
    node.ask({ kind, key }, message(), options).then(done, retry);
  }

  /** Stores a fact until it is stored. */
  putFact(hash: string, text: string, done: () => void): void {
    const node = this.#node;
    if (node === undefined) this.time.after(50, () => this.putFact(hash, text, done));
    else node.putFact(hash, text).then(done, () => this.putFact(hash, text, done));
  }

  /** A read of the node after the faults. */
  async read(kind: string, key: string, query: PlainObject = {}): Promise<PlainObject> {
    let answer: PlainObject | undefined;
    const fail = (error: unknown): void => {
      this.break(`8: ${key} cannot be read: ${String(error)}`);
      answer = {};
    };
    const node = this.#node;
    if (node === undefined) fail('there is no node');
    else
      node.read({ kind, key }, query).then((value) => {
        answer = value;
      }, fail);
    await settled();
    const endMs = this.time.monotonicMs() + 10_000;
    while (answer === undefined && (await this.#step(endMs)));
    return answer ?? {};
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    const endMs = this.time.monotonicMs() + ms;
    while (this.time.monotonicMs() < endMs && (await this.#step(endMs)));
  }

  /** Keys of stored rows that contain a text. */
  rowsWith(text: string): readonly string[] {
    const found: string[] = [];
    for (let shard = 0; shard < SHARDS; shard++) {
      const rows = this.disk.range(shard, { from: '', to: '~', limit: 100_000 });
      for (const [key] of rows) if (key.includes(text)) found.push(key);
    }
    return found;
  }

  #checkLeftovers(): void {
    for (let shard = 0; shard < SHARDS; shard++) {
      for (const space of ['o', 'i', 'e', 't', 'd']) {
        const range = { from: `${space}/`, to: `${space}0`, limit: 3 };
        const left = this.disk.range(shard, range).map(([key]) => key);
        if (left.length > 0) this.break(`4, 6: rows are left over: ${left.join(', ')}`);
      }
    }
  }
}
