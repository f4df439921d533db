// What goes wrong, and when: drawn from the seed, until the faults are over and everything is whole again.

import type { SeededRandom } from '../../cluster/adapter/virtual-clock.ts';
import type { SimulatedNode, Surroundings } from './simulated-node.ts';
import type { Workload } from './workload.ts';

const ALONE_MS = 20_000;
const CLUSTER_MS = 40_000;

/** What faults need of the world. */
interface Breakable extends Surroundings {
  readonly nodes: readonly SimulatedNode[];
  storeAwayUntilMs: number;
  /** Kinds of faults that do not happen. */
  readonly without: ReadonlySet<string>;
  until(work: Promise<unknown>): Promise<void>;
}

type Fault = (node: SimulatedNode) => void;

export class Faults {
  readonly endMs: number;
  readonly counts: { [kind: string]: number } = {};
  readonly #world: Breakable;
  readonly #random: SeededRandom;
  /** Steps until the next crash of a node that is alone: it crashes anywhere, not at chosen times. */
  #nextCrash: number;
  #nextMs: number;
  readonly #restarts = new Map<SimulatedNode, number>();

  constructor(world: Breakable, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
    this.endMs = world.isCluster ? CLUSTER_MS : ALONE_MS;
    this.#nextCrash = 20 + random.below(400);
    this.#nextMs = 2_000 + random.next() * 3_000;
  }

  get isOver(): boolean {
    return this.#world.time.monotonicMs() >= this.endMs;
  }

  async afterStep(workload: Workload): Promise<void> {
    if (this.#world.isCluster) {
      this.#restart(workload);
      if (this.#world.time.monotonicMs() >= this.#nextMs) this.#next();
    } else if (--this.#nextCrash <= 0) {
      this.#nextCrash = 50 + this.#random.below(800);
      await this.#crashAlone(workload);
    }
  }

  /** Everything is whole again, and every node is up or on its way up. */
  heal(workload: Workload): void {
    const { bus, nodes } = this.#world;
    bus.heal();
    this.#world.storeAwayUntilMs = 0;
    for (const node of nodes) {
      node.heal();
      if (node.isDown) void node.start(workload);
    }
    this.#restarts.clear();
    this.#world.trace('healed');
  }

  /** A node that ends by itself after the faults is started again, as a supervisor does. */
  #restart(workload: Workload): void {
    const nowMs = this.#world.time.monotonicMs();
    for (const node of this.#world.nodes) {
      if (!node.isDown) continue;
      const atMs = this.#restarts.get(node);
      if (atMs === undefined) this.#restarts.set(node, nowMs + this.#random.next() * 8_000);
      else if (atMs <= nowMs) {
        this.#restarts.delete(node);
        void node.start(workload);
      }
    }
  }

  keepUp(workload: Workload): void {
    this.#restart(workload);
  }

  async #crashAlone(workload: Workload): Promise<void> {
    const [node] = this.#world.nodes;
    if (node === undefined) return;
    this.#count('crash');
    this.#world.trace('crash');
    node.end();
    await this.#world.until(node.start(workload));
  }

  #count(kind: string): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  #next(): void {
    const random = this.#random;
    this.#nextMs = this.#world.time.monotonicMs() + random.next() * 5_000;
    // What a fault draws does not shift the ones after it, so that leaving one out leaves the others as they are.
    const faults = Object.entries(this.#faults(random.split()));
    const [kind, fault] = faults[random.below(faults.length)] ?? [];
    const node = this.#world.nodes[random.below(this.#world.nodes.length)];
    if (kind === undefined || fault === undefined || node === undefined) return;
    if (this.#world.without.has(kind)) return;
    this.#count(kind);
    this.#world.trace(`${kind} ${node.name}`);
    fault(node);
  }

  #faults(random: SeededRandom): { readonly [kind: string]: Fault } {
    const world = this.#world;
    /** Around and above what a lease lasts, or just a moment. */
    const someTime = (): number => random.next() * (random.chance(0.5) ? 1_000 : 12_000);
    const cut = (node: SimulatedNode, sending: boolean, receiving: boolean): void => {
      node.cut({ sending, receiving });
      world.time.after(someTime(), () => node.cut({ sending: false, receiving: false }));
    };
    return {
      crash: (node) => node.end(),
      crashTwice: (node) => {
        node.end();
        world.nodes[random.below(world.nodes.length)]?.end();
      },
      freeze: (node) => node.freeze(someTime()),
      drain: (node) => node.drain(),
      cutFromNodes: (node) => cut(node, true, true),
      deaf: (node) => cut(node, false, true),
      mute: (node) => cut(node, true, false),
      cutFromStore: (node) => node.cutFromStore(someTime()),
      clockJump: (node) => node.jump(Math.floor((random.next() - 0.5) * 7_200_000)),
      split: () => {
        const apart = world.nodes.filter(() => random.chance(0.4));
        const forMs = someTime();
        world.bus.split(apart.map(({ name }) => name));
        world.time.after(forMs, () => world.bus.split([]));
        // Or a whole room of them, with the store in the other one.
        if (random.chance(0.5)) for (const each of apart) each.cutFromStore(forMs);
      },
      brokerRestart: () => world.bus.restart(random.next() * 3_000),
      storeOutage: () => {
        world.storeAwayUntilMs = world.time.monotonicMs() + someTime();
      },
    };
  }
}
