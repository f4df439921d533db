// Tables: held against a plain sorted map, and the three rules of cluster/core/table.ts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Table } from '../../../cluster/core/table.ts';

test('a table agrees with a sorted map whatever is set and deleted', () => {
  const step = fc.record({
    key: fc.integer({ min: 0, max: 60 }),
    row: fc.option(fc.integer(), { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.integer({ min: 0, max: 60 }),
      (steps, from) => {
        let table = Table.empty<number>();
        const model = new Map<number, number>();
        for (const { key, row } of steps) {
          table = row === undefined ? table.delete(key) : table.set(key, row);
          if (row === undefined) model.delete(key);
          else model.set(key, row);
        }
        const sorted = [...model].sort(([a], [b]) => a - b);
        expect([...table.entries()]).toEqual(sorted);
        expect([...table.entries(from)]).toEqual(sorted.filter(([key]) => key >= from));
        const touched = [...new Set(steps.map(({ key }) => key))].filter((key) => model.has(key));
        expect(table.changes()).toEqual(touched.map((key) => [key, model.get(key)]));
        expect(table.settled().hasChanges()).toBe(false);
      },
    ),
  );
});

test('a table of a hundred thousand ascending keys stays shallow enough to read each one', () => {
  let table = Table.empty<number>();
  for (let key = 0; key < 100_000; key++) table = table.set(key, key * 2);
  expect(table.get(99_999)).toBe(199_998);
  expect(table.first()).toEqual([0, 0]);
});

test('a set leaves the table it was made from as it was', () => {
  const before = Table.empty<string>().set('a', 'old');
  const after = before.set('a', 'new');
  expect([before.get('a'), after.get('a')]).toEqual(['old', 'new']);
});

test('asking for a row that was not named is a violation', () => {
  const table = Table.unloaded<number>();
  expect(() => table.get(1)).toThrow('a turn touches only rows it named');
  expect(table.load(1, undefined).get(1)).toBeUndefined();
});

test('a loaded range answers for absent keys inside it and for none outside', () => {
  const table = Table.unloaded<number>().loadRange(10, 20, [[12, 1]]);
  expect(table.get(11)).toBeUndefined();
  expect(table.get(12)).toBe(1);
  expect(() => table.get(21)).toThrow();
  expect([table.isRangeLoaded(10, 20), table.isRangeLoaded(10, undefined)]).toEqual([true, false]);
});

test('loading never overwrites what a turn wrote', () => {
  const table = Table.unloaded<number>().load(1, 5).set(1, 6).load(1, 5);
  expect(table.get(1)).toBe(6);
});

test('a row that is made and deleted before it is stored is no change, and one that was stored is', () => {
  const table = Table.empty<number>().set(1, 1).settled().set(2, 2).delete(2).delete(1);
  expect(table.changes()).toEqual([[1, undefined]]);
});

test('a row that may be stored is deleted even though it was never loaded', () => {
  expect(Table.unloaded<number>().delete(1).changes()).toEqual([[1, undefined]]);
});

test('forgetting what is stored keeps what is not', () => {
  const table = Table.empty<number>().set(1, 1).settled().set(2, 2).forgetStored();
  expect(table.changes()).toEqual([[2, 2]]);
  expect([table.isLoaded(1), table.isLoaded(2)]).toEqual([false, true]);
});

test('compacting drops the memory of deleted rows and nothing else', () => {
  let table = Table.empty<number>();
  for (let key = 0; key < 200; key++) table = table.set(key, key);
  for (let key = 0; key < 190; key++) table = table.delete(key);
  const compact = table.settled().compacted();
  expect([...compact.entries()].map(([key]) => key)).toEqual([
    190, 191, 192, 193, 194, 195, 196, 197, 198, 199,
  ]);
  expect(compact.get(5)).toBeUndefined();
});
