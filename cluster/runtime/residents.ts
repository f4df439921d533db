// The actors of one shard that are in memory, each with its place in the actor host.
//
//   R1  An address has at most one activation.
//   R2  Whoever leaves memory takes no turn any more. Whether somebody may leave is the shard's to say.

import { type Address, addressText } from '../core/address.ts';
import type { HostedShard } from '../port/actor-host.ts';
import { Activation } from './activation.ts';
import type { ShardServices } from './services.ts';

export interface ResidentHooks {
  /** One wake-up of an activation. */
  readonly turns: (activation: Activation) => void;
  readonly crashed: (activation: Activation, error: Error) => void;
}

export class Residents {
  readonly #services: ShardServices;
  readonly #hosted: HostedShard;
  readonly #hooks: ResidentHooks;
  readonly #activations = new Map<string, Activation>();

  /** @param name of the shard, unique within the host */
  constructor(name: string, services: ShardServices, hooks: ResidentHooks) {
    this.#services = services;
    this.#hosted = services.host.shard(name);
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#activations.size;
  }

  find(text: string): Activation | undefined {
    return this.#activations.get(text);
  }

  /** The activation of an address, made if there is none (R1). */
  activationOf(address: Address): Activation {
    const text = addressText(address);
    const found = this.#activations.get(text);
    if (found !== undefined) return found;
    const activation = new Activation(address, text, this.#services.kindOf(address));
    this.host(activation);
    this.#activations.set(text, activation);
    this.#services.counters.activations++;
    this.#services.counters.resident++;
    return activation;
  }

  /** Gives an activation a place in the host, anew after it lost one. */
  host(activation: Activation): void {
    activation.hosted = this.#hosted.spawn(activation.text, {
      turn: () => this.#hooks.turns(activation),
      crashed: (error) => this.#hooks.crashed(activation, error),
    });
  }

  evict(activation: Activation): void {
    activation.hosted?.stop();
    this.#activations.delete(activation.text);
    this.#services.counters.resident--;
    this.#services.counters.passivations++;
  }

  /**
   * Lets idle actors leave memory, those that came first first.
   * @param idleSinceMs only actors without a turn since then
   * @param atMost how many
   * @param mayLeave does nothing of it depend on being in memory?
   */
  passivate(
    idleSinceMs: number,
    atMost: number,
    mayLeave: (activation: Activation) => boolean,
  ): number {
    let evicted = 0;
    for (const activation of this.#activations.values()) {
      if (evicted >= atMost) break;
      if (activation.lastTurnMs > idleSinceMs || !mayLeave(activation)) continue;
      this.evict(activation);
      evicted++;
    }
    return evicted;
  }

  /** Everybody leaves at once. */
  stop(): void {
    for (const activation of this.#activations.values()) activation.hosted?.stop();
    this.#services.counters.resident -= this.#activations.size;
    this.#activations.clear();
    this.#hosted.stop();
  }
}
