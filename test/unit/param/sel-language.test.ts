// SEL as parameters use it. The language itself is covered by test/unit/sel, evaluation of parameters by its neighbours.

import { expect, test } from 'vitest';
import type { Surroundings } from '../../../src/param/language.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';

const surroundings: Surroundings = {
  read: (name) => (name === 'x' ? { type: 'LONG', value: 20n } : undefined),
  call: (name) => ({ kind: 'refused', message: `no ${name} here` }),
  nowMs: 0,
  random: () => 0.5,
  uuid: () => '00000000-0000-4000-8000-000000000000',
  nodes: 1_000,
  isOverdue: () => false,
};

function run(expression: string, given: Partial<Surroundings> = {}): unknown {
  const language = selLanguage();
  const compilation = language.compile(expression);
  if (compilation.kind === 'refused') return compilation.error.class;
  return language.evaluate(compilation.program, { ...surroundings, ...given });
}

test('an expression reads parameters and gives a value that a parameter can hold', () => {
  expect(run('x + 1')).toMatchObject({ kind: 'value', value: { type: 'LONG', value: 21n } });
});

test('null, nothing and a thrown text are no values, each said in words', () => {
  expect(run('return null;')).toMatchObject({ kind: 'no-value', what: 'null' });
  expect(run("throw 'too late';")).toMatchObject({
    kind: 'no-value',
    what: 'a thrown text: too late',
  });
});

test('a program that visits more nodes than it was given stops with the class that asks for more', () => {
  expect(run('a = 0; while (a < 100000) a = a + 1;')).toMatchObject({
    kind: 'failed',
    error: { class: 'nodes' },
  });
});

test('a refused program is told apart from one that fails, and a refused call fails it', () => {
  expect(run('1 +')).toBe('parse');
  expect(run("params.getFromStep('a')")).toMatchObject({
    kind: 'failed',
    error: { class: 'eval' },
  });
});
