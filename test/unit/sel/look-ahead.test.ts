// Patterns that look ahead at their end, in an engine that cannot: held to Node's own engine, which can.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateRow } from '../../../src/sel/rows.ts';

const replaced = (text: string, pattern: string): unknown =>
  evaluateRow({
    expr: "t.replaceAll(p, '-')",
    vars: { t: { type: 'STRING', value: text }, p: { type: 'STRING', value: pattern } },
  });

const BEFORE = ['', 'a', 'a+', 'a*?', '[ab]{1,2}', '(a|ab)', 'b?', '(?:ab)*'];
const AHEAD = ['a', 'b+', '[ab]c', '$', 'b|c', ''];

test('a look-ahead at the end matches what a backtracking engine matches', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }),
      fc.constantFrom(...BEFORE),
      fc.constantFrom(...AHEAD),
      (text, before, ahead) => {
        const pattern = `${before}(?=${ahead})`;
        const value = text.replaceAll(new RegExp(pattern, 'g'), '-');
        expect(replaced(text, pattern)).toEqual({ type: 'STRING', value });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('groups before the look-ahead keep their numbers', () => {
  const expr = "'foofoobar'.replaceAll('(fo)(o)(?=bar)', '$2$1')";
  expect(evaluateRow({ expr })).toEqual({ type: 'STRING', value: 'fooofobar' });
});

test('a look-ahead anywhere else, or a negative one, is refused', () => {
  for (const pattern of ['(?=a)b', 'a(?!b)', 'a(?=b)|c', '(a(?=b))']) {
    expect(replaced('ab', pattern)).toHaveProperty('error', 'eval');
  }
});
