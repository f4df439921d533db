// Node leases in Redis: see cluster/port/node-leases.ts. Time is the server's (N1), and every call is one script.

import type { Member, MemberClaim, Membership } from '../core/membership.ts';
import { nodeOfMember } from '../core/membership.ts';
import type { LeaseGrant, NodeLeases, Renewal } from '../port/node-leases.ts';
import type { RedisConnection, RedisScript } from './redis-connection.ts';
import { JOIN, LEAVE, MEMBERSHIP, RENEW } from './redis-scripts.ts';

export class RedisLeases implements NodeLeases {
  readonly #redis: RedisConnection;
  readonly #keys: readonly string[];

  /** @param keys of what is known of all leases, of claims, of ends and of renewals */
  constructor(redis: RedisConnection, keys: readonly string[]) {
    this.#redis = redis;
    this.#keys = keys;
  }

  join(claim: MemberClaim, leaseMs: number): Promise<LeaseGrant> {
    const values = [claim.id, JSON.stringify(claim), leaseMs, nodeOfMember(claim.id)];
    return this.#ask(JOIN, values);
  }

  renew(claim: MemberClaim, leaseMs: number, { number, accused }: Renewal): Promise<LeaseGrant> {
    const votes = `,${accused.join(',')},`;
    return this.#ask(RENEW, [claim.id, JSON.stringify(claim), leaseMs, number, votes]);
  }

  async leave(id: string): Promise<void> {
    await this.#redis.run(LEAVE, this.#keys, [id]);
  }

  async membership(): Promise<Membership> {
    return (await this.#ask(MEMBERSHIP, [])).membership;
  }

  async #ask(script: RedisScript, values: readonly (string | number)[]): Promise<LeaseGrant> {
    const answer = await this.#redis.run(script, this.#keys, values);
    const [what, storeMs, version, claims, ends] = Array.isArray(answer) ? answer : [];
    const endOf = new Map(pairsOf(ends));
    const members = pairsOf(claims).map(([id, claim]): Member => {
      const known: MemberClaim = JSON.parse(claim);
      return { ...known, leaseEndsMs: Number(endOf.get(id)) };
    });
    members.sort((a, b) => (a.id < b.id ? -1 : 1));
    const text = String(what);
    return {
      answer: text === 'taken' || text === 'ended' ? text : 'granted',
      storeMs: Number(String(storeMs)),
      membership: { version: Number(String(version)), members },
    };
  }
}

/** Fields and values of a hash, which come in turn. */
function pairsOf(list: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((field, at) =>
    at % 2 === 0 ? [[String(field), String(list[at + 1])] as const] : [],
  );
}
