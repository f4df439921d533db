// The key hash: the reference vectors of MurmurHash3 x86_128, and the balance of shards.

import { expect, test } from 'vitest';
import { shardOf } from '../../../cluster/core/address.ts';
import { hash128 } from '../../../cluster/core/hash.ts';

const VECTORS: readonly (readonly [string, readonly number[]])[] = [
  ['', [0, 0, 0, 0]],
  ['a', [2811532092, 1431744539, 1431744539, 1431744539]],
  ['hello', [723797152, 3683770103, 2598056374, 2598056374]],
  ['workflow-1', [803518720, 2399219244, 2309346512, 4172350753]],
  ['0123456789abcdef', [4219290633, 917426954, 1219304859, 1462451197]],
  ['0123456789abcdefXYZ', [1671134159, 1252501806, 4209778191, 1763594319]],
  ['grüße/日本', [614287597, 583425119, 433870199, 3348522931]],
];

test.each(VECTORS)(
  'the hash of %j is the one an independent implementation computes',
  (text, words) => {
    expect(hash128(new TextEncoder().encode(text))).toEqual(words);
  },
);

test('the shard of an affinity never changes', () => {
  expect(['a', 'hello', 'workflow-1', 'grüße/日本'].map((text) => shardOf(text, 64))).toEqual(
    VECTORS.filter(([text]) => ['a', 'hello', 'workflow-1', 'grüße/日本'].includes(text)).map(
      ([, words]) => {
        const value = (BigInt(words[0] ?? 0) << 32n) | BigInt(words[1] ?? 0);
        return Number(value % 64n);
      },
    ),
  );
});

test('ten thousand affinities spread over 64 shards within a third of the mean', () => {
  const counts = new Array<number>(64).fill(0);
  for (let n = 0; n < 10_000; n++) {
    const shard = shardOf(`workflow-${n}`, 64);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan((10_000 / 64) * 0.66);
  expect(Math.max(...counts)).toBeLessThan((10_000 / 64) * 1.34);
});
