// Rows as bytes: what comes back, and what damage does.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRow, encodeRow } from '../../../cluster/adapter/row-codec.ts';
import type { Plain } from '../../../cluster/core/plain.ts';

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string(),
  fc.double({ noNaN: true }),
  fc.constant(-0),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('plain')),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('plain'),
      {
        noNullPrototype: true,
      },
    ),
  ),
}));

test('a row comes back as it was written, with numbers, whole and big ones told apart', () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(decodeRow(encodeRow(value))).toEqual(value);
    }),
  );
});

test('a row without a negative zero is written as it was before those were kept', () => {
  expect(encodeRow({ zero: 0, list: [1.5] })[0]).toBe(1);
  expect(encodeRow({ zero: 0, list: [-0] })[0]).toBe(2);
});

test('fields without a value are not written', () => {
  expect(decodeRow(encodeRow({ a: 1, b: undefined }))).toStrictEqual({ a: 1 });
});

test('a row with any one bit changed is reported as damaged or as newer, never returned', () => {
  const bytes = encodeRow({ status: 'SUCCEEDED', times: [1, 2, 3] });
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const damaged = Uint8Array.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeRow(damaged)).toThrow(/checksum|newer version/);
    }),
  );
});

test('a row that was cut short is reported as damaged', () => {
  const bytes = encodeRow('a text of some length');
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeRow(bytes.slice(0, length))).toThrow(/too short|checksum/);
  }
});
