// What every store does with node leases: rules N1 to N5 of cluster/port/node-leases.ts.

import { describe, expect, test } from 'vitest';
import type { MemberClaim } from '../../cluster/core/membership.ts';
import type { NodeLeases } from '../../cluster/port/node-leases.ts';

/** Leases under test, and the clock of their store. */
export interface LeasesUnderTest {
  readonly leases: NodeLeases;
  /** Lets the store's clock advance. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const LEASE_MS = 2_000;

const claim = (id: string, more: Partial<MemberClaim> = {}): MemberClaim => ({
  id,
  state: 'active',
  weight: 1,
  http: '127.0.0.1:1',
  grpc: '127.0.0.1:2',
  connected: true,
  version: '0.1.0',
  ...more,
});

/** Runs the suite. @param open makes leases that nobody has */
export function leasesSuite(name: string, open: () => Promise<LeasesUnderTest>): void {
  const onLeases = (sentence: string, work: (world: LeasesUnderTest) => Promise<void>): void => {
    test(sentence, async () => {
      const world = await open();
      try {
        await work(world);
      } finally {
        await world.close();
      }
    });
  };
  const ids = async (leases: NodeLeases): Promise<readonly string[]> =>
    (await leases.membership()).members.map(({ id }) => id);

  describe(`leases of ${name}`, () => {
    onLeases('members are listed in order with what they say of themselves', async ({ leases }) => {
      await leases.join(
        claim('b~1', { weight: 2.5, state: 'joining', connected: false }),
        LEASE_MS,
      );
      const { answer, storeMs, membership } = await leases.join(claim('a~1'), LEASE_MS);
      expect(answer).toBe('granted');
      expect(membership.members).toMatchObject([
        claim('a~1'),
        claim('b~1', { weight: 2.5, state: 'joining', connected: false }),
      ]);
      expect(membership.members[0]?.leaseEndsMs).toBe(storeMs + LEASE_MS);
    });

    onLeases('the version grows with changes of members and with nothing else', async (world) => {
      const { leases } = world;
      const first = (await leases.join(claim('a~1', { state: 'joining' }), LEASE_MS)).membership;
      await world.pass(10);
      const same = await leases.renew(claim('a~1', { state: 'joining' }), LEASE_MS);
      expect(same.membership.version).toBe(first.version);
      expect(same.membership.members[0]?.leaseEndsMs).toBe(same.storeMs + LEASE_MS);
      const active = (await leases.renew(claim('a~1'), LEASE_MS)).membership.version;
      expect(active).toBeGreaterThan(first.version);
      await leases.leave('a~1');
      const left = await leases.membership();
      expect(left.version).toBeGreaterThan(active);
      await leases.leave('a~1');
      expect(await leases.membership()).toEqual({ version: left.version, members: [] });
    });

    onLeases('a lease that is not renewed ends, and cannot be renewed any more', async (world) => {
      const { leases } = world;
      const joined = await leases.join(claim('a~1'), LEASE_MS);
      await leases.join(claim('b~1'), LEASE_MS);
      for (let passed = 0; passed < 4; passed++) {
        await world.pass(LEASE_MS / 4);
        await leases.renew(claim('b~1'), LEASE_MS);
      }
      await world.pass(10);
      const { answer, membership } = await leases.renew(claim('a~1'), LEASE_MS);
      expect(answer).toBe('ended');
      expect(membership.members.map(({ id }) => id)).toEqual(['b~1']);
      expect(membership.version).toBeGreaterThan(joined.membership.version);
    });

    onLeases('after an outage of the store everybody gets full time again', async (world) => {
      const { leases } = world;
      await leases.join(claim('a~1'), LEASE_MS);
      await leases.join(claim('b~1'), LEASE_MS);
      await world.pass(60_000);
      expect((await leases.renew(claim('b~1'), LEASE_MS)).answer).toBe('granted');
      expect(await ids(leases)).toEqual(['a~1', 'b~1']);
      await world.pass(LEASE_MS / 2);
      expect((await leases.renew(claim('a~1'), LEASE_MS)).answer).toBe('granted');
    });

    onLeases('a second life of a node waits for the end of the first one', async (world) => {
      const { leases } = world;
      await leases.join(claim('a~1'), LEASE_MS);
      await leases.join(claim('ab~1'), LEASE_MS);
      expect((await leases.join(claim('a~2'), LEASE_MS)).answer).toBe('taken');
      expect(await ids(leases)).toEqual(['ab~1', 'a~1']);
      await leases.leave('a~1');
      expect((await leases.join(claim('a~2'), LEASE_MS)).answer).toBe('granted');
      expect(await ids(leases)).toEqual(['ab~1', 'a~2']);
    });
  });
}
