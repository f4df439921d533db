// The actor host on nact: every activation is a nact actor below its shard's, and every nact message is a wake-up.
//
// nact supplies the serial loop, fair interleaving with input and output, isolation of a crash to one actor and names to
// inspect. It does not supply mailboxes, life-cycle or durability: those are ours (cluster/runtime). What shapes this
// file: nact's own mailboxes are unbounded, so wake-ups are handed to it in rounds of at most WAKE_UPS_MAX; dispatching to a
// stopped actor is silent; stopping a parent leaves children running; and an onCrash that throws ends the process.
//
// nact serves all wake-ups of a round in one pass of the event loop, where turns that take long would add up. So a round
// ends after ROUND_MS: whoever is left is the next one, before those that asked for a wake-up meanwhile (rule H2).

import { dispatch, spawn, start, stop, type ActorSystemRef, type Ref } from 'nact';
import type { ActorHost, HostedActor, HostedShard, HostedTurns } from '../port/actor-host.ts';
import type { Clock } from '../port/clock.ts';

type Wake = 'wake';

/** Wake-ups of a round; beyond it timers and sockets would wait too long. */
export const WAKE_UPS_MAX = 512;

/** How long a round may hold up input and output, in milliseconds: no turn of it begins later. */
export const ROUND_MS = 2;

/**
 * Starts a nact system. The name must be unique within the process.
 * @param clock what rounds are measured with
 */
export function startNactHost(systemName: string, clock: Clock): ActorHost {
  return new NactHost(systemName, clock);
}

class NactHost implements ActorHost {
  readonly #system: ActorSystemRef;
  readonly #clock: Clock;
  /** Wake-ups for later rounds, in the order in which they were asked for. */
  #waiting: NactActor[] = [];
  /** Where they begin: those before are in a round already. */
  #waitingFrom = 0;
  /** Wake-ups for which the round under way had no time any more. */
  #late: NactActor[] = [];
  /** Wake-ups of the round that were not served yet. */
  #handed = 0;
  /** When the first wake-up of the round was served; undefined: none was, and others may join. */
  #startedMs: number | undefined;

  constructor(systemName: string, clock: Clock) {
    // nact's declarations ask for a text, its code reads `name` of an object and ignores a text.
    this.#system = start({ name: safeName(systemName) } as unknown as string);
    this.#clock = clock;
  }

  shard(name: string): HostedShard {
    return new NactShard(
      this,
      spawn(this.#system, (state: undefined) => state, safeName(name)),
    );
  }

  outstanding(): number {
    return this.#handed + this.#late.length + this.#waiting.length - this.#waitingFrom;
  }

  request(actor: NactActor): void {
    const isOpen = this.#startedMs === undefined && this.#waiting.length === 0;
    if (isOpen && this.#handed < WAKE_UPS_MAX) this.#hand(actor);
    else this.#waiting.push(actor);
  }

  /** nact has come to a wake-up of the round. @returns whether there is time for it */
  hasTime(): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#startedMs ??= nowMs;
    return nowMs - this.#startedMs <= ROUND_MS;
  }

  /** There was no time for a wake-up. */
  postpone(actor: NactActor): void {
    this.#late.push(actor);
    this.served();
  }

  /** A wake-up of the round was served or can never be. */
  served(): void {
    this.#handed--;
    if (this.#handed === 0) this.#nextRound();
  }

  /** Those that were late are a round of their own: in another one nact could serve them last, and they be late again. */
  #nextRound(): void {
    this.#startedMs = undefined;
    const late = this.#late;
    this.#late = [];
    for (const actor of late) {
      if (!actor.isStopped()) this.#hand(actor);
    }
    if (this.#handed === 0) this.#handWaiting();
  }

  #handWaiting(): void {
    while (this.#handed < WAKE_UPS_MAX && this.#waitingFrom < this.#waiting.length) {
      const actor = this.#waiting[this.#waitingFrom++];
      if (actor?.isStopped() === false) this.#hand(actor);
    }
    // As many moves as were saved, so each costs the same however many wait.
    if (this.#waitingFrom * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#waitingFrom);
    this.#waitingFrom = 0;
  }

  #hand(actor: NactActor): void {
    this.#handed++;
    actor.dispatchWake();
  }

  stop(): void {
    this.#waiting = [];
    this.#waitingFrom = 0;
    this.#late = [];
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
    if (!this.#host.hasTime()) {
      this.#host.postpone(this);
      return undefined;
    }
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
