import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Standing, VOTERS, votersOf, votesNeeded } from '../../../cluster/core/standing.ts';
import { SUSPECT_MS } from '../../../cluster/core/suspicion.ts';
import { memberOf } from '../../support/members.ts';

/** Names voters, and the store grants it. */
function standingWith(voters: readonly string[]): Standing {
  const standing = new Standing();
  standing.sent(voters);
  standing.granted();
  return standing;
}

test('a node is sure while so few of its voters could accuse it that they cannot vote it out', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: VOTERS }), (whoHeard) => {
      const voters = whoHeard.map((_, at) => `v${at}~1`);
      const standing = standingWith(voters);
      const beat = standing.sendBeat(1_000);
      for (const [at, heard] of whoHeard.entries()) if (heard) standing.wasHeard(`v${at}~1`, beat);
      const silent = whoHeard.filter((heard) => !heard).length;
      expect(standing.isSure(1_001)).toBe(silent < votesNeeded(voters.length));
    }),
  );
});

test('what was heard counts from when it was sent, and no longer than until it could be accused', () => {
  const standing = standingWith(['b~1', 'c~1']);
  expect(standing.isSure(0)).toBe(false);
  const first = standing.sendBeat(1_000);
  standing.sendBeat(1_500);
  standing.wasHeard('b~1', first);
  expect(standing.isSure(1_000 + SUSPECT_MS - 300)).toBe(true);
  expect(standing.isSure(1_000 + SUSPECT_MS - 200)).toBe(false);
});

test('a beat counts however many were sent after it', () => {
  const standing = standingWith(['b~1', 'c~1']);
  const first = standing.sendBeat(0);
  for (let count = 1; count <= 100; count++) standing.sendBeat(count * 10);
  standing.wasHeard('b~1', first);
  expect(standing.isSure(1_001)).toBe(true);
});

test('a beat that was never sent, or by far not lately, says nothing', () => {
  const standing = standingWith(['b~1', 'c~1']);
  const first = standing.sendBeat(0);
  standing.wasHeard('b~1', first + 1);
  expect(standing.isSure(1)).toBe(false);
  standing.sendBeat(SUSPECT_MS);
  standing.wasHeard('b~1', first);
  expect(standing.isSure(1)).toBe(false);
});

test('until the store has granted a later list, the earlier one counts too', () => {
  const standing = standingWith(['b~1', 'c~1']);
  standing.wasHeard('b~1', standing.sendBeat(0));
  expect(standing.isSure(1)).toBe(true);
  standing.sent(['d~1', 'e~1']);
  expect(standing.isSure(1)).toBe(false);
  standing.wasHeard('d~1', standing.sendBeat(0));
  expect(standing.isSure(1)).toBe(true);
  expect(standing.isSure(SUSPECT_MS)).toBe(false);
  standing.sent([]);
  expect(standing.isSure(SUSPECT_MS)).toBe(false);
  standing.granted();
  expect(standing.isSure(SUSPECT_MS)).toBe(true);
});

test('voters are those that follow in order of ids, who are active, connected and of a version with votes', () => {
  const members = ['a~1', 'b~1', 'c~1', 'd~1'].map((id) => memberOf(id));
  expect(votersOf('c~1', members)).toEqual(['d~1', 'a~1', 'b~1']);
  const others = [memberOf('x~1', { state: 'leaving' }), memberOf('y~1', { connected: false })];
  expect(votersOf('c~1', [...members, ...others])).toEqual(['d~1', 'a~1', 'b~1']);
  const { voters: _, ...old } = memberOf('z~1');
  expect(votersOf('c~1', [...members, old])).toEqual(['d~1', 'a~1', 'b~1']);
  const many = Array.from({ length: 100 }, (_, at) =>
    memberOf(`n${String(at).padStart(2, '0')}~1`),
  );
  expect(votersOf('n97~1', many)).toEqual(
    ['n98', 'n99', 'n00', 'n01', 'n02', 'n03', 'n04'].map((node) => `${node}~1`),
  );
});
