import { expect, test } from 'vitest';
import { type Candidate, place } from '../../../cluster/core/placement.ts';

const SHARDS = 512;

const nodes = (count: number, weight = 1): Candidate[] =>
  Array.from({ length: count }, (_, index) => ({ node: `node-${index}`, weight }));

/** By node the number of shards it gets. */
function counts(candidates: readonly Candidate[]): Map<string, number> {
  const found = new Map(candidates.map(({ node }) => [node, 0]));
  for (const position of place(SHARDS, candidates)) {
    const node = candidates[position]?.node ?? 'nobody';
    found.set(node, (found.get(node) ?? 0) + 1);
  }
  return found;
}

const ownersOf = (candidates: readonly Candidate[]): readonly (string | undefined)[] =>
  place(SHARDS, candidates).map((position) => candidates[position]?.node);

const moved = (before: readonly Candidate[], after: readonly Candidate[]): number => {
  const then = ownersOf(before);
  return ownersOf(after).filter((owner, shard) => owner !== then[shard]).length / SHARDS;
};

test('without candidates nobody gets anything', () => {
  expect(place(3, [])).toEqual([-1, -1, -1]);
});

test('the order in which candidates are listed does not matter', () => {
  const candidates = nodes(5);
  expect(ownersOf([...candidates].reverse())).toEqual(ownersOf(candidates));
});

test.each([2, 3, 5, 10, 100])('of %i nodes none gets a tenth more than its share', (count) => {
  const limit = Math.ceil((SHARDS / count) * 1.1);
  for (const [, shards] of counts(nodes(count))) expect(shards).toBeLessThanOrEqual(limit);
});

test('a node of twice the weight gets about twice as much', () => {
  const found = counts([...nodes(3), { node: 'large', weight: 2 }]);
  expect(found.get('large')).toBeGreaterThan(SHARDS * 0.34);
  expect(found.get('large')).toBeLessThanOrEqual(Math.ceil(SHARDS * 0.4 * 1.1));
});

test.each([3, 5, 10])('a node that joins %i others moves little more than its share', (count) => {
  expect(moved(nodes(count), nodes(count + 1))).toBeLessThan(1 / (count + 1) + 0.1);
});

test.each([3, 5, 10])(
  'a node that leaves a cluster of %i moves little more than its share',
  (count) => {
    const all = nodes(count);
    const rest = all.filter((_, index) => index !== 1);
    expect(moved(all, rest)).toBeLessThan(1 / count + 0.12);
  },
);
