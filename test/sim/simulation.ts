// One node after another on one disk, in virtual time, with every choice drawn from a seed.
//
// The code that runs is that of production, nact included: nact's `setImmediate` and the rest are replaced before it is
// loaded. A run is a number of clients that add to counters through doors, repeat themselves, and do not give up; faults
// of the store; and crashes at any moment. Then the faults end, everything comes to rest, and an oracle counts.
//
// Invariants (the numbers are those of the cluster's list of them):
//   2   An effect runs only when its row is in the store.
//   3   An operation that was acknowledged is applied exactly once, one that was not at most once.
//   4   A parent hears of every applied operation exactly once; nothing is left in outboxes and inboxes.
//   5   Every operation has one recorded outcome, of its last attempt.
//   6   Every timer has its effect exactly once; no timer, effect or erasure is left behind.
//   8   What a node answers is what its rows say.
//   11  After the last fault everything ends within a bounded time.

import { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import { effectKey } from '../../cluster/core/row-key.ts';
import { shardOf } from '../../cluster/core/address.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import { eraseKind } from '../../cluster/port/actor-kind.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import { type Log, SILENT_LOG } from '../../cluster/port/log.ts';
import type { Node } from '../../cluster/runtime/node.ts';
import type { PlantedBugs } from '../../cluster/runtime/services.ts';
import { MemoryStore } from '../../cluster/store/memory.ts';
import { counterKind, type ExampleBugs, parentKind } from './example.ts';
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

const SHARDS = 4;
const FAULTS_MS = 20_000;
const REST_MS = 120_000;
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

/** Runs one seed. */
export function simulate(seed: number, plants: Plants = {}): Promise<SimulationResult> {
  const random = new SeededRandom(seed);
  const time = new VirtualTime(random.split());
  return withVirtualImmediates(time, () => new Simulation(random, time, plants).run());
}

interface Operation {
  readonly name: string;
  readonly counter: string;
  readonly amount: number;
  acknowledged: boolean;
}

class Simulation {
  readonly #random: SeededRandom;
  readonly #time: VirtualTime;
  readonly #plants: Plants;
  readonly #disk = new MemoryStore();
  readonly #epochs = new Map<number, number>();
  readonly #operations: Operation[] = [];
  readonly #broken: string[] = [];
  #node: Node | undefined;
  #stopHost: () => void = () => {};
  #nodes = 0;
  #crashes = 0;
  #steps = 0;
  #hash = 0x811c9dc5;
  #faulty = true;
  readonly #profile: StoreFaults;

  constructor(random: SeededRandom, time: VirtualTime, plants: Plants) {
    this.#random = random;
    this.#time = time;
    this.#plants = plants;
    this.#profile = {
      lostAnswers: random.next() * 0.2,
      refusals: random.next() * 0.1,
      slowMs: 1 + random.next() * 60,
      fenceOff: plants.fenceOff === true,
    };
  }

  async run(): Promise<SimulationResult> {
    await this.#startNode();
    const clients = 2 + this.#random.below(6);
    for (let client = 0; client < clients; client++) this.#startClient(client);
    const crashes = this.#random.split();
    let nextCrash = 20 + crashes.below(400);
    while (this.#time.monotonicMs() < FAULTS_MS && (await this.#step(FAULTS_MS))) {
      if (--nextCrash > 0) continue;
      nextCrash = 50 + crashes.below(800);
      await this.#crash();
    }
    this.#faulty = false;
    if (this.#node === undefined) await this.#startNode();
    const endMs = this.#time.monotonicMs() + REST_MS;
    while (this.#time.monotonicMs() < endMs && (await this.#step(endMs)));
    await this.#check();
    this.#node?.halt();
    this.#stopHost();
    const traceHash = (this.#hash >>> 0).toString(16);
    return { traceHash, steps: this.#steps, crashes: this.#crashes, broken: this.#broken };
  }

  async #step(untilMs: number): Promise<boolean> {
    if (!this.#time.step(untilMs)) return false;
    this.#steps++;
    await settled();
    return true;
  }

  #trace(text: string): void {
    const line = `${this.#time.monotonicMs().toFixed(3)} ${text}`;
    for (let at = 0; at < line.length; at++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(at), 0x01000193);
    }
  }

  #break(what: string): void {
    if (this.#broken.length < 20) this.#broken.push(what);
  }

  // ---- the node

  async #startNode(): Promise<void> {
    const { startNode } = await import('../../cluster/runtime/node.ts');
    const { startNactHost } = await import('../../cluster/adapter/nact-host.ts');
    const { MemoryTransport } = await import('../../cluster/adapter/memory-transport.ts');
    const nodeId = `node-${++this.#nodes}`;
    const random = this.#random.split();
    const host = startNactHost(`sim-${nodeId}-${random.uuid()}`);
    const store = new FaultyStore(
      this.#disk,
      this.#time,
      random.split(),
      () => (this.#faulty ? this.#profile : NO_FAULTS),
      this.#epochs,
    );
    const starting = startNode({
      nodeId,
      store,
      host,
      transport: new MemoryTransport(this.#time),
      clock: this.#time,
      alarms: this.#time,
      random,
      log: this.#log(),
      kinds: [eraseKind(counterKind(this.#plants)), eraseKind(parentKind)],
      factParser: { parse: () => ({ fact: undefined, bytes: 1 }) },
      effects: {
        run: (effect, report) => this.#runEffect(effect, report),
        forget: () => {},
      },
      identity: { shardCount: SHARDS, instanceLanes: 1, hash: 'sim' },
      limits: { mailbox: 8, shardQueue: 32, idleMs: 3_000, residentActors: 3 },
      bugs: this.#plants,
    });
    let node: Node | undefined;
    starting.then(
      (started) => {
        node = started;
      },
      (error: unknown) => this.#break(`a node does not start: ${String(error)}`),
    );
    // Opening waits for promises as well as for time.
    while (node === undefined && this.#broken.length === 0) {
      if (!(await this.#step(Number.POSITIVE_INFINITY))) await settled();
    }
    this.#node = node;
    this.#stopHost = () => host.stop();
    this.#trace(`started ${nodeId}`);
  }

  /** Violations of the runtime's own invariants are findings; everything else is the ordinary course of faults. */
  #log(): Log {
    return {
      ...SILENT_LOG,
      error: (fields, message) => {
        if (message === 'turn failed' || message.startsWith('store lost'))
          this.#break(`${message}: ${String(fields['err'] ?? fields['shard'])}`);
      },
    };
  }

  async #crash(): Promise<void> {
    const node = this.#node;
    if (node === undefined) return;
    this.#crashes++;
    this.#trace('crash');
    this.#node = undefined;
    node.halt();
    this.#stopHost();
    await settled();
    await this.#startNode();
  }

  // ---- the world

  #runEffect({ from, id, effect }: CommittedEffect, report: ReportOutcome): void {
    this.#trace(`effect ${from.key} ${id}`);
    const shard = shardOf(from.key, SHARDS);
    const [stored] = this.#disk.get(shard, [effectKey(from, id)]);
    if (stored === undefined) this.#break(`2: effect ${id} ran before its commit`);
    // Some take longer than an attempt may, and come too late.
    const delayMs = this.#random.next() * (this.#random.chance(0.2) ? 4_500 : 600);
    this.#time.after(delayMs, () => report({ attempt: Number(effect['attempt']) }));
  }

  #startClient(client: number): void {
    const count = 3 + this.#random.below(8);
    const next = (index: number): void => {
      if (index >= count) return;
      const operation: Operation = {
        name: `c${client}-${index}`,
        counter: `p${this.#random.below(2)}.k${this.#random.below(4)}`,
        amount: 1 + this.#random.below(9),
        acknowledged: false,
      };
      this.#operations.push(operation);
      this.#ask(operation, () => next(index + 1));
      // Impatient clients say it twice.
      if (this.#random.chance(0.3)) this.#ask(operation, () => {});
    };
    this.#time.after(this.#random.next() * 2_000, () => next(0));
  }

  /** Asks until it is answered. */
  #ask(operation: Operation, done: () => void): void {
    const retry = (): void => {
      this.#time.after(20 + this.#random.next() * 500, () => this.#ask(operation, done));
    };
    const node = this.#node;
    if (node === undefined) {
      retry();
      return;
    }
    const { name, counter, amount } = operation;
    const deadlineMs = this.#time.monotonicMs() + 100 + this.#random.next() * 2_000;
    node
      .ask(
        { kind: 'counter', key: counter },
        { operation: name, amount },
        { deadlineMs, requestId: name },
      )
      .then(() => {
        if (!operation.acknowledged) this.#trace(`acknowledged ${name}`);
        operation.acknowledged = true;
        this.#checkAcknowledged(operation);
        done();
      }, retry);
  }

  /** 2, 3: what is acknowledged is in the store already. */
  #checkAcknowledged({ name, counter }: Operation): void {
    const key = `a/counter/${counter}/operations/${name}`;
    const [stored] = this.#disk.get(shardOf(counter, SHARDS), [key]);
    if (stored === undefined) this.#break(`2: ${name} was acknowledged before its commit`);
  }

  // ---- the oracle

  async #check(): Promise<void> {
    const node = this.#node;
    if (node === undefined) {
      this.#break('11: there is no node at the end');
      return;
    }
    const waiting = this.#operations.filter(({ acknowledged }) => !acknowledged);
    if (waiting.length > 0) this.#break(`11: ${waiting.length} operations were never answered`);
    for (let parent = 0; parent < 2; parent++) await this.#checkParent(node, `p${parent}`);
    for (let shard = 0; shard < SHARDS; shard++) {
      for (const space of ['o', 'i', 'e', 't', 'd']) {
        const range = { from: `${space}/`, to: `${space}0`, limit: 3 };
        const left = this.#disk.range(shard, range).map(([key]) => key);
        if (left.length > 0) this.#break(`4, 6: rows are left over: ${left.join(', ')}`);
      }
    }
  }

  async #checkParent(node: Node, parent: string): Promise<void> {
    let sum = 0;
    const names: string[] = [];
    for (let index = 0; index < 4; index++) {
      const counter = `${parent}.k${index}`;
      const { total, operations } = await this.#read(node, 'counter', counter);
      const expected = this.#operations.filter((operation) => operation.counter === counter);
      const found = new Map(list(operations).map((row) => [String(row['name']), row]));
      for (const { name } of expected) {
        names.push(name);
        this.#checkOperation(name, found.get(name));
      }
      if (found.size !== expected.length) this.#break(`3: ${counter} has operations of nobody`);
      const added = expected.reduce((all, { amount }) => all + amount, 0);
      if (total !== added) this.#break(`3: ${counter} is ${String(total)}, not ${added}`);
      sum += added;
    }
    const { sum: heardSum, heard } = await this.#read(node, 'parent', parent);
    if (heardSum !== sum) this.#break(`4: ${parent} heard ${String(heardSum)}, not ${sum}`);
    for (const { name, times } of list(heard)) {
      if (times !== 1) this.#break(`4: ${parent} heard of ${String(name)} ${String(times)} times`);
    }
    if (list(heard).length !== names.length) this.#break(`4: ${parent} did not hear of everything`);
  }

  #checkOperation(name: string, row: PlainObject | undefined): void {
    if (row === undefined) {
      this.#break(`3: ${name} was acknowledged and is lost`);
      return;
    }
    if (row['applied'] !== 1) this.#break(`3: ${name} was applied ${String(row['applied'])} times`);
    if (row['rung'] !== 1) this.#break(`6: the bell of ${name} rang ${String(row['rung'])} times`);
    const recorded = row['recorded'];
    const outcomes = Array.isArray(recorded) ? recorded : [];
    if (outcomes.length !== 1 || outcomes[0] !== row['attempt']) {
      this.#break(`5: ${name} recorded [${outcomes.join()}] in attempt ${String(row['attempt'])}`);
    }
  }

  /** A read of a node in virtual time. */
  async #read(node: Node, kind: string, key: string): Promise<PlainObject> {
    let answer: PlainObject | undefined;
    node.read({ kind, key }, {}).then(
      (value) => {
        answer = value;
      },
      (error: unknown) => {
        this.#break(`8: ${key} cannot be read: ${String(error)}`);
        answer = {};
      },
    );
    await settled();
    const endMs = this.#time.monotonicMs() + 10_000;
    while (answer === undefined && (await this.#step(endMs)));
    return answer ?? {};
  }
}

function list(value: unknown): readonly PlainObject[] {
  return Array.isArray(value) ? value : [];
}
