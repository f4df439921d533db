// The actor host on nact: every activation is a nact actor below its shard's, and every nact message is a wake-up.
//
// nact supplies the serial loop, fair interleaving with input and output, isolation of a crash to one actor and names to
// inspect. It does not supply mailboxes, life-cycle or durability: those are ours (cluster/runtime). What shapes this
// file: nact's own mailboxes are unbounded, so at most WAKE_UPS_MAX wake-ups are handed to it at a time; dispatching to a
// stopped actor is silent; stopping a parent leaves children running; and an onCrash that throws ends the process.

import { dispatch, spawn, start, stop, type ActorSystemRef, type Ref } from 'nact';
import type { ActorHost, HostedActor, HostedShard, HostedTurns } from '../port/actor-host.ts';

type Wake = 'wake';

/** Wake-ups handed to nact and not served yet; beyond it timers and sockets would wait too long. */
export const WAKE_UPS_MAX = 512;

/** Starts a nact system. The name must be unique within the process. */
export function startNactHost(systemName: string): ActorHost {
  return new NactHost(systemName);
}

class NactHost implements ActorHost {
  readonly #system: ActorSystemRef;
  /** Wake-ups beyond the limit, in the order in which they were asked for. */
  #waiting: NactActor[] = [];
  #head = 0;
  #handed = 0;

  constructor(systemName: string) {
    // nact's declarations ask for a text, its code reads `name` of an object and ignores a text.
    this.#system = start({ name: safeName(systemName) } as unknown as string);
  }

  shard(name: string): HostedShard {
    return new NactShard(
      this,
      spawn(this.#system, (state: undefined) => state, safeName(name)),
    );
  }

  outstanding(): number {
    return this.#handed + this.#waiting.length - this.#head;
  }

  request(actor: NactActor): void {
    if (this.#handed < WAKE_UPS_MAX) {
      this.#handed++;
      actor.dispatchWake();
    } else {
      this.#waiting.push(actor);
    }
  }

  /** One handed wake-up was served or can never be. */
  served(): void {
    this.#handed--;
    while (this.#handed < WAKE_UPS_MAX && this.#head < this.#waiting.length) {
      const next = this.#waiting[this.#head++];
      if (next === undefined || next.isStopped()) continue;
      this.#handed++;
      next.dispatchWake();
    }
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  stop(): void {
    this.#waiting = [];
    this.#head = 0;
    stop(this.#system);
  }
}

class NactShard implements HostedShard {
  readonly #host: NactHost;
  readonly #reference: Ref<Wake>;
  #spawned = 0;

  constructor(host: NactHost, reference: Ref<Wake>) {
    this.#host = host;
    this.#reference = reference;
  }

  spawn(name: string, turns: HostedTurns): HostedActor {
    this.#spawned++;
    return new NactActor(this.#host, this.#reference, `${safeName(name)}-${this.#spawned}`, turns);
  }

  stop(): void {
    stop(this.#reference);
  }
}

class NactActor implements HostedActor {
  readonly #host: NactHost;
  readonly #reference: Ref<Wake>;
  readonly #turns: HostedTurns;
  #stopped = false;
  /** Wake-ups that nact holds for this actor. */
  #handed = 0;

  constructor(host: NactHost, parent: Ref<Wake>, name: string, turns: HostedTurns) {
    this.#host = host;
    this.#turns = turns;
    this.#reference = spawn(parent, () => this.#served(), name, {
      onCrash: (_message, error, context) => {
        this.stop();
        this.#turns.crashed(error ?? new Error('an actor crashed without an error'));
        return context.stop;
      },
    });
  }

  isStopped(): boolean {
    return this.#stopped;
  }

  wake(): void {
    if (!this.#stopped) this.#host.request(this);
  }

  dispatchWake(): void {
    this.#handed++;
    dispatch(this.#reference, 'wake');
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const lost = this.#handed;
    this.#handed = 0;
    for (let wake = 0; wake < lost; wake++) this.#host.served();
    stop(this.#reference);
  }

  #served(): undefined {
    if (this.#stopped) return undefined;
    this.#handed--;
    try {
      this.#turns.turn();
    } finally {
      this.#host.served();
    }
    return undefined;
  }
}

/** nact allows letters, digits, '_' and '-' in names. */
function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}
