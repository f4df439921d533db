// What a variable that was declared and never set can still do, and what nothing means as an argument.

import { expect, test } from 'vitest';
import { evaluateRow } from '../../../src/sel/rows.ts';

const value = (expr: string): unknown => {
  const result = evaluateRow({ expr });
  if ('error' in result) return result.error;
  return 'refs' in result ? undefined : result.value;
};

test.each([
  ['String s; s.format("%d", 1)', '1'],
  ['String s; s.valueOf(1)', '1'],
  ['String s; s.join("-", "a", s)', 'a-null'],
  ['String s; new Boolean(s)', false],
  ['Map m; m.size()', 0],
  ['Map m; m.containsKey("a")', false],
  ['DateTimeZone z; "" + z.forID("UTC")', 'UTC'],
  ['DateTimeZone z; "" + z.UTC', 'UTC'],
  ['DateTimeFormatter f; f.forPattern("MM").print(0)', '01'],
  ['Days d; d.daysBetween(new DateTime(0), new DateTime(86400000)).getDays()', 1],
  ['DateTime d; d.parse("2020", DateTimeFormat.forPattern("yyyy")).getYear()', 2020],
  ['UUID u; u.randomUUID().toString().length()', 36],
])('%s is what the class gives', (expr, wanted) => {
  expect(value(expr)).toBe(wanted);
});

test.each(['String s; s.length()', 'Map m; m.get("a")', 'Map m; m.put("a", 1)', 'UUID u; u.x()'])(
  '%s fails, because there is no value',
  (expr) => {
    expect(value(expr)).toBe('eval');
  },
);

test('values offer what their class offers', () => {
  expect(value('"" + DateTimeZone.UTC.forID("Asia/Tokyo")')).toBe('Asia/Tokyo');
  expect(value('DateTimeFormat.forPattern("yyyy").forPattern("MM").print(0)')).toBe('01');
});

test('nothing stands for the present moment, for UTC and for no pattern', () => {
  const now = 1_700_000_000_000;
  expect(value('new DateTime(null).getMillis()')).toBe(now);
  expect(value('new DateTime(null, DateTimeZone.forID("Asia/Tokyo")).getMillis()')).toBe(now);
  expect(value('"" + new DateTime(0, DateTimeZone.forID("Asia/Tokyo")).withZone(null)')).toBe(
    '1970-01-01T00:00:00.000Z',
  );
  expect(value('new DateTime(0).toString(null)')).toBe('1970-01-01T00:00:00.000Z');
});
