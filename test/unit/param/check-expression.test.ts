// What is said of an expression without a workflow.

import { expect, test } from 'vitest';
import { checkExpression } from '../../../src/param/check-expression.ts';
import { Allowance } from '../../../src/param/allowance.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';
import { definitions } from './definitions.ts';

const programs = new ProgramCache(selLanguage());
const check = (source: string, params: Parameters<typeof definitions>[0] = {}) =>
  checkExpression(source, definitions(params), {
    nowMs: 0,
    random: () => 0.5,
    uuid: () => '',
    allowance: Allowance.ofTurn(),
    programs,
  });

test('the names an expression needs are told, and nothing is evaluated without them', () => {
  expect(check('total = x + y', { x: { value: 1 } })).toEqual({
    references: ['x', 'y'],
    value: undefined,
    problem: undefined,
  });
});

test('with every name given the value and its type are told, also of names that are expressions', () => {
  const params = { x: { value: 5 }, y: { expression: 'x * 2', type: 'LONG' } };
  expect(check('x + y', params)).toMatchObject({ value: { type: 'LONG', json: 15 } });
});

test('a problem is told with its place, whether it is of the text or of the run', () => {
  expect(check('1 +\n )')).toMatchObject({ problem: { class: 'parse', line: 2, column: 2 } });
  expect(check('1 / 0')).toMatchObject({ references: [], problem: { class: 'eval', line: 1 } });
  expect(check('while (true) { }')).toMatchObject({ problem: { class: 'nodes' } });
  expect(check('return null;')).toMatchObject({ problem: { class: 'eval' } });
});

test('parameters that have no values are told of, and stand for nothing else', () => {
  const circle = {
    x: { expression: 'y', type: 'LONG' },
    y: { expression: 'x', type: 'LONG' },
  };
  expect(check('x', circle)).toMatchObject({
    value: undefined,
    problem: { class: 'eval', message: expect.stringContaining('x → y → x') },
  });
  const slow = { x: { expression: 'while (true) { }', type: 'LONG' } };
  expect(check('x', slow)).toMatchObject({ problem: { class: 'nodes' } });
});
