// What a node remembers of its commits: how far back, and that it never has gaps. What it is for is shown in
// test/integration/store-redis.test.ts.

import { expect, test } from 'vitest';
import { CommitChain, WriteMemory } from '../../../cluster/store/redis-memory.ts';

const commit = (seq: number, bytes = 100) => ({ seq, values: [seq], bytes });

const seqsAfter = (chain: CommitChain, seq: number): readonly number[] | undefined =>
  chain.after(seq)?.map((kept) => kept.seq);

test('a chain gives back what came after a seq, and nothing rather than a part of it', () => {
  const chain = new CommitChain(4);
  const memory = new WriteMemory();
  expect(seqsAfter(chain, 4)).toEqual([]);
  expect(seqsAfter(chain, 3)).toBeUndefined();
  for (const seq of [5, 6, 7]) memory.keep(chain, commit(seq), 0);
  expect(seqsAfter(chain, 4)).toEqual([5, 6, 7]);
  expect(seqsAfter(chain, 6)).toEqual([7]);
  expect(seqsAfter(chain, 7)).toEqual([]);
  expect(seqsAfter(chain, 3)).toBeUndefined();
  chain.clear();
  expect(chain.lastSeq).toBe(7);
  expect(seqsAfter(chain, 6)).toBeUndefined();
});

test('a commit that is answered twice is kept once, and a gap is not bridged', () => {
  const chain = new CommitChain(0);
  const memory = new WriteMemory();
  for (const seq of [1, 1, 2, 1, 4]) memory.keep(chain, commit(seq), 0);
  expect(chain.lastSeq).toBe(4);
  expect(seqsAfter(chain, 3)).toEqual([4]);
  expect(seqsAfter(chain, 2)).toBeUndefined();
});

test('commits are kept for ten seconds', () => {
  const chain = new CommitChain(0);
  const other = new CommitChain(0);
  const memory = new WriteMemory();
  memory.keep(chain, commit(1), 0);
  memory.keep(chain, commit(2), 5_000);
  memory.keep(other, commit(1), 10_000);
  expect(seqsAfter(chain, 0)).toEqual([1, 2]);
  memory.keep(other, commit(2), 10_001);
  expect(seqsAfter(chain, 0)).toBeUndefined();
  expect(seqsAfter(chain, 1)).toEqual([2]);
  expect(seqsAfter(other, 0)).toEqual([1, 2]);
});

test('commits of all shards together are kept up to 64 MiB, the oldest goes first', () => {
  const chains = Array.from({ length: 4 }, () => new CommitChain(0));
  const memory = new WriteMemory();
  const large = 16 * 1024 * 1024;
  for (const chain of chains) memory.keep(chain, commit(1, large), 0);
  expect(chains.map((chain) => seqsAfter(chain, 0))).toEqual([[1], [1], [1], [1]]);
  const last = chains.at(-1) ?? new CommitChain(0);
  memory.keep(last, commit(2, large), 0);
  expect(chains.map((chain) => seqsAfter(chain, 0))).toEqual([undefined, [1], [1], [1, 2]]);
});

test('what was kept goes also after many commits', () => {
  const chain = new CommitChain(0);
  const memory = new WriteMemory();
  for (let seq = 1; seq <= 20_000; seq++) memory.keep(chain, commit(seq), seq * 10);
  expect(chain.after(18_998)).toBeUndefined();
  expect(chain.after(18_999)).toHaveLength(1_001);
});

test('facts are kept for ten seconds, and not when they were deleted', () => {
  const memory = new WriteMemory();
  const bytes = new Uint8Array([1]);
  memory.keepFact('a', bytes, 0);
  memory.keepFact('b', bytes, 1);
  memory.dropFact('b');
  expect(memory.facts()).toEqual([['a', bytes]]);
  memory.keepFact('c', bytes, 10_001);
  expect(memory.facts()).toEqual([['c', bytes]]);
  expect(memory.fact('a')).toBeUndefined();
});
