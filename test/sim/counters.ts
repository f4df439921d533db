// The workload of counters and parents (example.ts): everything the runtime offers, with an oracle that can count.
//
//   2   What is acknowledged is in the store already.
//   3   An operation that was acknowledged is applied exactly once, one that was not at most once.
//   4   A parent hears of every applied operation exactly once.
//   5   Every operation has one recorded outcome, of its last attempt.
//   6   Every bell rings exactly once.
//   8   What a node answers is what its rows say, and never less than what anybody was told before.

import type { PlainObject } from '../../cluster/core/plain.ts';
import { eraseKind } from '../../cluster/port/actor-kind.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import { counterKind, parentKind } from './example.ts';
import type { MakeWorkload, World } from './simulation.ts';
import type { Workload } from './workload.ts';

interface Operation {
  readonly name: string;
  readonly counter: string;
  readonly amount: number;
  acknowledged: boolean;
}

const PARENTS = 2;
const COUNTERS = 4;

export const counters: MakeWorkload = (world) => new Counters(world);

class Counters implements Workload {
  readonly kinds;
  readonly #world: World;
  readonly #operations: Operation[] = [];
  /** Clients that have not done everything yet. */
  #clients = 0;

  constructor(world: World) {
    this.#world = world;
    this.kinds = [eraseKind(counterKind(world.plants)), eraseKind(parentKind)];
  }

  fact(): undefined {
    return undefined;
  }

  begin(): void {
    const clients = (this.#world.isCluster ? 6 : 2) + this.#world.random.below(6);
    this.#clients = clients;
    for (let client = 0; client < clients; client++) this.#startClient(client);
  }

  runEffect({ effect }: CommittedEffect, report: ReportOutcome): void {
    const { random, time } = this.#world;
    // Some take longer than an attempt may, and come too late.
    const delayMs = random.next() * (random.chance(0.2) ? 4_500 : 600);
    time.after(delayMs, () => report({ attempt: Number(effect['attempt']) }));
  }

  #startClient(client: number): void {
    const { random, time } = this.#world;
    const count = 3 + random.below(8);
    const next = (index: number): void => {
      if (index >= count) {
        this.#clients--;
        return;
      }
      const operation: Operation = {
        name: `c${client}-${index}`,
        counter: `p${random.below(PARENTS)}.k${random.below(COUNTERS)}`,
        amount: 1 + random.below(9),
        acknowledged: false,
      };
      this.#operations.push(operation);
      // In a cluster there is work all the time; a node that is alone crashes often enough to do without pauses.
      const pauseMs = this.#world.isCluster ? random.next() * 2 * (this.#world.workMs / count) : 0;
      this.#ask(operation, () => {
        if (pauseMs === 0) next(index + 1);
        else time.after(pauseMs, () => next(index + 1));
      });
      // Impatient clients say it twice.
      if (random.chance(0.3)) this.#ask(operation, () => {});
    };
    time.after(random.next() * 2_000, () => next(0));
  }

  #ask(operation: Operation, done: () => void): void {
    const { name, counter, amount } = operation;
    const message = (): PlainObject => ({ operation: name, amount });
    this.#world.ask({ kind: 'counter', key: counter, message, requestId: name }, () => {
      if (!operation.acknowledged) this.#world.trace(`acknowledged ${name}`);
      operation.acknowledged = true;
      const key = `a/counter/${counter}/operations/${name}`;
      if (this.#world.stored(counter, key) === undefined)
        this.#world.break(`2: ${name} was acknowledged before its commit`);
      this.#lookAfter(operation);
      done();
    });
  }

  /** Whoever was answered finds what it was told, whichever node it asks. */
  #lookAfter({ name, counter }: Operation): void {
    if (!this.#world.isCluster) return;
    this.#world.look('counter', counter, ({ operations }) => {
      if (!list(operations).some((row) => row['name'] === name))
        this.#world.break(`8: ${name} was acknowledged, and a read after it does not see it`);
    });
  }

  isDone(): boolean {
    return this.#operations.every(({ acknowledged }) => acknowledged) && this.#clients === 0;
  }

  async check(): Promise<void> {
    const waiting = this.#operations.filter(({ acknowledged }) => !acknowledged);
    if (waiting.length > 0) this.#world.break(`11: ${waiting.length} were never answered`);
    for (let parent = 0; parent < PARENTS; parent++) await this.#checkParent(`p${parent}`);
  }

  async #checkParent(parent: string): Promise<void> {
    const world = this.#world;
    let sum = 0;
    let applied = 0;
    for (let index = 0; index < COUNTERS; index++) {
      const counter = `${parent}.k${index}`;
      const { total, operations } = await world.read('counter', counter);
      const expected = this.#operations.filter((operation) => operation.counter === counter);
      const found = new Map(list(operations).map((row) => [String(row['name']), row]));
      for (const { name } of expected) this.#checkOperation(name, found.get(name));
      if (found.size !== expected.length) world.break(`3: ${counter} has operations of nobody`);
      const added = expected.reduce((all, { amount }) => all + amount, 0);
      if (total !== added) world.break(`3: ${counter} is ${String(total)}, not ${added}`);
      sum += added;
      applied += expected.length;
    }
    const { sum: heardSum, heard } = await world.read('parent', parent);
    if (heardSum !== sum) world.break(`4: ${parent} heard ${String(heardSum)}, not ${sum}`);
    for (const { name, times } of list(heard)) {
      if (times !== 1) world.break(`4: ${parent} heard of ${String(name)} ${String(times)} times`);
    }
    if (list(heard).length !== applied) world.break(`4: ${parent} did not hear of everything`);
  }

  #checkOperation(name: string, row: PlainObject | undefined): void {
    const world = this.#world;
    if (row === undefined) {
      world.break(`3: ${name} was acknowledged and is lost`);
      return;
    }
    if (row['applied'] !== 1) world.break(`3: ${name} was applied ${String(row['applied'])} times`);
    if (row['rung'] !== 1) world.break(`6: the bell of ${name} rang ${String(row['rung'])} times`);
    const recorded = row['recorded'];
    const outcomes = Array.isArray(recorded) ? recorded : [];
    if (outcomes.length !== 1 || outcomes[0] !== row['attempt']) {
      world.break(`5: ${name} recorded [${outcomes.join()}] in attempt ${String(row['attempt'])}`);
    }
  }
}

function list(value: unknown): readonly PlainObject[] {
  return Array.isArray(value) ? value : [];
}
