// What evaluations may take.

import { expect, test } from 'vitest';
import { Allowance, TURN_NODES } from '../../../src/param/allowance.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';
import { evaluateWorkflowParams } from '../../../src/param/workflow-scope.ts';
import { definitions } from './definitions.ts';
import { context, dataOf } from './evaluations.ts';

const programs = new ProgramCache(selLanguage());
const loop = (rounds: number) => ({
  expression: `int x = 0; for (int i = 0; i < ${rounds}; i += 1) { x += 1; } return x;`,
  type: 'LONG',
});
const evaluate = (allowance: Allowance, json: Parameters<typeof definitions>[0]) =>
  evaluateWorkflowParams(definitions(json), dataOf({}), { ...context(), programs, allowance });

test('an allowance is spent by nodes, and by what failed as well', () => {
  const allowance = Allowance.ofTurn();
  expect(evaluate(allowance, { n: loop(100) }).kind).toBe('evaluated');
  expect(allowance.nodes).toBeLessThan(TURN_NODES);
  const { nodes } = allowance;
  expect(evaluate(allowance, { n: { expression: 'missing', type: 'LONG' } }).kind).toBe('failed');
  expect(evaluate(allowance, { n: { expression: '1 + 1 - "a"', type: 'LONG' } }).kind).toBe(
    'failed',
  );
  expect(allowance.nodes).toBeLessThan(nodes);
  expect(evaluate(allowance, { n: loop(20_000) })).toEqual({ kind: 'over-budget' });
  expect(allowance.nodes).toBe(0);
  expect(allowance.isLow).toBe(true);
});

test('the time of an allowance counts from its first evaluation', () => {
  let nowMs = 1_000;
  const allowance = Allowance.ofTurn(() => nowMs);
  nowMs = 2_000;
  expect(allowance.isLow).toBe(false);
  expect(evaluate(allowance, { n: loop(2_000) }).kind).toBe('evaluated');
  nowMs += 4;
  expect(allowance.isLow).toBe(true);
  expect(evaluate(allowance, { n: loop(2_000) })).toEqual({ kind: 'over-budget' });
});

test('what a whole allowance cuts short has failed, and is told so', () => {
  let nowMs = 0;
  const allowance = Allowance.whole(() => {
    nowMs += 100;
    return nowMs;
  });
  const evaluation = evaluate(allowance, {
    n: {
      expression: `int x = 0; ${'for (int i = 0; i < 20000; i += 1) { x += 1; }'.repeat(20)} return x;`,
      type: 'LONG',
    },
  });
  expect(evaluation).toMatchObject({
    kind: 'failed',
    problems: [{ path: 'params.n', rule: expect.stringContaining('takes too long') }],
  });
});
