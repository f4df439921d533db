import { expect, test } from 'vitest';
import type { Member } from '../../../cluster/core/membership.ts';
import { HEARTBEAT_MS, Suspicion } from '../../../cluster/core/suspicion.ts';
import { memberOf } from '../../support/members.ts';

const member = (id: string, more: Partial<Member> = {}): Member =>
  memberOf(id, { voters: ['a~1'], ...more });

const MEMBERS = [member('a~1'), member('b~1'), member('c~1')];

/** Beats go on for so long; each is heard if `heard` has its member. @returns suspects at the end */
function listen(
  suspicion: Suspicion,
  heard: readonly string[],
  fromMs: number,
  forMs: number,
  members: readonly Member[] = MEMBERS,
): readonly string[] {
  let suspects: readonly string[] = [];
  for (let nowMs = fromMs; nowMs <= fromMs + forMs; nowMs += HEARTBEAT_MS) {
    for (const id of heard) suspicion.hear(id, 1 + nowMs / HEARTBEAT_MS, nowMs);
    suspects = suspicion.suspects(members, nowMs);
  }
  return suspects;
}

test('who falls silent is suspected after five heartbeats, and not when it is heard again', () => {
  const suspicion = new Suspicion('a~1');
  expect(listen(suspicion, ['a~1', 'b~1', 'c~1'], 0, 10_000)).toEqual([]);
  expect(listen(suspicion, ['a~1', 'b~1'], 10_500, 2_000)).toEqual([]);
  expect(listen(suspicion, ['a~1', 'b~1'], 13_000, 0)).toEqual(['c~1']);
  expect(listen(suspicion, ['a~1', 'b~1', 'c~1'], 13_500, 0)).toEqual([]);
});

test('a node that does not hear itself suspects nobody, nor for what it missed meanwhile', () => {
  const suspicion = new Suspicion('a~1');
  listen(suspicion, ['a~1', 'b~1', 'c~1'], 0, 10_000);
  expect(listen(suspicion, ['b~1'], 10_500, 10_000)).toEqual([]);
  expect(suspicion.hearsItself(20_500)).toBe(false);
  expect(listen(suspicion, ['a~1', 'b~1'], 21_000, 2_500)).toEqual([]);
  expect(listen(suspicion, ['a~1', 'b~1'], 24_000, 0)).toEqual(['c~1']);
});

test('a node that stood still and hears all at once suspects nobody', () => {
  const suspicion = new Suspicion('a~1');
  listen(suspicion, ['a~1', 'b~1', 'c~1'], 0, 10_000);
  expect(suspicion.suspects(MEMBERS, 30_000)).toEqual([]);
  suspicion.hear('a~1', 100, 30_000);
  expect(suspicion.suspects(MEMBERS, 30_000)).toEqual([]);
});

test('a member that came just now has time to be heard', () => {
  const suspicion = new Suspicion('a~1');
  listen(suspicion, ['a~1', 'b~1', 'c~1'], 0, 10_000);
  const members = [...MEMBERS, member('d~1')];
  expect(listen(suspicion, ['a~1', 'b~1', 'c~1'], 10_500, 2_500, members)).toEqual([]);
  expect(listen(suspicion, ['a~1', 'b~1', 'c~1'], 13_500, 0, members)).toEqual(['d~1']);
});

test('only those who name a node as a voter are suspected by it', () => {
  const suspicion = new Suspicion('a~1');
  const members = [member('a~1'), member('b~1', { voters: ['c~1'] }), member('d~1')];
  expect(listen(suspicion, ['a~1'], 0, 10_000, members)).toEqual(['d~1']);
});

test('nobody is vouched for whom the store may still see accused', () => {
  const suspicion = new Suspicion('a~1');
  listen(suspicion, ['a~1', 'b~1', 'c~1'], 0, 1_000);
  const heard = [
    { node: 'b~1', beat: 3 },
    { node: 'c~1', beat: 3 },
  ];
  expect(suspicion.vouches(MEMBERS, 8)).toEqual(heard);
  suspicion.sent(['b~1']);
  suspicion.sent([]);
  expect(suspicion.vouches(MEMBERS, 8)).toEqual(heard.slice(1));
  suspicion.granted(['b~1']);
  expect(suspicion.vouches(MEMBERS, 8)).toEqual(heard.slice(1));
  suspicion.granted([]);
  expect(suspicion.vouches(MEMBERS, 8)).toEqual(heard);
});

test('members of a version without votes are neither suspected nor in the way', () => {
  const suspicion = new Suspicion('a~1');
  const { voters: _, ...old } = member('d~1');
  const many = Array.from({ length: 10 }, (_each, at) => member(`e${at}~1`, { voters: [] }));
  const members = [...MEMBERS, old, ...many];
  for (let nowMs = 0; nowMs <= 10_000; nowMs += HEARTBEAT_MS) {
    // Their heartbeats count nothing.
    suspicion.hear('d~1', 0, nowMs);
    for (const id of ['a~1', 'b~1', 'c~1']) suspicion.hear(id, 1 + nowMs, nowMs);
  }
  expect(suspicion.suspects(members, 10_000)).toEqual([]);
  expect(suspicion.vouches(members, 8).map(({ node }) => node)).toEqual(['b~1', 'c~1']);
});
