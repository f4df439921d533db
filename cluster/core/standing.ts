// Where a node stands with others: can it be sure that they have not voted it out?
//
// A node names in each renewal who may vote on it, and the store removes its lease early only when most of those accuse it
// (NodeLeases, N6). Each of them says with its heartbeats which beat of this node it heard last, and cannot accuse it for
// SUSPECT_MS from then on. So a node that was heard lately by enough of its voters knows, without asking the store, that
// its lease has not been removed.
//
//   T1  Times are the node's own, and those when beats were sent: whoever heard one heard it later.
//   T2  A list of voters is in force from when it is sent; an earlier one is until the store has granted a later one.
//   T3  Fewer voters than can vote anybody out are none: such a node relies on the time of its lease alone.
//   T4  Whoever accuses somebody says nothing of having heard it until the store knows that it accuses it no more.

import { type Member, sameIds } from './membership.ts';
import { SUSPECT_MS } from './suspicion.ts';

/** How much earlier than its voters could accuse it a node stops to be sure: for clocks that do not run alike. */
const MARGIN_MS = 250;
/** A node names no more voters than this, so that heartbeats of large clusters stay small. */
export const VOTERS = 7;

/**
 * How many of so many voters have to accuse a member: at least two, and more than half of them and the member together, so
 * that of a cluster that has fallen apart no more than one part votes others out.
 */
export function votesNeeded(voters: number): number {
  return Math.max(2, Math.floor((voters + 1) / 2) + 1);
}

/**
 * Whom a member names as voters: the VOTERS that follow it, of those that may vote. Members of a version without votes
 * never say whom they heard, so whoever named them could not be sure of its standing.
 */
export function votersOf(self: string, members: readonly Member[]): readonly string[] {
  const ids = members.filter(({ id, state, connected, voters }) => {
    return id !== self && state === 'active' && connected && voters !== undefined;
  });
  const following = [...ids.filter(({ id }) => id > self), ...ids.filter(({ id }) => id < self)];
  return following.slice(0, VOTERS).map(({ id }) => id);
}

export class Standing {
  #beat = 0;
  readonly #sentAtMs = new Map<number, number>();
  /** By voter when the newest beat that it heard was sent. */
  readonly #heardAtMs = new Map<string, number>();
  /** Lists that are in force (T2), the newest last. */
  #lists: readonly (readonly string[])[] = [];
  #sureUntilMs = Number.POSITIVE_INFINITY;

  /** A heartbeat is sent now. @returns its number */
  sendBeat(nowMs: number): number {
    // As long as they can count, however many: with each change of the members one more is sent.
    for (const [beat, sentAtMs] of this.#sentAtMs) {
      if (nowMs - sentAtMs < SUSPECT_MS) break;
      this.#sentAtMs.delete(beat);
    }
    this.#beat++;
    this.#sentAtMs.set(this.#beat, nowMs);
    return this.#beat;
  }

  /** Somebody says that it heard a beat of this node. */
  wasHeard(by: string, beat: number): void {
    const sentAtMs = this.#sentAtMs.get(beat);
    if (sentAtMs === undefined || sentAtMs <= (this.#heardAtMs.get(by) ?? -1)) return;
    this.#heardAtMs.set(by, sentAtMs);
    this.#count();
  }

  /** A renewal with these voters is sent (T2). */
  sent(voters: readonly string[]): void {
    const newest = this.#lists.at(-1);
    if (newest !== undefined && sameIds(newest, voters)) return;
    this.#lists = [...this.#lists, voters];
    this.#count();
  }

  /** The newest renewal was granted. */
  granted(): void {
    if (this.#lists.length < 2) return;
    this.#lists = this.#lists.slice(-1);
    this.#forget();
    this.#count();
  }

  /** Can it not have been voted out? */
  isSure(nowMs: number): boolean {
    return nowMs < this.#sureUntilMs;
  }

  #forget(): void {
    const voters = new Set(this.#lists.flat());
    for (const id of this.#heardAtMs.keys()) if (!voters.has(id)) this.#heardAtMs.delete(id);
  }

  #count(): void {
    this.#sureUntilMs = Math.min(...this.#lists.map((voters) => this.#sureUntil(voters)));
  }

  /** When the last of those could accuse it who would have to. */
  #sureUntil(voters: readonly string[]): number {
    const spare = voters.length - votesNeeded(voters.length);
    if (spare < 0) return Number.POSITIVE_INFINITY;
    const times = voters.map((id) => this.#heardAtMs.get(id) ?? Number.NEGATIVE_INFINITY);
    times.sort((a, b) => b - a);
    return (times[spare] ?? Number.NEGATIVE_INFINITY) + SUSPECT_MS - MARGIN_MS;
  }
}
