// Patterns follow Java's rules, and whatever a pattern does is counted.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, evaluate } from '../../../src/sel/program.ts';
import { TURN_NODES } from '../../../src/param/allowance.ts';
import { DEFAULT_LIMITS } from '../../../src/sel/limits.ts';
import { evaluateRow, type RowResult } from '../../../src/sel/rows.ts';

const inputs = (texts: { readonly [name: string]: string }) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, { type: 'STRING', value }]),
  );

const replaced = (text: string, pattern: string, by = '-'): RowResult =>
  evaluateRow({ expr: 't.replaceAll(p, b)', vars: inputs({ t: text, p: pattern, b: by }) });

const ATOMS = ['a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '(a)', '(?:a|b)', '(?=a)', '(?!b)'];
const MORE_ATOMS = ['(?<=a)', '(?<!b)', '^', '$', '\\b', 'c', '(a|bc)', '(?i)B'];
const REPEATS = ['', '', '', '*', '+', '?', '*?', '+?', '{1,2}'];

test('a pattern that Node reads the same way matches what it matches there', () => {
  const piece = fc
    .tuple(fc.constantFrom(...ATOMS, ...MORE_ATOMS), fc.constantFrom(...REPEATS))
    .map(([atom, repeat]) => (/^(?:\(\?<?[=!i]|[\^$]|\\b)/.test(atom) ? atom : atom + repeat));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), maxLength: 10 }),
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      (text, pieces) => {
        const pattern = pieces.filter((found) => found !== '(?i)B').join('');
        const value = text.replaceAll(new RegExp(pattern, 'g'), '-');
        expect(replaced(text, pattern)).toEqual({ type: 'STRING', value });
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  ['aabbcc', '(?i)A[^a]', 'a-bcc'],
  ['aAbB', '(?i)[^B]', '--bB'],
  ['aAbB', '(?i)[a&&[^B]]', '--bB'],
  ['aAbB', '(?i)[A-B]', '----'],
  ['aAbB', '(?i)\\QA\\E', '--bB'],
  ['aA1', '(?i)\\p{Upper}', '--1'],
  ['aA1', '(?i)\\P{Upper}', 'aA-'],
  ['éÉ1', '(?i)\\p{Lu}', '--1'],
  ['éÉ1', '(?i)é', '-É1'],
  ['éÉ1', '(?iu)é', '--1'],
])('%s, where case does not count, and %s', (text, pattern, result) => {
  expect(replaced(text, pattern)).toEqual({ type: 'STRING', value: result });
});

test.each([
  ['aabb', '(.)\\1', '<$1>', '<a><b>'],
  ['2024-02', '(?<y>\\d+)-(?<m>\\d+)', '${m}/${y}', '02/2024'],
  ['aaab', 'a++b', 'x', 'x'],
  ['aaa', 'a++a', 'x', 'aaa'],
  ['foobar', '(?<=foo)bar', 'X', 'fooX'],
  ['a-B_9', '\\p{Alpha}|\\p{Punct}', '.', '....9'],
  ['aéß', '\\p{L}', 'x', 'xxx'],
  ['abc', '[a-c&&[^b]]', 'x', 'xbx'],
  ['abcz', '[a[x-z]]', '-', '-bc-'],
  ['a.b', '\\Q.\\E', '!', 'a!b'],
  ['a\u00a0b\tc', '\\h', '_', 'a_b_c'],
  ['a\r\nb\nc', '\\R', '|', 'a|b|c'],
  ['ab\n', '$', '.', 'ab.\n.'],
  ['a\rb', '.', 'x', 'x\rx'],
  ['a b', '(?x) a \\s b # both', 'x', 'x'],
  ['aAa', '(?i:a)A', 'x', 'xa'],
  ['A', '\\x41|\\u0042|\\0103', 'x', 'x'],
])('%j with every %j as %j is %j', (text, pattern, by, value) => {
  expect(replaced(text, pattern, by)).toEqual({ type: 'STRING', value });
});

test.each([
  '(',
  '[a',
  '*a',
  'a**',
  '{',
  'a{',
  'a{,2}',
  'a{2,1}',
  '\\y',
  '(?<=a*)b',
  '\\p{Nope}',
  ')',
])('the pattern %j is refused', (pattern) => {
  expect(replaced('ab', pattern)).toHaveProperty('error', 'eval');
});

test('a replacement that means nothing fails only where something is replaced', () => {
  expect(replaced('abc', 'x', '$')).toEqual({ type: 'STRING', value: 'abc' });
  for (const by of ['$', '$1', '\\', '${no}', '$x']) {
    expect(replaced('abc', 'b', by)).toHaveProperty('error', 'eval');
  }
});

test('a pattern with exponentially many ways takes time linear in the text', () => {
  const text = `${'a'.repeat(2_000)}!`;
  const startedAt = performance.now();
  expect(replaced(text, '(a+)+b')).toEqual({ type: 'STRING', value: text });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test.each([
  "String s = 'a'; for (int i = 0; i < 12; i += 1) s += s; s.replaceAll('(a*)*[bc]', 'x')",
  "String s = 'a'; for (int i = 0; i < 12; i += 1) s += s; s.split('(?:a|aa)+(?=b)')",
  "String p = 'a?'; for (int i = 0; i < 12; i += 1) p += p; 'x'.split(p)",
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replaceAll('(a+)+(?!a)b', 'x')",
])('the work of a pattern ends a turn: %s', (source) => {
  const compiled = compile(source);
  if (compiled.kind === 'refused') throw new Error(compiled.error.message);
  const outcome = evaluate(compiled.program, {
    read: () => undefined,
    nowMs: () => 0,
    random: () => 0,
    uuid: () => '',
    limits: { ...DEFAULT_LIMITS, visitedNodes: TURN_NODES },
  });
  expect(outcome).toMatchObject({ kind: 'failed', error: { limit: 'visited-nodes' } });
});

test('a pattern cannot nest deeper than its reader', () => {
  for (const piece of ['(', '[a', '(?=']) {
    expect(replaced('x', piece.repeat(5_000))).toHaveProperty('error', 'limit');
  }
});
