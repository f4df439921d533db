// Numbers as text, powers, and String.format; held to what Java gives.

import { expect, test } from 'vitest';
import { power } from '../../../src/sel/power.ts';
import { evaluateRow } from '../../../src/sel/rows.ts';

const value = (expr: string): unknown => {
  const result = evaluateRow({ expr });
  if ('error' in result) return result.error;
  return 'refs' in result ? undefined : result.value;
};

test('a DOUBLE prints two digits at least, and the nearest ones', () => {
  expect(value("'' + 4.9e-324")).toBe('4.9E-324');
  expect(value("'' + 1e-323")).toBe('9.9E-324');
  expect(value("'' + 1e23")).toBe('1.0E23');
});

test.each([
  [1.1, 4, 1.4641000000000004],
  [5.666666666666667, 7, 187626.27937814363],
  [-33.333333333333336, 11, -5.6450292694767664e16],
  [34, 11, 7.0188843638032384e16],
  [31, -8, 1.1724827159637922e-12],
  [2, 0.5, Math.SQRT2],
  [7.73, -4.25, 0.00016797209961934466],
  [2, -1074, 5e-324],
  [10, 308, 1e308],
  [10, 309, Number.POSITIVE_INFINITY],
  [-2, 3, -8],
  [-8, 1 / 3, Number.NaN],
  [0, -1, Number.POSITIVE_INFINITY],
  [1.0000001, 1e9, 2.6881038582144647e43],
])('%d to the power of %d is %d to the last digit', (base, exponent, result) => {
  expect(power(base, exponent)).toBe(result);
});

test.each(['08', '019', '0x', '1_000', '09L'])('%s is no number', (text) => {
  expect(value(text)).toBe('parse');
});

test.each([
  ["'%g', 9.9999999", '10.0000'],
  ["'%.3g', 0.00099999", '0.00100'],
  ["'%h', 'hello'", '5e918d2'],
  ["'%H', -5", 'FFFFFFFB'],
  ["'%h', 0.0 / 0", '7ff80000'],
  ["'%8h|', true", '     4cf|'],
  ["'%a', -1.5", '-0x1.8p0'],
  ["'%.1a', 1.96875", '0x2.0p0'],
  ["'%012a', 1.0", '0x000001.0p0'],
  ["'%.3e', null", 'nul'],
  ["'%#.0f|%#.0e|%#.1f', 5.0, 5.0, 5.0", '5.|5.e+00|5.0'],
])('String.format(%s) is %s', (args, text) => {
  expect(value(`String.format(${args})`)).toBe(text);
});

test.each(["'%0$s', 1", "'%<n', 1", "'%<%', 1", "'%a', 1", "'%,a', 1.0"])(
  'String.format(%s) is refused',
  (args) => {
    expect(value(`String.format(${args})`)).toBe('eval');
  },
);

test('a loop may be left in its 25,001st round, and not begin another', () => {
  const loop = (last: number): string =>
    `int i = 0; while (true) { i += 1; if (i == ${last}) break; } return i;`;
  expect(value(loop(25_001))).toBe(25_001);
  expect(value(loop(25_002))).toBe('limit');
});
