// Node leases in memory: the reference of what a store does with them, and what simulated nodes share.

import type { Member, MemberClaim, Membership } from '../core/membership.ts';
import { nodeOfMember } from '../core/membership.ts';
import { votesNeeded } from '../core/standing.ts';
import {
  ACCUSED_MS,
  type LeaseGrant,
  type NodeLeases,
  OUTAGE_MS,
  type Renewal,
} from '../port/node-leases.ts';

interface Noted extends Renewal {
  readonly atMs: number;
}

export class MemoryLeases implements NodeLeases {
  readonly #nowMs: () => number;
  readonly #members = new Map<string, Member>();
  readonly #renewals = new Map<string, Noted>();
  #version = 0;
  #renewedAtMs = 0;

  /** @param nowMs the store's clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async join(claim: MemberClaim, leaseMs: number): Promise<LeaseGrant> {
    this.#look(leaseMs);
    const node = nodeOfMember(claim.id);
    for (const { id } of this.#members.values()) {
      if (id !== claim.id && nodeOfMember(id) === node) return this.#grant('taken');
    }
    const { leaseEndsMs: _, ...known } = this.#members.get(claim.id) ?? {
      ...claim,
      leaseEndsMs: 0,
    };
    this.#put(known, leaseMs);
    return this.#grant('granted');
  }

  async renew(claim: MemberClaim, leaseMs: number, renewal: Renewal): Promise<LeaseGrant> {
    this.#look(leaseMs);
    if (!this.#members.has(claim.id)) return this.#grant('ended');
    const { number, accused } = renewal;
    if (number > (this.#renewals.get(claim.id)?.number ?? 0)) {
      this.#put(claim, leaseMs);
      this.#renewals.set(claim.id, { ...renewal, atMs: this.#nowMs() });
      for (const id of accused) if (this.#isVotedOut(id)) this.#remove(id);
    }
    return this.#grant('granted');
  }

  async leave(id: string): Promise<void> {
    this.#remove(id);
  }

  async membership(): Promise<Membership> {
    const members = [...this.#members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { version: this.#version, members };
  }

  /** N2 and N3. */
  #look(leaseMs: number): void {
    const nowMs = this.#nowMs();
    const isOutage = nowMs - this.#renewedAtMs > OUTAGE_MS;
    for (const [id, member] of this.#members) {
      if (isOutage || member.leaseEndsMs > nowMs + 2 * leaseMs)
        this.#members.set(id, { ...member, leaseEndsMs: nowMs + leaseMs });
    }
    this.#renewedAtMs = nowMs;
    for (const [id, { leaseEndsMs }] of this.#members) {
      if (leaseEndsMs <= nowMs) this.#remove(id);
    }
  }

  #remove(id: string): void {
    this.#renewals.delete(id);
    if (this.#members.delete(id)) this.#version++;
  }

  /** N6. */
  #isVotedOut(id: string): boolean {
    const voters = this.#members.get(id)?.voters ?? [];
    const sinceMs = this.#nowMs() - ACCUSED_MS;
    const accusers = voters.filter((voter) => {
      const renewal = this.#renewals.get(voter);
      return renewal !== undefined && renewal.atMs >= sinceMs && renewal.accused.includes(id);
    });
    return accusers.length >= votesNeeded(voters.length);
  }

  #put(claim: MemberClaim, leaseMs: number): void {
    const { leaseEndsMs: _, ...known } = this.#members.get(claim.id) ?? { leaseEndsMs: 0 };
    if (JSON.stringify(known) !== JSON.stringify(claim)) this.#version++;
    this.#members.set(claim.id, { ...claim, leaseEndsMs: this.#nowMs() + leaseMs });
  }

  async #grant(answer: LeaseGrant['answer']): Promise<LeaseGrant> {
    return { answer, storeMs: this.#nowMs(), membership: await this.membership() };
  }
}
