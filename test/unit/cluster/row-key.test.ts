// Row keys: order, escaping, and that what is built can be taken apart.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterError } from '../../../cluster/core/errors.ts';
import {
  compareRowKeys,
  decodePart,
  encodePart,
  headKey,
  orderedNumber,
  parseEffectKey,
  parseOrderedNumber,
  PART_BYTES,
  parseTimerKey,
  prefixEnd,
  type RowKey,
  requirePart,
  effectKey,
  tablePrefix,
  tableRowKey,
  timerKey,
  timerLimit,
} from '../../../cluster/core/row-key.ts';

const natural = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test('numbers order as texts the way they order as numbers', () => {
  fc.assert(
    fc.property(natural, natural, (a, b) => {
      expect(orderedNumber(a) < orderedNumber(b)).toBe(a < b);
      expect(parseOrderedNumber(orderedNumber(a))).toBe(a);
    }),
  );
});

test('a part that holds separators comes back as it was', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(encodePart(text)).not.toContain('/');
      expect(decodePart(encodePart(text))).toBe(text);
    }),
  );
});

test("a table's keys are in the order in which its rows are stored", () => {
  const address = { kind: 'instance', key: 'w:1' };
  const key = fc.string({
    unit: fc.constantFrom('$', '%', '&', '-', '.', '/', '0', 'a', '😀', '\ue000'),
  });
  const inStore = (one: RowKey, other: RowKey): number => {
    const [a, b] = [tableRowKey(address, 'step', one), tableRowKey(address, 'step', other)];
    return a === b ? 0 : a < b ? -1 : 1;
  };
  for (const keys of [key, natural]) {
    fc.assert(
      fc.property(keys, keys, (one: RowKey, other: RowKey) => {
        expect(compareRowKeys(one, other)).toBe(inStore(one, other));
      }),
    );
  }
});

test('a text that is too long for a part of a key is refused with its path and the rule', () => {
  for (const fits of ['', 'x'.repeat(PART_BYTES), '/'.repeat(170), '€'.repeat(170)]) {
    expect(() => requirePart('to.key', fits)).not.toThrow();
  }
  for (const long of ['x'.repeat(PART_BYTES + 1), '/'.repeat(171), '€'.repeat(171)]) {
    expect(() => requirePart('to.key', long)).toThrow(ClusterError);
    expect(() => requirePart('to.key', long)).toThrow(
      /^to\.key must have at most 512 bytes as a part of a key, but has 51\d$/,
    );
  }
});

test('a timer row is found below its due time and not before it', () => {
  const address = { kind: 'instance', key: 'a/b:1' };
  const key = timerKey(1000, address, 'step/3');
  expect(parseTimerKey(key)).toEqual({ dueAtMs: 1000, address, name: 'step/3' });
  expect([key < timerLimit(999), key < timerLimit(1000)]).toEqual([false, true]);
});

test('an effect row names its actor and its id', () => {
  const address = { kind: 'instance', key: 'w:12' };
  expect(parseEffectKey(effectKey(address, 'launch/s%1'))).toEqual({ address, id: 'launch/s%1' });
});

test("an actor's tables lie in its prefix and its neighbours do not", () => {
  const address = { kind: 'instance', key: 'w:1' };
  const prefix = tablePrefix(address, 'step');
  const row = tableRowKey(address, 'step', 7);
  expect(row >= prefix && row < prefixEnd(prefix)).toBe(true);
  for (const other of [
    headKey(address),
    headKey({ kind: 'instance', key: 'w:10' }),
    tableRowKey({ kind: 'instance', key: 'w:10' }, 'step', 7),
  ]) {
    expect(other >= prefix && other < prefixEnd(prefix)).toBe(false);
  }
});
