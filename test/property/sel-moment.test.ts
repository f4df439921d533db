// Points in time against counts of milliseconds as whole numbers of any size; and far dates against near ones.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareMoments,
  DAY_MS,
  isCountable,
  later,
  millisOf,
  momentOf,
} from '../../src/sel/moment.ts';
import { evaluateRow } from '../../src/sel/rows.ts';

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test('a moment is the count of milliseconds that it was made of, and keeps its order', () => {
  fc.assert(
    fc.property(long, long, (a, b) => {
      expect(millisOf(momentOf(a))).toBe(a);
      expect(momentOf(a).millis).toBeGreaterThanOrEqual(0);
      expect(momentOf(a).millis).toBeLessThan(DAY_MS);
      expect(Math.sign(compareMoments(momentOf(a), momentOf(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('a later moment is the sum of two counts, and countable as long as 64 bits hold it', () => {
  fc.assert(
    fc.property(long, fc.maxSafeInteger(), (a, by) => {
      const sum = a + BigInt(by);
      expect(millisOf(later(momentOf(a), by))).toBe(sum);
      expect(isCountable(later(momentOf(a), by))).toBe(BigInt.asIntN(64, sum) === sum);
    }),
  );
});

/** The calendar begins anew after 400 years. */
const CYCLE_MS = 146_097n * BigInt(DAY_MS);
const year = (text: string): number => Number(/^-?\d+/.exec(text)?.[0]);

test('a date some thousands of years away shows the clocks of the same day in a later cycle of the calendar', () => {
  const zone = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC');
  const millis = fc.bigInt({ min: 13_569_465_600_000n, max: 26_192_246_400_000n - 1n });
  const shown = (count: bigint, id: string): string => {
    const expr = `new DateTime(m, DateTimeZone.forID('${id}')).toString()`;
    const result = evaluateRow({ expr, vars: { m: { type: 'LONG', value: String(count) } } });
    return 'value' in result ? String(result.value) : '';
  };
  fc.assert(
    fc.property(millis, fc.bigInt({ min: 1n, max: 700_000n }), zone, (near, cycles, id) => {
      const [here, there] = [shown(near, id), shown(near + cycles * CYCLE_MS, id)];
      expect(there.replace(/^\d+/, '')).toBe(here.replace(/^\d+/, ''));
      expect(year(there) - year(here)).toBe(Number(cycles) * 400);
    }),
  );
});
