// What every store does with node leases: rules N1 to N7 of cluster/port/node-leases.ts.

import { describe, expect, test } from 'vitest';
import type { MemberClaim } from '../../cluster/core/membership.ts';
import { ACCUSED_MS, type NodeLeases } from '../../cluster/port/node-leases.ts';
import { claimOf } from '../support/members.ts';

/** Leases under test, and the clock of their store. */
export interface LeasesUnderTest {
  readonly leases: NodeLeases;
  /** Lets the store's clock advance. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const LEASE_MS = 2_000;

/** With a number larger than any before. */
let renewals = 0;
const renew = (leases: NodeLeases, member: MemberClaim, accused: readonly string[]) =>
  leases.renew(member, LEASE_MS, { number: ++renewals, accused });

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
        claimOf('b~1', { weight: 2.5, state: 'joining', connected: false }),
        LEASE_MS,
      );
      const { answer, storeMs, membership } = await leases.join(claimOf('a~1'), LEASE_MS);
      expect(answer).toBe('granted');
      expect(membership.members).toMatchObject([
        claimOf('a~1'),
        claimOf('b~1', { weight: 2.5, state: 'joining', connected: false }),
      ]);
      expect(membership.members[0]?.leaseEndsMs).toBe(storeMs + LEASE_MS);
    });

    onLeases('the version grows with changes of members and with nothing else', async (world) => {
      const { leases } = world;
      const first = (await leases.join(claimOf('a~1', { state: 'joining' }), LEASE_MS)).membership;
      await world.pass(10);
      const same = await renew(leases, claimOf('a~1', { state: 'joining' }), []);
      expect(same.membership.version).toBe(first.version);
      expect(same.membership.members[0]?.leaseEndsMs).toBe(same.storeMs + LEASE_MS);
      const active = (await renew(leases, claimOf('a~1'), [])).membership.version;
      expect(active).toBeGreaterThan(first.version);
      await leases.leave('a~1');
      const left = await leases.membership();
      expect(left.version).toBeGreaterThan(active);
      await leases.leave('a~1');
      expect(await leases.membership()).toEqual({ version: left.version, members: [] });
    });

    onLeases('a lease that is not renewed ends, and cannot be renewed any more', async (world) => {
      const { leases } = world;
      const joined = await leases.join(claimOf('a~1'), LEASE_MS);
      await leases.join(claimOf('b~1'), LEASE_MS);
      for (let passed = 0; passed < 4; passed++) {
        await world.pass(LEASE_MS / 4);
        await renew(leases, claimOf('b~1'), []);
      }
      await world.pass(10);
      const { answer, membership } = await renew(leases, claimOf('a~1'), []);
      expect(answer).toBe('ended');
      expect(membership.members.map(({ id }) => id)).toEqual(['b~1']);
      expect(membership.version).toBeGreaterThan(joined.membership.version);
    });

    onLeases('after an outage of the store everybody gets full time again', async (world) => {
      const { leases } = world;
      await leases.join(claimOf('a~1'), LEASE_MS);
      await leases.join(claimOf('b~1'), LEASE_MS);
      await world.pass(60_000);
      expect((await renew(leases, claimOf('b~1'), [])).answer).toBe('granted');
      expect(await ids(leases)).toEqual(['a~1', 'b~1']);
      await world.pass(LEASE_MS / 2);
      expect((await renew(leases, claimOf('a~1'), [])).answer).toBe('granted');
    });

    const joinAll = async (leases: NodeLeases, ...members: readonly MemberClaim[]) => {
      for (const member of members) await leases.join(member, LEASE_MS);
    };

    onLeases('whom most of its voters accuse has lost its lease', async ({ leases }) => {
      await joinAll(leases, claimOf('a~1'), claimOf('b~1'), claimOf('c-c~1'));
      await renew(leases, claimOf('c-c~1', { voters: ['a~1', 'b~1'] }), []);
      const first = await renew(leases, claimOf('a~1'), ['c-c~1']);
      expect(first.membership.members).toHaveLength(3);
      const second = await renew(leases, claimOf('b~1'), ['x~1', 'c-c~1']);
      expect(second.membership.members.map(({ id }) => id)).toEqual(['a~1', 'b~1']);
      expect(second.membership.version).toBeGreaterThan(first.membership.version);
      expect((await renew(leases, claimOf('c-c~1'), [])).answer).toBe('ended');
    });

    onLeases('one accuser is not enough, however often it accuses', async ({ leases }) => {
      await joinAll(leases, claimOf('a~1'), claimOf('b~1', { voters: ['a~1'] }));
      for (let round = 0; round < 3; round++) await renew(leases, claimOf('a~1'), ['b~1', 'b~1']);
      expect(await ids(leases)).toEqual(['a~1', 'b~1']);
    });

    onLeases('half of the voters are not enough', async ({ leases }) => {
      const voters = ['a~1', 'b~1', 'c~1', 'd~1'];
      await joinAll(leases, ...voters.map((id) => claimOf(id)), claimOf('e~1', { voters }));
      await renew(leases, claimOf('a~1'), ['e~1']);
      await renew(leases, claimOf('b~1'), ['e~1']);
      expect(await ids(leases)).toHaveLength(5);
      await renew(leases, claimOf('c~1'), ['e~1']);
      expect(await ids(leases)).toEqual(voters);
    });

    onLeases('an accusation does not count when it is old or taken back', async (world) => {
      const { leases } = world;
      const accused = claimOf('c~1', { voters: ['a~1', 'b~1'] });
      await joinAll(leases, claimOf('a~1'), claimOf('b~1'), accused);
      await renew(leases, claimOf('a~1'), ['c~1']);
      await renew(leases, claimOf('a~1'), []);
      await renew(leases, claimOf('b~1'), ['c~1']);
      await world.pass(ACCUSED_MS + 10);
      await renew(leases, accused, []);
      await renew(leases, claimOf('a~1'), ['c~1']);
      expect(await ids(leases)).toEqual(['a~1', 'b~1', 'c~1']);
      await renew(leases, claimOf('b~1'), ['c~1']);
      expect(await ids(leases)).toEqual(['a~1', 'b~1']);
    });

    onLeases('only the voters that were named last have a vote', async ({ leases }) => {
      const members = ['a~1', 'b~1', 'd~1', 'e~1'];
      const accused = claimOf('c~1', { voters: ['a~1', 'b~1'] });
      await joinAll(leases, ...members.map((id) => claimOf(id)), accused);
      await renew(leases, { ...accused, voters: ['a~1', 'd~1'] }, []);
      await renew(leases, claimOf('b~1'), ['c~1']);
      await renew(leases, claimOf('e~1'), ['c~1']);
      await renew(leases, claimOf('a~1'), ['c~1']);
      expect(await ids(leases)).toHaveLength(5);
      await renew(leases, claimOf('d~1'), ['c~1']);
      expect(await ids(leases)).toEqual(members);
    });

    onLeases(
      'a member of a version without votes is a member, and cannot be voted out',
      async (world) => {
        const { leases } = world;
        const { voters: _, ...old } = claimOf('c~1');
        await joinAll(leases, claimOf('a~1'), claimOf('b~1'), old);
        await renew(leases, claimOf('a~1'), ['c~1']);
        const { answer, membership } = await renew(leases, claimOf('b~1'), ['c~1']);
        expect(answer).toBe('granted');
        expect(membership.members[2]).toMatchObject(old);
        expect(membership.members[2]?.voters).toBeUndefined();
      },
    );

    onLeases('a renewal that comes after a later one changes nothing', async (world) => {
      const { leases } = world;
      await joinAll(leases, claimOf('a~1', { state: 'joining' }), claimOf('b~1'));
      const late = claimOf('a~1', { state: 'joining', voters: ['b~1'] });
      await leases.renew(claimOf('a~1'), LEASE_MS, { number: 2, accused: [] });
      await world.pass(100);
      const { answer, membership } = await leases.renew(late, LEASE_MS, {
        number: 1,
        accused: ['b~1'],
      });
      expect(answer).toBe('granted');
      expect(membership.members[0]).toMatchObject({ state: 'active', voters: [] });
    });

    onLeases(
      'a request to join that comes again takes back nothing that was said since',
      async (world) => {
        const { leases } = world;
        const joining = claimOf('a~1', { state: 'joining' });
        await joinAll(leases, joining, claimOf('b~1'));
        const active = claimOf('a~1', { voters: ['b~1'] });
        const { membership } = await renew(leases, active, []);
        await world.pass(100);
        const again = await leases.join(joining, LEASE_MS);
        expect(again.answer).toBe('granted');
        expect(again.membership.version).toBe(membership.version);
        expect(again.membership.members[0]).toMatchObject(active);
        expect(again.membership.members[0]?.leaseEndsMs).toBe(again.storeMs + LEASE_MS);
      },
    );

    onLeases('a clock that is set back makes no lease last', async (world) => {
      const { leases } = world;
      await joinAll(leases, claimOf('a~1'), claimOf('b~1'));
      await world.pass(-3_600_000);
      for (let passed = 0; passed < 6; passed++) {
        expect((await renew(leases, claimOf('b~1'), [])).answer).toBe('granted');
        await world.pass(LEASE_MS / 4);
      }
      await renew(leases, claimOf('b~1'), []);
      expect(await ids(leases)).toEqual(['b~1']);
    });

    onLeases('a second life of a node waits for the end of the first one', async (world) => {
      const { leases } = world;
      await leases.join(claimOf('a~1'), LEASE_MS);
      await leases.join(claimOf('ab~1'), LEASE_MS);
      expect((await leases.join(claimOf('a~2'), LEASE_MS)).answer).toBe('taken');
      expect(await ids(leases)).toEqual(['ab~1', 'a~1']);
      await leases.leave('a~1');
      expect((await leases.join(claimOf('a~2'), LEASE_MS)).answer).toBe('granted');
      expect(await ids(leases)).toEqual(['ab~1', 'a~2']);
    });
  });
}
