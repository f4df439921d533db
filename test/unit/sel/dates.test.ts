// Dates, zones and Util in programs: one example per rule. The corpus of programs is run by the conformance script.

import { expect, test } from 'vitest';
import { evaluateRow } from '../../../src/sel/rows.ts';

const value = (expr: string): unknown => {
  const result = evaluateRow({ expr });
  return 'value' in result ? result.value : result;
};
const failure = (expr: string): unknown => {
  const result = evaluateRow({ expr });
  return 'error' in result ? result.error : result;
};

const at = (...parts: readonly (number | string)[]): string => {
  const zone = parts.at(-1);
  return `new DateTime(${parts.slice(0, -1).join(', ')}, DateTimeZone.forID('${zone}'))`;
};

test('a date is shown as ISO 8601 with milliseconds and the offset of its zone', () => {
  expect(value(at(2024, 1, 31, 15, 30, 0, 0, 'Asia/Kolkata'))).toBe(
    '2024-01-31T15:30:00.000+05:30',
  );
  expect(value("new DateTime('2020-W53-7', DateTimeZone.UTC)")).toBe('2021-01-03T00:00:00.000Z');
});

test('months and years clip the day, days keep the time on the wall', () => {
  expect(value(`${at(2024, 1, 31, 0, 0, 0, 0, 'UTC')}.plusMonths(1)`)).toBe(
    '2024-02-29T00:00:00.000Z',
  );
  expect(value(`${at(2024, 3, 9, 2, 30, 0, 0, 'America/New_York')}.plusDays(1)`)).toBe(
    '2024-03-10T03:30:00.000-04:00',
  );
});

test('a time that the clocks skip is refused where it is written', () => {
  expect(failure(at(2024, 3, 31, 2, 30, 0, 0, 'Europe/Berlin'))).toBe('eval');
});

test('a time that the clocks repeat is the earlier one, and a change keeps its offset', () => {
  const second = `${at(2024, 10, 27, 1, 45, 0, 0, 'Europe/Berlin')}.plusHours(2)`;
  expect(value(at(2024, 10, 27, 2, 45, 0, 0, 'Europe/Berlin'))).toBe(
    '2024-10-27T02:45:00.000+02:00',
  );
  expect(value(`${second}.withMinuteOfHour(15)`)).toBe('2024-10-27T02:15:00.000+01:00');
  for (const nothing of ['plusYears', 'minusMonths', 'plusWeeks', 'minusDays', 'plusHours']) {
    expect(value(`${second}.${nothing}(0)`)).toBe('2024-10-27T02:45:00.000+01:00');
  }
});

test('a century is that of the year without its sign', () => {
  const century = (year: string): unknown =>
    value(`new DateTime('${year}-06-01T00:00:00Z').toString('C YYYY G')`);
  expect(['2024', '0000', '-0099', '-0100'].map(century)).toEqual([
    '20 2024 AD',
    '0 0001 BC',
    '0 0100 BC',
    '1 0101 BC',
  ]);
});

test('a day that begins with a gap begins after it', () => {
  const noon = at(2018, 11, 4, 12, 0, 0, 0, 'America/Sao_Paulo');
  expect(value(`${noon}.withTimeAtStartOfDay()`)).toBe('2018-11-04T01:00:00.000-02:00');
});

test('patterns print and parse, and refuse letters without a meaning', () => {
  const forPattern = (pattern: string): string =>
    `DateTimeFormat.forPattern("${pattern}").withZone(DateTimeZone.UTC)`;
  expect(value(`${forPattern("EEE, d MMM yyyy 'at' hh:mm a")}.print(1709210096789)`)).toBe(
    'Thu, 29 Feb 2024 at 12:34 PM',
  );
  expect(value(`${forPattern("xxxx-'W'ww-e")}.parseDateTime('2020-W53-5')`)).toBe(
    '2021-01-01T00:00:00.000Z',
  );
  expect(failure(`${forPattern('yyyy-qq')}.print(0)`)).toBe('eval');
});

test('Util counts dates of the form yyyymmdd, forwards and backwards', () => {
  expect(value('Util.incrementDateInt(20240228, 2)')).toBe('20240301');
  expect(value('Util.dateIntsBetween(20240228, 20240302, 1)')).toEqual([
    20240228, 20240229, 20240301,
  ]);
  expect(value('Util.dateIntsBetween(20240105, 20240103, -1)')).toEqual([20240104, 20240103]);
  expect(failure('Util.dateIntToTs(20230229)')).toBe('eval');
});

test('String.format rounds half up and refuses a value of another type', () => {
  expect(value("String.format('%05d|%-4s|%.1f|%x', -42, 'ab', 0.25, 255)")).toBe(
    '-0042|ab  |0.3|ff',
  );
  expect(failure("String.format('%d', 1.5)")).toBe('eval');
  expect(failure("String.format('%999999999d', 1)")).toBe('eval');
});

const inZone = (zone: string, date: string, call: string): string =>
  `new DateTime('${date}', DateTimeZone.forID('${zone}')).${call}`;

test.each([
  [inZone('America/New_York', '2024-03-09T02:30', 'withDayOfMonth(10)'), '2024-03-10T03:30'],
  [inZone('America/New_York', '2024-04-10T02:30', 'withMonthOfYear(3)'), '2024-03-10T03:30'],
  [inZone('Europe/London', '2023-03-31T01:15', 'withYear(2024)'), '2024-03-31T02:15'],
  [
    inZone('America/Sao_Paulo', '2018-11-04T01:30', 'hourOfDay().withMinimumValue()'),
    '2018-11-04T01:00',
  ],
])(
  'a field set to a time that is left out moves it forward when it keeps its value: %s',
  (expr, local) => {
    expect(value(expr)).toContain(local);
  },
);

test('a field set to a time that is left out is refused when it would have another value', () => {
  const expr = inZone('America/New_York', '2024-03-10T01:30', 'withHourOfDay(2)');
  expect(failure(expr)).toBe('eval');
});

test('dates reach as far as 64 bits of milliseconds, and not a millisecond further', () => {
  const last = 'new DateTime(9223372036854775807, DateTimeZone.UTC)';
  expect(value(last)).toBe('292278994-08-17T07:12:55.807Z');
  expect(value(`${last}.getMillis()`)).toBe('9223372036854775807');
  expect(failure(`${last}.plusMillis(1)`)).toBe('eval');
  const first = 'new DateTime(-9223372036854775807 - 1, DateTimeZone.UTC)';
  expect(value(first)).toBe('-292275055-05-16T16:47:04.192Z');
  expect(failure(`${first}.minusMillis(1)`)).toBe('eval');
  expect(
    value(`${at(2024, 10, 15, 20, 20, 20, 20, 'Asia/Tokyo')}.weekyear().withMaximumValue()`),
  ).toBe('292278993-10-15T20:20:20.020+09:00');
});

test('a year is written, or reached by years, only if all of it are dates', () => {
  const last = '292278993-01-01';
  expect(value(`new DateTime('${last}', DateTimeZone.UTC).getYear()`)).toBe(292_278_993);
  expect(failure(`new DateTime('${last}', DateTimeZone.UTC).plusYears(1)`)).toBe('eval');
  expect(failure("new DateTime('292278994-01-01', DateTimeZone.UTC)")).toBe('eval');
  expect(failure("new DateTime('-292275055-12-01', DateTimeZone.UTC)")).toBe('eval');
});

test('clocks go forward and back in far years as they do in near ones', () => {
  const offset = (when: string): unknown =>
    value(
      `DateTimeZone.forID('America/New_York').getOffset(new DateTime('${when}', DateTimeZone.UTC))`,
    );
  expect(offset('20240229-07-01')).toBe(-4 * 3_600_000);
  expect(offset('20240229-01-01')).toBe(-5 * 3_600_000);
  expect(offset('-20240229-07-01')).toBe(-17_762_000);
  expect(offset('292278992-07-01')).toBe(-4 * 3_600_000);
  expect(offset('292278993-07-01')).toBe(-5 * 3_600_000);
});

test('days between two dates are whole, counted from the first, and fit 32 bits', () => {
  const between = (first: string, second: string): string =>
    `Days.daysBetween(new DateTime('${first}', DateTimeZone.UTC), new DateTime('${second}', DateTimeZone.UTC)).getDays()`;
  expect(value(between('2024-01-01T12:00', '2024-01-03T11:59'))).toBe(1);
  expect(value(between('2024-01-03T12:00', '2024-01-01T12:01'))).toBe(-1);
  expect(value(between('2024-01-03T12:00', '2024-01-01T12:00'))).toBe(-2);
  expect(value(between('1970-01-01', '5881580-07-11'))).toBe(2_147_483_647);
  expect(failure(between('1970-01-01', '5881580-07-12'))).toBe('eval');
});

test('a zone may be an offset, as exact as a millisecond, whose parts are whole', () => {
  expect(value("DateTimeZone.forID('+05:30:15.123')")).toBe('+05:30:15.123');
  expect(value("DateTimeZone.forID('-0330')")).toBe('-03:30');
  for (const id of ['+05301', '+5:30', '+05:30:1', '+24:00', '+05:', '+0530x']) {
    expect(failure(`DateTimeZone.forID('${id}')`), id).toBe('eval');
  }
});
