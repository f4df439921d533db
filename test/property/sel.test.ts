// Arithmetic of programs against what it must be, for any numbers; and programs of nonsense, which never do worse than fail.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateRow } from '../../src/sel/rows.ts';

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const vars = (a: bigint, b: bigint) => ({
  a: { type: 'LONG', value: String(a) },
  b: { type: 'LONG', value: String(b) },
});
const plain = (value: bigint): number | string =>
  value > 2n ** 53n || value < -(2n ** 53n) ? String(value) : Number(value);

const OPERATORS: readonly (readonly [string, (a: bigint, b: bigint) => bigint])[] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
];

test.each(OPERATORS)(
  'LONG %s LONG is what whole numbers give, wrapped to 64 bits',
  (sign, exact) => {
    fc.assert(
      fc.property(long, long, (a, b) => {
        const result = evaluateRow({ expr: `a ${sign} b`, vars: vars(a, b) });
        if (b === 0n && (sign === '/' || sign === '%')) {
          expect(result).toHaveProperty('error', 'eval');
          return;
        }
        const value = plain(BigInt.asIntN(64, exact(a, b)));
        expect(result).toEqual({ type: 'LONG', value });
      }),
    );
  },
);

test('LONGs are ordered and equal as whole numbers are', () => {
  fc.assert(
    fc.property(long, fc.oneof(long, fc.constant(undefined)), (a, other) => {
      const b = other ?? a;
      const value = (expr: string): unknown => evaluateRow({ expr, vars: vars(a, b) });
      expect(value('a < b')).toMatchObject({ value: a < b });
      expect(value('a >= b')).toMatchObject({ value: a >= b });
      expect(value('a == b')).toMatchObject({ value: a === b });
    }),
  );
});

test('DOUBLE arithmetic is that of IEEE 754, to the bit', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
      const input = (value: number) => ({
        type: 'DOUBLE',
        value: Number.isFinite(value) ? value : String(value),
      });
      const sum = evaluateRow({ expr: 'a * b + a', vars: { a: input(a), b: input(b) } });
      const exact = a * b + a;
      expect(sum).toMatchObject({ value: Number.isFinite(exact) ? exact : String(exact) });
    }),
  );
});

const PIECES = [
  ...['a', 'b', 'params', 'String', 'Math', 'DateTime', 'Util', 'new', 'return', 'if', 'for'],
  ...[
    'while',
    'throw',
    'int',
    'x',
    '1',
    '2.5',
    "'t'",
    'true',
    'null',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '=',
    '==',
    '<',
    '&&',
    '||',
    '?',
    ':',
    ';',
    ',',
    '.',
    '!',
    '$',
    '#',
    '\\',
  ],
];

test('a program of any pieces gives a value or one of three kinds of failure, and nothing is thrown', () => {
  const program = fc.array(fc.constantFrom(...PIECES), { maxLength: 25 });
  fc.assert(
    fc.property(program, (pieces) => {
      const result = evaluateRow({ expr: pieces.join(' '), vars: vars(1n, 2n) });
      if ('error' in result) expect(['parse', 'eval', 'limit']).toContain(result.error);
      else expect(result).toHaveProperty('type');
    }),
    { numRuns: 2_000 },
  );
});
