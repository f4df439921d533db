import { describe, expect, it } from 'vitest';
import { NO_PARAMS } from '../../../src/definition/param-definition.ts';
import { NOTHING_EVALUATED } from '../../../src/param/own-params.ts';
import type { ParamData } from '../../../src/param/param-data.ts';
import { NO_PARAMETERS, parametersToJson } from '../../../src/param/parameter.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';
import { WorkflowParams, evaluateWorkflowParams } from '../../../src/param/workflow-scope.ts';
import { definitions } from './definitions.ts';
import { INSTANCE, NOON, PROGRAMS, context, dataOf, evaluateWorkflow } from './evaluations.ts';

describe('evaluateWorkflowParams', () => {
  it('costs nothing without parameters', () => {
    expect(evaluateWorkflowParams(NO_PARAMS, dataOf({}), context())).toBe(NOTHING_EVALUATED);
  });

  it('evaluates every type, as a literal and as an expression', () => {
    expect(
      evaluateWorkflow({
        l: { value: 42 },
        big: { value: 9223372036854775807n },
        d: { value: 2, type: 'DOUBLE' },
        b: { value: true },
        sm: { value: { k: 'v' } },
        la: { value: [1, 2] },
        da: { value: [0.5] },
        ba: { value: [true] },
        m: { value: { one: { value: 1 }, deep: { value: { x: { expression: "'t' + 'wo'" } } } } },
        es: { expression: "'a' + 'b'" },
        el: { expression: '1 + 2', type: 'LONG' },
      }).values,
    ).toEqual({
      l: 42,
      big: 9223372036854775807n,
      d: 2,
      b: true,
      sm: { k: 'v' },
      la: [1, 2],
      da: [0.5],
      ba: [true],
      m: { one: 1, deep: { x: 'two' } },
      es: 'ab',
      el: 3,
    });
  });

  it('converts results to the declared type and notes it', () => {
    const { parameters, values } = evaluateWorkflow({
      s: { expression: '1 + 2', type: 'STRING' },
      l: { expression: "'12'", type: 'LONG' },
      b: { expression: "'TRUE'", type: 'BOOLEAN' },
      d: { expression: '5', type: 'DOUBLE' },
      d2: { expression: "'2.5'", type: 'DOUBLE' },
    });
    expect(values).toEqual({ s: '3', l: 12, b: true, d: 5, d2: 2.5 });
    const shown = parametersToJson(parameters);
    expect(shown['s']).toHaveProperty('info');
    expect(shown['l']).toHaveProperty('warn');
    expect(shown['d']).not.toHaveProperty('info');
  });

  it.each([
    ['1.5', 'LONG'],
    ["'many'", 'LONG'],
    ["'yes'", 'BOOLEAN'],
    ['1', 'BOOLEAN'],
    ['1', 'LONG_ARRAY'],
    ['1', 'MAP'],
    ['1', 'STRING_MAP'],
    ['true', 'DOUBLE'],
  ])('refuses %s for a %s', (expression, type) => {
    const { problems } = evaluateWorkflow({ x: { expression, type } });
    expect(problems).toMatchObject([{ path: 'params.x', rule: `evaluate to ${type}` }]);
  });

  it('evaluates in order, and ahead of it where one parameter needs another', () => {
    const { parameters, values } = evaluateWorkflow({
      sum: { expression: 'b + a', type: 'LONG' },
      a: { expression: 'b + 1', type: 'LONG' },
      b: { value: 1 },
    });
    expect(values).toEqual({ sum: 3, a: 2, b: 1 });
    expect([...parameters.keys()]).toEqual(['sum', 'a', 'b']);
  });

  it('evaluates each parameter once', () => {
    const { values } = evaluateWorkflow({
      copy: { value: '$id' },
      id: { expression: 'UUID.randomUUID().toString()' },
      again: { value: '$id' },
    });
    expect(values['copy']).toBe('uuid-1');
    expect(values).toEqual({ copy: 'uuid-1', id: 'uuid-1', again: 'uuid-1' });
  });

  it('names the circle of parameters that need one another, once', () => {
    const { problems } = evaluateWorkflow({
      p: { expression: 'q', type: 'LONG' },
      q: { value: '${r}' },
      r: { expression: 'p', type: 'LONG' },
      fine: { value: 1 },
    });
    expect(problems).toMatchObject([{ path: 'params.p', rule: 'not need itself: p → q → r → p' }]);
  });

  it('stops at references too long to follow instead of overflowing', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`p${index}`, { value: `$p${index + 1}` }]),
    );
    const { problems } = evaluateWorkflow({ ...chain, p5000: { value: 'end' } });
    expect(problems.length).toBeGreaterThan(0);
  });

  it('reports each failure where it began', () => {
    const { problems } = evaluateWorkflow({
      a: { expression: 'nowhere', type: 'LONG' },
      b: { value: '${nobody}' },
      c: { expression: 'a', type: 'LONG' },
      m: { value: { deep: { value: { x: { expression: 'nothing', type: 'LONG' } } } } },
    });
    expect(problems.map((problem) => problem.path)).toEqual([
      'params.a',
      'params.b',
      'params.m.value.deep.value.x',
    ]);
  });

  it('tells where an expression is wrong', () => {
    const { problems } = evaluateWorkflow({ x: { expression: '1 +', type: 'LONG' } });
    expect(problems).toMatchObject([{ path: 'params.x', found: 'string "1 +"' }]);
  });

  it('interpolates texts, items, keys and values', () => {
    expect(
      evaluateWorkflow({
        n: { value: 3 },
        name: { value: 'bob' },
        plain: { value: 'hi $name, ${n}!' },
        escaped: { value: '$$name costs $$5' },
        list: { value: ['$name', 'x${n}'] },
        dict: { value: { $name: '${n}' } },
      }).values,
    ).toMatchObject({
      plain: 'hi bob, 3!',
      escaped: '$name costs $5',
      list: ['bob', 'x3'],
      dict: { bob: '3' },
    });
  });

  it('refuses keys that become one', () => {
    const { problems } = evaluateWorkflow({ a: { value: 'k' }, m: { value: { k: '1', $a: '2' } } });
    expect(problems.map((problem) => problem.path)).toEqual(['params.m']);
  });

  it('sees through params only what the expression names', () => {
    expect(
      evaluateWorkflow({
        word: { value: 'w' },
        blind: { expression: "params.get('word') + 'x'" },
        seeing: { expression: "params.get('word') + word" },
      }).values,
    ).toMatchObject({ blind: 'nullx', seeing: 'ww' });
  });

  it('reads signals by name, and functions of params', () => {
    const data: Partial<ParamData> = {
      signals: { initiator: { orders: { day: 5n, who: 'ann' } }, dependencies: [] },
    };
    expect(
      evaluateWorkflow(
        {
          day: { expression: 'orders__day + 1', type: 'LONG' },
          who: { value: 'by ${orders__who}' },
          any: { expression: "params.getFromSignal('who')" },
          other: { expression: "params.getFromSignalOrDefault('orders', 'none', 'nobody')" },
          owner2: { expression: "params.getFromInstance('owner')" },
        },
        data,
      ).values,
    ).toEqual({ day: 6, who: 'by ann', any: 'ann', other: 'nobody', owner2: 'tester' });
  });

  it('refuses functions that do not apply', () => {
    const { problems } = evaluateWorkflow({
      a: { expression: "params.getFromStep('step_id')" },
      b: { expression: "params.getFromSignal('who')" },
      c: { expression: "params.getFromInstance('nothing')" },
      d: { expression: 'orders__day', type: 'LONG' },
    });
    expect(problems.map((problem) => problem.path)).toEqual([
      'params.a',
      'params.b',
      'params.c',
      'params.d',
    ]);
  });

  it('refuses parameters that are too large together', () => {
    const half = { value: 'x'.repeat(200_000) };
    expect(evaluateWorkflow({ a: half }).problems).toEqual([]);
    expect(evaluateWorkflow({ a: half, b: half }).problems).toMatchObject([{ path: 'params' }]);
  });

  it('stops texts that double without end', () => {
    const doubling = Array.from({ length: 60 }, (_, index): [string, object] => [
      `p${index + 1}`,
      { value: `$p${index}$p${index}` },
    ]);
    const { problems } = evaluateWorkflow({ p0: { value: 'x' }, ...Object.fromEntries(doubling) });
    expect(problems.length).toBeGreaterThan(0);
    const many = { a: { value: 'x'.repeat(1000) }, b: { value: '$a'.repeat(50_000) } };
    expect(evaluateWorkflow(many).problems).toMatchObject([{ path: 'params.b' }]);
  });

  it('gives out whole numbers that hardly come twice, made of the UUIDs of its context', () => {
    const uuids = ['ffffffff-ffff-4fff-bfff-ffffffffffff', '00000000-0000-4000-8000-000000000001'];
    const params = definitions({
      a: { expression: 'params.nextUniqueId()', type: 'LONG' },
      b: { expression: 'params.nextUniqueId()', type: 'LONG' },
    });
    const programs = new ProgramCache(selLanguage());
    const drawn = { ...context(), programs, uuid: () => uuids.shift() ?? '' };
    const found = evaluateWorkflowParams(params, dataOf({}), drawn);
    const values = found.kind === 'evaluated' ? [...found.params.values()] : [];
    expect(values.map(({ evaluated }) => evaluated.value)).toEqual([2n ** 63n - 1n, 1n]);
  });

  it('gives up for another thread when a turn has too few nodes left', () => {
    const params = definitions({ x: { expression: '1 + 2 + 3', type: 'LONG' } });
    expect(evaluateWorkflowParams(params, dataOf({}), context(4))).toEqual({ kind: 'over-budget' });
    const full = evaluateWorkflowParams(params, dataOf({}), context());
    expect(full.kind === 'evaluated' && full.params.get('x')?.evaluated.value).toBe(6n);
  });

  it('shares one budget among all expressions of an evaluation', () => {
    const x = { expression: '1 + 2', type: 'LONG' };
    const run = (json: object) =>
      evaluateWorkflowParams(definitions(json), dataOf({}), context(5)).kind;
    expect(run({ x })).toBe('evaluated');
    expect(run({ x, y: x })).toBe('over-budget');
  });
});

describe('system parameters', () => {
  it('are read by name from expressions and texts', () => {
    expect(
      evaluateWorkflow({
        who: { value: '$owner of $workflow_id' },
        ts: { expression: 'RUN_TS', type: 'LONG' },
      }).values,
    ).toEqual({ who: 'tester of w', ts: NOON });
  });

  it('are shown with their expression', () => {
    const params = new WorkflowParams(NO_PARAMETERS, INSTANCE, PROGRAMS);
    expect(parametersToJson(params.all())['RUN_TS']).toEqual({
      expression: 'return System.currentTimeMillis();',
      type: 'LONG',
      tags: [],
      mode: 'MUTABLE_ON_START',
      evaluated_result: NOON,
      evaluated_time: NOON,
      source: 'SYSTEM_DEFAULT',
    });
    expect(params.system('owner')?.definition.mode).toBe('CONSTANT');
    expect(params.system('nothing')).toBeUndefined();
  });
});
