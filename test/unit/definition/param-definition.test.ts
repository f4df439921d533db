import { describe, expect, it } from 'vitest';
import {
  paramDefinitionsToJson,
  parseParamDefinitions,
} from '../../../src/definition/param-definition.ts';
import type { Problem } from '../../../src/definition/problem.ts';

function parse(json: unknown) {
  const problems: Problem[] = [];
  const definitions = parseParamDefinitions(json, 'params', problems);
  return { definitions, problems };
}

function paths(json: unknown): readonly string[] {
  return parse(json).problems.map((problem) => problem.path);
}

describe('parseParamDefinitions', () => {
  it('reads every type and writes back what it read', () => {
    const written = {
      s: { value: 'hi', type: 'STRING' },
      l: { value: 42, type: 'LONG' },
      big: { value: 9223372036854775807n, type: 'LONG' },
      d: { value: 1.5, type: 'DOUBLE' },
      b: { value: true, type: 'BOOLEAN' },
      sm: { value: { k: 'v' }, type: 'STRING_MAP' },
      sa: { value: ['a'], type: 'STRING_ARRAY' },
      la: { value: [1, 2], type: 'LONG_ARRAY' },
      da: { value: [0.5], type: 'DOUBLE_ARRAY' },
      ba: { value: [true], type: 'BOOLEAN_ARRAY' },
      m: {
        value: { deep: { value: { x: { expression: '1', type: 'LONG' } }, type: 'MAP' } },
        type: 'MAP',
      },
      e: {
        expression: 'n + 1',
        type: 'LONG',
        validator: '@Min(0)',
        tags: [{ name: 't' }],
        mode: 'CONSTANT',
        hint: { any: 1 },
      },
    };
    const { definitions, problems } = parse(written);
    expect(problems).toEqual([]);
    expect(paramDefinitionsToJson(definitions)).toEqual(written);
    expect([...definitions.keys()]).toEqual(Object.keys(written));
  });

  it('refuses numbers that JSON could not say again', () => {
    expect(
      paths({
        d: { value: Infinity, type: 'DOUBLE' },
        t: { value: '1e999', type: 'DOUBLE' },
        da: { value: [1, -Infinity], type: 'DOUBLE_ARRAY' },
      }),
    ).toEqual(['params.d.value', 'params.t.value', 'params.da.value[1]']);
  });

  it('takes an expression without a type for a STRING', () => {
    expect(parse({ x: { expression: '1 + 2' } }).definitions.get('x')?.type).toBe('STRING');
  });

  it.each([
    ['text', 'STRING'],
    [5, 'LONG'],
    [2n ** 60n, 'LONG'],
    [1.5, 'DOUBLE'],
    [true, 'BOOLEAN'],
    [{ k: 'v' }, 'STRING_MAP'],
    [{ k: { value: 1 } }, 'MAP'],
    [{}, 'MAP'],
    [[], 'STRING_ARRAY'],
    [['a'], 'STRING_ARRAY'],
    [[1, 2], 'LONG_ARRAY'],
    [[1, 2.5], 'DOUBLE_ARRAY'],
    [[false], 'BOOLEAN_ARRAY'],
  ])('takes the type of %o without a type from the value', (value, type) => {
    const { definitions, problems } = parse({ x: { value } });
    expect(problems).toEqual([]);
    expect(definitions.get('x')?.type).toBe(type);
  });

  it('reads type and mode in any case', () => {
    expect(parse({ x: { value: 7, type: 'long', mode: 'constant' } }).definitions.get('x')).toEqual(
      {
        kind: 'literal',
        type: 'LONG',
        value: 7,
        mode: 'CONSTANT',
      },
    );
  });

  it.each([
    [{ value: '12', type: 'LONG' }, 12],
    [{ value: 5, type: 'STRING' }, '5'],
    [{ value: '2.5', type: 'DOUBLE' }, 2.5],
    [{ value: 'TRUE', type: 'BOOLEAN' }, true],
  ])('converts the neighbouring scalar in %o', (json, value) => {
    expect(parse({ x: json }).definitions.get('x')).toMatchObject({ value });
  });

  it.each([
    [{ value: 1, expression: '1', type: 'LONG' }, 'params.x'],
    [{ type: 'LONG' }, 'params.x'],
    [{ value: null, type: 'LONG' }, 'params.x'],
    [{ value: 1, type: 'NUMBER' }, 'params.x.type'],
    [{ value: 1, mode: 'FIXED' }, 'params.x.mode'],
    [{ value: 1.5, type: 'LONG' }, 'params.x.value'],
    [{ value: 2 ** 60, type: 'LONG' }, 'params.x.value'],
    [{ value: 2n ** 63n, type: 'LONG' }, 'params.x.value'],
    [{ value: 'many', type: 'LONG' }, 'params.x.value'],
    [{ value: 'yes', type: 'BOOLEAN' }, 'params.x.value'],
    [{ value: 1, type: 'LONG_ARRAY' }, 'params.x.value'],
    [{ value: [1, 'b'], type: 'LONG_ARRAY' }, 'params.x.value[1]'],
    [{ value: { k: [] }, type: 'STRING_MAP' }, 'params.x.value.k'],
    [{ value: { y: { type: 'LONG' } }, type: 'MAP' }, 'params.x.value.y'],
    [{ value: 'a', validator: 5 }, 'params.x.validator'],
    [{ value: 'a', tags: [{ namespace: 'USER_DEFINED' }] }, 'params.x.tags[0].name'],
    [{ value: 'a', tags: ['t', 't'] }, 'params.x.tags[1]'],
    [{ expression: 5 }, 'params.x.expression'],
    [5, 'params.x'],
  ])('refuses %o and names the place', (json, path) => {
    expect(paths({ x: json })).toEqual([path]);
  });

  it('reports every problem, not only the first', () => {
    expect(paths({ a: 1, b: { value: 'x', type: 'LONG', mode: 'y' }, c: { value: 1 } })).toEqual([
      'params.a',
      'params.b.mode',
      'params.b.value',
    ]);
  });

  it.each(['a__b', '1x', 'a b', 'maestro_x', '', 'x'.repeat(129)])(
    'refuses the name %o',
    (name) => {
      expect(paths({ [name]: { value: 1 } })).toEqual([`params.${name}`]);
    },
  );

  it('refuses MAPs that are nested too deep, without following them', () => {
    let nested: unknown = { value: 1 };
    for (let depth = 0; depth < 20_000; depth += 1) nested = { value: { m: nested } };
    expect(parse({ m: nested }).problems).toHaveLength(1);
  });

  it('reads absent and null as no parameters', () => {
    expect(parse(undefined).definitions.size).toBe(0);
    expect(parse(null)).toEqual(parse({}));
    expect(paths([])).toEqual(['params']);
  });
});
