// The network between simulated nodes: it delays, loses, repeats and reorders as the seed says, is cut in one direction or
// both, falls apart in two, and forgets everything in flight when its broker starts anew.

import type { SeededRandom, VirtualTime } from '../../cluster/adapter/virtual-clock.ts';
import { nodeOfMember } from '../../cluster/core/membership.ts';
import type { ClusterEnvelope, NodeEnvelope, ShardEnvelope } from '../../cluster/core/envelope.ts';
import type { NodeReceiver, StopListening, Transport } from '../../cluster/port/transport.ts';
import type { NodeTime } from './node-time.ts';

export interface BusFaults {
  readonly lost: number;
  readonly repeated: number;
  readonly slowMs: number;
}

/** What is cut between a node and the broker. */
export interface Cut {
  readonly sending: boolean;
  readonly receiving: boolean;
}

const WHOLE: Cut = { sending: false, receiving: false };
type Receive = (envelope: ShardEnvelope) => void;

interface Listener {
  readonly end: BusEnd;
  readonly receive: Receive;
}

export class Bus {
  readonly time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #faults: () => BusFaults;
  readonly shards = new Map<number, Set<Listener>>();
  readonly ends = new Set<BusEnd>();
  /** Grows when the broker starts anew: what was on its way before does not arrive. */
  #life = 0;
  #downUntilMs = 0;
  /** Nodes that only hear each other, as when one of two brokers loses its way to the other. */
  #apart: ReadonlySet<string> = new Set();

  constructor(time: VirtualTime, random: SeededRandom, faults: () => BusFaults) {
    this.time = time;
    this.#random = random;
    this.#faults = faults;
  }

  get isUp(): boolean {
    return this.#downUntilMs <= this.time.monotonicMs();
  }

  /** The broker starts anew and is away for so long. */
  restart(awayMs: number): void {
    this.#life++;
    this.#downUntilMs = this.time.monotonicMs() + awayMs;
  }

  /** These nodes and all others do not hear each other any more. None: everybody hears everybody. */
  split(apart: readonly string[]): void {
    this.#apart = new Set(apart);
  }

  hears(to: BusEnd, from: BusEnd): boolean {
    return this.#apart.has(nodeOfMember(to.node)) === this.#apart.has(nodeOfMember(from.node));
  }

  heal(): void {
    this.#downUntilMs = 0;
    this.#apart = new Set();
    for (const end of this.ends) end.cut = WHOLE;
  }

  /** Carries something from one end, some time, some times. */
  carry(from: BusEnd, deliver: () => void): void {
    if (!this.isUp || from.cut.sending) return;
    const { lost, repeated, slowMs } = this.#faults();
    const copies = this.#random.chance(lost) ? 0 : this.#random.chance(repeated) ? 2 : 1;
    const life = this.#life;
    for (let copy = 0; copy < copies; copy++) {
      this.time.after(this.#random.next() * slowMs, () => {
        if (life === this.#life && this.isUp) deliver();
      });
    }
  }
}

/** One node's end of the bus. */
export class BusEnd implements Transport {
  readonly #bus: Bus;
  readonly #time: NodeTime;
  cut: Cut = WHOLE;
  node = '';
  receiver: NodeReceiver | undefined;

  constructor(bus: Bus, time: NodeTime) {
    this.#bus = bus;
    this.#time = time;
  }

  get isConnected(): boolean {
    return this.#bus.isUp && !this.cut.sending && !this.cut.receiving;
  }

  async attach(node: string, receiver: NodeReceiver): Promise<void> {
    this.node = node;
    this.receiver = receiver;
    this.#bus.ends.add(this);
  }

  toShard(shard: number, envelope: ShardEnvelope): void {
    this.#bus.carry(this, () => {
      const all = [...(this.#bus.shards.get(shard) ?? [])];
      const listeners = all.filter(({ end }) => this.#bus.hears(end, this));
      if (listeners.length === 0) {
        this.#arrive(() => this.receiver?.onNobody(shard));
        return;
      }
      for (const { end, receive } of listeners) end.#arrive(() => receive(envelope));
    });
  }

  toNode(node: string, envelope: NodeEnvelope): void {
    this.#bus.carry(this, () => {
      for (const end of this.#bus.ends) {
        if (end.node !== node || !this.#bus.hears(end, this)) continue;
        end.#arrive(() => end.receiver?.onNode(envelope));
      }
    });
  }

  toCluster(envelope: ClusterEnvelope): void {
    for (const end of this.#bus.ends) {
      this.#bus.carry(this, () => {
        if (this.#bus.hears(end, this)) end.#arrive(() => end.receiver?.onCluster(envelope));
      });
    }
  }

  async listen(shard: number, receive: Receive): Promise<StopListening> {
    const listener: Listener = { end: this, receive };
    const listeners = this.#bus.shards.get(shard);
    if (listeners === undefined) this.#bus.shards.set(shard, new Set([listener]));
    else listeners.add(listener);
    return async () => {
      this.#bus.shards.get(shard)?.delete(listener);
    };
  }

  /** The node is dead: its socket closes. */
  async close(): Promise<void> {
    this.#bus.ends.delete(this);
    for (const listeners of this.#bus.shards.values()) {
      for (const listener of listeners) if (listener.end === this) listeners.delete(listener);
    }
  }

  /** Something reaches the node; a frozen one finds it in its socket when it thaws. */
  #arrive(handle: () => void): void {
    if (!this.cut.receiving) this.#time.soon(handle);
  }
}
