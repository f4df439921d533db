// Whole programs: values, variables, control flow, where errors are said to be. Single functions have files of their own.

import { describe, expect, it } from 'vitest';
import { compile, evaluate } from '../../../src/sel/program.ts';
import {
  long,
  longs,
  map,
  outcomeOf,
  stillEnvironment,
  string,
} from '../../support/sel-program.ts';

describe('the value of a program', () => {
  it.each([
    ['6 * 7', 'LONG 42'],
    ['return 6 * 7;', 'LONG 42'],
    ['1; 2; 3', 'LONG 3'],
    ['1; { 2; { 3; } }', 'LONG 3'],
    ['5; int y = 7;', 'VOID'],
    ['x = 1; if (x == 1) x = 2;', 'VOID'],
    ['', 'VOID'],
    ['null', 'NULL'],
    ["throw 'no ' + 1", 'ERROR no 1'],
    ['import java.util.*; 5', 'LONG 5'],
    ['5 // five', 'LONG 5'],
    ['5; // five', 'LONG 5'],
  ])('%s is %s', (source, expected) => {
    expect(outcomeOf(source)).toBe(expected);
  });
});

describe('operators', () => {
  it.each([
    ['9223372036854775807 + 1', 'LONG -9223372036854775808'],
    ['-7 / 2', 'LONG -3'],
    ['-7 % 3', 'LONG -1'],
    ['7 / 2.0', 'DOUBLE 3.5'],
    ['1 / 0.0', 'DOUBLE "Infinity"'],
    ["1 + 2 + 'a' + 1 + 2", 'STRING "3a12"'],
    ["1 == '1'", 'BOOLEAN true'],
    ["null + 'x'", 'STRING "nullx"'],
    ['1 < 2.5', 'BOOLEAN true'],
    ['false && 1 / 0 > 0', 'BOOLEAN false'],
    ['true || 1 / 0 > 0', 'BOOLEAN true'],
    ["n > 9 ? 'many' : n > 3 ? 'some' : 'few'", 'STRING "some"'],
    ['1e7', 'DOUBLE 1.0E7'],
    ['- - 5', 'LONG 5'],
    ['!!(1 < 2)', 'BOOLEAN true'],
  ])('%s is %s', (source, expected) => {
    expect(outcomeOf(source, { n: long(5) })).toBe(expected);
  });

  it.each([
    '1 / 0',
    '1 % 0',
    "'1' == 1",
    "true + 'a'",
    '1 + null',
    'null < 1',
    '1 < null',
    "'a' < 'b'",
    "-'a'",
    '!5',
    "1 ? 'a' : 'b'",
    'true && 1',
    'ids == null',
    'ids + ids',
  ])('%s is refused while running', (source) => {
    expect(outcomeOf(source, { ids: longs(1, 2) })).toMatch(/^eval: /);
  });
});

describe('variables', () => {
  it.each([
    ['int x; x', 'LONG 0'],
    ['String s; s == null', 'BOOLEAN true'],
    ['int a = 1; int b = a; b += 1; return a;', 'LONG 1'],
    ['t = 0; for (int i = 0; i < 2; i += 1) for (int j = 0; j < 3; j += 1) t += 1; t', 'LONG 6'],
    ['b = ids; b[0] = 9; ids[0]', 'LONG 9'],
    ["ids[0] = 9; params['ids'][0]", 'LONG 1'],
    ['for (i = 0; i < 3; i += 1) { } i', 'LONG 3'],
    ["m = new HashMap(); v = 1; m.put('v', v); v += 1; m.get('v')", 'LONG 1'],
    ['ghost', 'NULL'],
    ["x = 'a'; x += 1; x += null; x", 'STRING "a1null"'],
  ])('%s is %s', (source, expected) => {
    expect(outcomeOf(source, { ids: longs(1, 2, 3) })).toBe(expected);
  });

  it.each([
    "x = 1; x = 'a'",
    'x = 1; x += 1.5',
    'x = null',
    'double d = 1',
    'String s = null',
    'List l = ids',
    'Long = 3',
    'params = 3',
    'ids[3]',
    'ids[-1] = 1',
    "ids[0] = 'x'",
    'ghost += 1',
  ])('%s is refused while running', (source) => {
    expect(outcomeOf(source, { ids: longs(1, 2, 3) })).toMatch(/^eval: /);
  });

  it('never changes what it was given', () => {
    const given = longs(1, 2, 3);
    const conf = map({ a: long(1) });
    const inputs = { given, conf };
    expect(outcomeOf("given[0] = 7; conf.put('b', 2); given[0] + conf.size()", inputs)).toBe(
      'LONG 9',
    );
    expect(given).toEqual(longs(1, 2, 3));
    expect(conf).toEqual(map({ a: long(1) }));
  });
});

describe('params', () => {
  const inputs = { n: long(5), s: string('n') };

  it.each([
    ["params['n']", 'LONG 5'],
    ["params.get('n') + params.n", 'LONG 10'],
    ['params[s]', 'LONG 5'],
    ["params['missing']", 'NULL'],
    ["params.containsKey('constructor')", 'BOOLEAN false'],
    ["n = 6; params['n']", 'LONG 5'],
  ])('%s is %s', (source, expected) => {
    expect(outcomeOf(source, inputs)).toBe(expected);
  });

  it('hands functions it does not know to its environment, and fails with its refusal', () => {
    const environment = {
      ...stillEnvironment(),
      call: (name: string, args: readonly unknown[]) =>
        name === 'twice'
          ? long(2 * args.length)
          : { type: 'FAILURE' as const, message: `no ${name}` },
    };
    const run = (source: string) => {
      const compiled = compile(source);
      if (compiled.kind === 'refused') throw new Error(compiled.error.message);
      return evaluate(compiled.program, environment);
    };
    expect(run("params.twice('a', 'b') + 1")).toMatchObject({ kind: 'value', value: long(5) });
    expect(run('params.triple()')).toMatchObject({
      kind: 'failed',
      error: { class: 'eval', message: 'no triple' },
    });
  });
});

describe('an error', () => {
  it('names line, column, reason and the text at fault', () => {
    const compiled = compile("\n  x = 1;\n  y = x + 'a' - 1;\n  return y");
    if (compiled.kind === 'refused') throw new Error(compiled.error.message);
    expect(evaluate(compiled.program, stillEnvironment())).toMatchObject({
      kind: 'failed',
      error: {
        class: 'eval',
        message: 'STRING - LONG is not allowed',
        line: 3,
        column: 7,
        text: "x + 'a' - 1",
      },
    });
  });

  it('of a refused program is found before anything runs', () => {
    expect(compile('a = 1;\nb = #;')).toEqual({
      kind: 'refused',
      error: {
        class: 'parse',
        message: 'this character means nothing here',
        line: 2,
        column: 5,
        text: '#',
      },
    });
  });
});

describe('names needed from outside', () => {
  it.each([
    ['a + b * a', ['a', 'b']],
    ['a = a + 1; a', []],
    ['b + (b = 1)', ['b']],
    ['int i = n; String s = t; s', ['n', 't']],
    ["params['x'] + x.length()", ['params', 'x']],
    ['a[i] = b[j]', ['b', 'i', 'j']],
    ['String.format(f, Math.max(n, 1))', ['f', 'n']],
    ['new Foo(x)', ['x']],
  ])('of %s are %j', (source, expected) => {
    const compiled = compile(source);
    expect(compiled.kind === 'compiled' && compiled.program.references).toEqual(expected);
  });
});
