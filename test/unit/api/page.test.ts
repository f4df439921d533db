// Pages of numbered things, newest first.

import { expect, test } from 'vitest';
import { numberedPage, stretchOf } from '../../../src/api/page.ts';

test('a page begins at the newest, and goes on below its cursor', () => {
  expect(stretchOf({ limit: 2 }, 5)).toEqual({ from: 4, to: 5 });
  expect(stretchOf({ limit: 2, cursor: '4' }, 5)).toEqual({ from: 2, to: 3 });
  expect(stretchOf({ limit: 2, cursor: '2' }, 5)).toEqual({ from: 1, to: 1 });
});

test('backwards it begins at the oldest, and goes on above its cursor', () => {
  expect(stretchOf({ limit: 2, backwards: true }, 5)).toEqual({ from: 1, to: 2 });
  expect(stretchOf({ limit: 2, backwards: true, cursor: '4' }, 5)).toEqual({ from: 5, to: 5 });
});

test('a page says whether there is more on either side', () => {
  const page = numberedPage({ from: 2, to: 3 }, 5, [[3, { n: 3 }]]);
  expect(page).toMatchObject({ start: '3', end: '2', hasPrevious: true, hasNext: true, total: 5 });
  const empty = numberedPage(stretchOf({ limit: 3 }, 0), 0, []);
  expect(empty).toMatchObject({ start: undefined, hasPrevious: false, hasNext: false });
});

test('a cursor that is not a number is refused', () => {
  expect(() => stretchOf({ limit: 2, cursor: 'x' }, 5)).toThrow(/cursor/);
});
