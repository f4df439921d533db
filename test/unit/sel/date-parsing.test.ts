// How dates, zones and dates as numbers are read; held to what Joda-Time 2.10 gives.

import { expect, test } from 'vitest';
import { evaluateRow } from '../../../src/sel/rows.ts';

const value = (expr: string): unknown => {
  const result = evaluateRow({ expr });
  if ('error' in result) return result.error;
  return 'refs' in result ? undefined : result.value;
};

const parsed = (pattern: string, text: string): unknown =>
  value(
    `DateTimeFormat.forPattern("${pattern}").withZone(DateTimeZone.UTC).parseDateTime("${text}")`,
  );

test.each([
  ['E', 'Wed', '2000-12-27T00:00:00.000Z'],
  ['w', '1', '2000-01-03T00:00:00.000Z'],
  ['xxxx', '1970', '1969-12-29T00:00:00.000Z'],
  ['M', '7', '2000-07-01T00:00:00.000Z'],
  ['CCyy', '1069', '1969-01-01T00:00:00.000Z'],
  ['CC', '19', '1900-01-01T00:00:00.000Z'],
  ['G', 'AD', '0001-01-01T00:00:00.000Z'],
  ['YYYY G', '44 BC', '-0043-01-01T00:00:00.000Z'],
  ['yy', '69', '1969-01-01T00:00:00.000Z'],
  ['yy', '44', '2044-01-01T00:00:00.000Z'],
  ['yyyyMM', '-000203', '-0002-03-01T00:00:00.000Z'],
  ['EEEE', 'FRIDAY', '2000-12-29T00:00:00.000Z'],
  ['HH z', '12 PST', '1970-01-01T20:00:00.000Z'],
  ['HH ZZZ', '12 Asia/Tokyo', '1970-01-01T03:00:00.000Z'],
])('%s reads %j as %s', (pattern, text, date) => {
  expect(parsed(pattern, text)).toBe(date);
});

test.each([
  ['E', 'wED'],
  ['h a', '1 pM'],
  ['C', '19'],
  ['HH ZZZ', '12 +09:00'],
  ['MMM', 'Sept'],
])('%s refuses %j', (pattern, text) => {
  expect(parsed(pattern, text)).toBe('eval');
});

test('a text is a date of whole milliseconds, by exact fractions', () => {
  expect(value("new DateTime('2024-02-09T12:34.5366', DateTimeZone.UTC)")).toBe(
    '2024-02-09T12:34:32.196Z',
  );
  expect(value("new DateTime('T', DateTimeZone.UTC)")).toBe('eval');
});

test('offsets may have seconds, which only the ISO text shows', () => {
  expect(value("new DateTime('1970-01-01T00:00:00+01:00:30', DateTimeZone.UTC)")).toBe(
    '1969-12-31T22:59:30.000Z',
  );
  const early = "new DateTime(-3000000000000, DateTimeZone.forID('America/New_York'))";
  expect(value(early)).toBe('1874-12-07T13:43:58.000-04:56:02');
  expect(value(`${early}.toString('ZZ')`)).toBe('-04:56');
});

test('abbreviations that mean several zones name none', () => {
  for (const id of ['PST', 'IST', 'CST', 'BST']) {
    expect(value(`DateTimeZone.forID('${id}')`)).toBe('eval');
  }
  expect(value("DateTimeZone.forID('EST')")).toBe('EST');
});

test.each([
  ["Util.dateIntToTs('2024022')", 1_706_832_000_000],
  ["Util.dateIntToTs('00010101')", -62_135_596_800_000],
  ["Util.incrementDateInt('2024022', 1)", '20240203'],
  ["Util.dateIntsBetween(20240101, 20240104, '2')", [20240101, 20240103]],
  ["Util.dateIntHourToTs('2024022', '05', 'UTC', 1, 1)", 1_708_315_200_000],
  ['Util.tsToDateInt(-62135596800000)', '00010101'],
])('%s is %j', (expr, wanted) => {
  expect(value(expr)).toEqual(wanted);
});

test.each(['20240230', '2024-02-29', '', ' 20240229', '-20240229', '20240229x'])(
  'the number %j is no date',
  (text) => {
    expect(value(`Util.dateIntToTs('${text}')`)).toBe('eval');
  },
);

const left = (duration: string): unknown =>
  value(`Util.timeoutForDateTimeDeadline(new DateTime(1700000000000), '${duration}')`);

test.each([
  ['2 days 3 hours', 183_600_000],
  ['1 day,2 hours', 93_600_000],
  ['1 day, 2 hours, and 3 minutes', 93_780_000],
  ['+1 week', 604_800_000],
  ['1 MINUTE and 5 milliseconds', 60_005],
  ['', 0],
])('%j are so many milliseconds', (duration, millis) => {
  expect(left(duration)).toBe(`${millis} milliseconds`);
});

test.each(['1 hour and 1 day', '1 day and 1 day', ' 1 day', '1  day', '1 day and', '1 month', '1'])(
  '%j is no duration',
  (duration) => {
    expect(left(duration)).toBe('eval');
  },
);

test('an offset in a pattern is read to its end: a part that begins has to be whole', () => {
  const parsed = (pattern: string, text: string): unknown => {
    const result = evaluateRow({
      expr: `DateTimeFormat.forPattern("${pattern}").withZone(DateTimeZone.UTC).parseDateTime('${text}')`,
    });
    return 'error' in result ? result.error : 'value' in result && result.value;
  };
  expect(parsed('yyyyZ', '2004+0530')).toBe('2003-12-31T18:30:00.000Z');
  expect(parsed('yyyyZ', '2004+05:30:15.5')).toBe('2003-12-31T18:29:44.500Z');
  expect(parsed('yyyyZ', '2004+053015123')).toBe('2003-12-31T18:29:44.877Z');
  expect(parsed('Ze', '+05451')).toBe('eval');
  expect(parsed('ZZ:EEEE', '-03:00:Friday')).toBe('eval');
  expect(parsed("Z'-'yyyy", 'Z-2004')).toBe('2004-01-01T00:00:00.000Z');
});

test('of two hours in a pattern the one within its half of the day counts', () => {
  const result = evaluateRow({
    expr: "DateTimeFormat.forPattern('KKK k').withZone(DateTimeZone.UTC).parseDateTime('001 14')",
  });
  expect(result).toMatchObject({ value: '1970-01-01T13:00:00.000Z' });
});
