// Bodies in YAML: what JSON cannot say is refused, and no text holds the node up.

import { expect, test } from 'vitest';
import { Body } from '../../../src/api/rest/body.ts';

const bodyOf = (text: string) => new Body(new TextEncoder().encode(text), 'application/yaml');

test.each([
  ['an object inside of itself', 'workflow: &w\n  id: w\n  self: *w', '*w must not stand inside'],
  ['a list inside of itself', 'tags: &l [*l, *l]', '*l must not stand inside'],
  ['a key given twice', 'a: 1\nb: {c: 1, c: 2}', 'the key c must be given once at line 2'],
  ['keys that read alike', '5: 1\n"5": 2', 'the key 5 must be given once'],
  ['a key that is a list', '? [a]\n: 1', 'keys'],
  ['a key that is an alias of a list', 'a: &k [1]\n*k : 2', 'keys'],
  ['bytes', 'a: !!binary aGk=', 'Unresolved tag'],
  ['a tag of its own', 'a: !own x', 'Unresolved tag'],
  ['a number that is none', 'a: 1\nb: .nan', 'a number must be finite, not NaN, at line 2'],
  ['a number without end', 'a: 1e999', 'a number must be finite'],
  ['lists that lie too deep', '['.repeat(20_000), 'too many objects and lists'],
])('%s is refused', (_what, text, why) => {
  for (const read of [() => bodyOf(text).value(), () => bodyOf(text).yaml()]) {
    expect(read).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(read).toThrow(`the body is not YAML: `);
    expect(read).toThrow(why);
  }
});

test('what is named once and used twice is read as if it were written twice', () => {
  expect(bodyOf('a: &n [1]\nb: [*n, *n]').value()).toEqual({ a: [1], b: [[1], [1]] });
});

test.each([
  ['keys of keys', '? '.repeat(600)],
  ['many keys', Array.from({ length: 20_000 }, (_, at) => `p${at}: 1\n`).join('')],
  ['a long text', `a: 1 ${'# more\n'.repeat(600_000)}`],
])('%s do not hold the node up', (_what, text) => {
  const begin = performance.now();
  try {
    bodyOf(text).yaml();
  } catch {
    // Refused or read: only how long it takes matters here.
  }
  expect(performance.now() - begin).toBeLessThan(4_000);
});
