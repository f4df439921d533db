// What a node makes of the silence of others, on its own monotonic clock.
//
//   V1  Only a node that hears itself judges others: if its own heartbeats do not come back, its ears or the transport are to
//       blame. Time in which it did not hear itself counts for nobody's silence.
//   V2  Silence is a reason to accuse, not to act: the store decides, and wants more than one accuser (NodeLeases, N6).
//   V3  A node accuses only those that name it as a voter, and vouches for nobody whom the store may still see accused
//       (Standing, T4).

import type { Member } from './membership.ts';

export const HEARTBEAT_MS = 500;
/** Three heartbeats lost: whoever was not heard for so long may not be heard the next time. */
const DEAF_MS = 3 * HEARTBEAT_MS;
/** Five heartbeats lost: a member that was not heard for so long is suspected, in milliseconds. */
export const SUSPECT_MS = 5 * HEARTBEAT_MS;

/** The newest beat that was heard of a member. */
export interface Heard {
  readonly node: string;
  readonly beat: number;
}

export class Suspicion {
  readonly #self: string;
  readonly #heard = new Map<string, { readonly beat: number; readonly atMs: number }>();
  #heardItselfAtMs = Number.NEGATIVE_INFINITY;
  /** Since when it has heard itself without a break. */
  #hearsSinceMs = Number.NEGATIVE_INFINITY;
  /** Whom the store may see accused: those of the last renewal that was granted, and of all since. */
  #accused: ReadonlySet<string> = new Set();

  /** @param self a member's id */
  constructor(self: string) {
    this.#self = self;
  }

  /** A heartbeat arrived. */
  hear(id: string, beat: number, nowMs: number): void {
    if (id === this.#self) {
      if (!this.hearsItself(nowMs)) this.#hearsSinceMs = nowMs;
      this.#heardItselfAtMs = nowMs;
    } else if (beat > (this.#heard.get(id)?.beat ?? 0)) this.#heard.set(id, { beat, atMs: nowMs });
  }

  hearsItself(nowMs: number): boolean {
    return nowMs - this.#heardItselfAtMs <= DEAF_MS;
  }

  /** Was this member heard lately? */
  hears(id: string, nowMs: number): boolean {
    const heard = this.#heard.get(id);
    return heard !== undefined && heard.beat > 0 && nowMs - heard.atMs <= DEAF_MS;
  }

  /** When it last heard itself, -Infinity for never. */
  get heardItselfAtMs(): number {
    return this.#heardItselfAtMs;
  }

  /** Those of the members that are suspected (V1, V3). */
  suspects(members: readonly Member[], nowMs: number): readonly string[] {
    this.#know(members, nowMs);
    if (!this.hearsItself(nowMs)) return [];
    return members.flatMap(({ id, voters }) => {
      const heard = this.#heard.get(id);
      if (heard === undefined || voters?.includes(this.#self) !== true) return [];
      return nowMs - Math.max(heard.atMs, this.#hearsSinceMs) > SUSPECT_MS ? [id] : [];
    });
  }

  /** What this node says it has heard, to those that name it as a voter or may do so soon (V3). */
  vouches(members: readonly Member[], few: number): readonly Heard[] {
    return members.flatMap(({ id, voters }) => {
      const heard = this.#heard.get(id);
      if (heard === undefined || heard.beat === 0 || this.#accused.has(id)) return [];
      const isVoter = members.length <= few || voters?.includes(this.#self) === true;
      return isVoter ? [{ node: id, beat: heard.beat }] : [];
    });
  }

  /** A renewal that accuses these is sent. */
  sent(accused: readonly string[]): void {
    if (accused.length > 0) this.#accused = new Set([...this.#accused, ...accused]);
  }

  /** It was granted, and none is under way. */
  granted(accused: readonly string[]): void {
    if (this.#accused.size > 0) this.#accused = new Set(accused);
  }

  /** Those who are not members any more are forgotten; the silence of a new one begins now. */
  #know(members: readonly Member[], nowMs: number): void {
    const ids = new Set(members.map(({ id }) => id));
    for (const id of this.#heard.keys()) if (!ids.has(id)) this.#heard.delete(id);
    for (const id of ids) {
      if (id !== this.#self && !this.#heard.has(id)) this.#heard.set(id, { beat: 0, atMs: nowMs });
    }
  }
}
