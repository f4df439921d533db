import { describe, expect, it } from 'vitest';
import {
  NO_PARAMS,
  PARAM_MODES,
  type ParamMode,
  paramDefinitionsToJson,
} from '../../../src/definition/param-definition.ts';
import type { Problem } from '../../../src/definition/problem.ts';
import { type MergeStage, mergeParams, settleParams } from '../../../src/param/merge.ts';
import { type ParamSource, changeableModes } from '../../../src/param/source.ts';
import { definitions } from './definitions.ts';

function merge(
  below: unknown,
  above: unknown,
  stage: MergeStage,
  belowSource: ParamSource = 'DEFINITION',
) {
  const problems: Problem[] = [];
  const baseline = mergeParams(
    NO_PARAMS,
    definitions(below),
    { source: belowSource },
    { path: 'params', problems: [] },
  );
  const merged = mergeParams(baseline, definitions(above), stage, { path: 'run_params', problems });
  return { json: paramDefinitionsToJson(merged), problems, merged };
}

const LAUNCH: MergeStage = { source: 'LAUNCH' };

describe('mergeParams', () => {
  it('replaces a value, casts it into the defined type and records the source', () => {
    const { json } = merge(
      { n: { value: 1, type: 'LONG' }, s: { value: 'one' }, d: { value: 1.5 } },
      { n: { value: '21', type: 'STRING' }, s: { value: 2.0e7, type: 'DOUBLE' }, d: { value: 2 } },
      LAUNCH,
    );
    expect(json).toEqual({
      n: { value: 21, type: 'LONG', tags: [], mode: 'MUTABLE', source: 'LAUNCH' },
      s: { value: '2.0E7', type: 'STRING', tags: [], mode: 'MUTABLE', source: 'LAUNCH' },
      d: { value: 2, type: 'DOUBLE', tags: [], mode: 'MUTABLE', source: 'LAUNCH' },
    });
  });

  it.each([
    [
      { value: 1, type: 'LONG' },
      { value: 'many', type: 'STRING' },
    ],
    [
      { value: 1, type: 'LONG' },
      { value: 1.5, type: 'DOUBLE' },
    ],
    [
      { value: true, type: 'BOOLEAN' },
      { value: 1, type: 'LONG' },
    ],
    [
      { value: [1], type: 'LONG_ARRAY' },
      { value: 1, type: 'LONG' },
    ],
    [
      { value: { k: 'v' }, type: 'STRING_MAP' },
      { value: 'v', type: 'STRING' },
    ],
    [
      { value: 's', type: 'STRING' },
      { value: { k: 'v' }, type: 'STRING_MAP' },
    ],
    [
      { value: { k: { value: 1 } }, type: 'MAP' },
      { value: { k: 'v' }, type: 'STRING_MAP' },
    ],
    [
      { expression: 'm', type: 'MAP' },
      { value: { k: { value: 1 } }, type: 'MAP' },
    ],
    [
      { expression: 'm', type: 'STRING_MAP' },
      { value: { k: 'v' }, type: 'STRING_MAP' },
    ],
  ])('refuses to merge into %o what does not fit: %o', (below, above) => {
    const { problems, json } = merge({ x: below }, { x: above }, LAUNCH);
    expect(problems.map((problem) => problem.path)).toEqual(['run_params.x']);
    expect(json['x']).toMatchObject(below);
  });

  it('takes the defined type for an expression', () => {
    const { json } = merge(
      { n: { value: 1, type: 'LONG' } },
      { n: { expression: "'3'", type: 'STRING' } },
      LAUNCH,
    );
    expect(json['n']).toMatchObject({ expression: "'3'", type: 'LONG' });
  });

  it('keeps the order of the baseline and appends new names', () => {
    const { merged } = merge(
      { a: { value: 1 }, b: { value: 1 } },
      { z: { value: 1 }, b: { value: 2 } },
      LAUNCH,
    );
    expect([...merged.keys()]).toEqual(['a', 'b', 'z']);
  });

  it('merges MAPs entry by entry, in any depth', () => {
    const { json, problems } = merge(
      {
        m: {
          value: { a: { value: 1 }, deep: { value: { x: { value: 'x' }, y: { value: 'y' } } } },
        },
      },
      { m: { value: { deep: { value: { y: { value: 5 } } }, b: { value: 2 } } } },
      LAUNCH,
    );
    expect(problems).toEqual([]);
    expect(json['m']).toMatchObject({
      value: {
        a: { value: 1 },
        deep: { value: { x: { value: 'x' }, y: { value: '5', type: 'STRING' } } },
        b: { value: 2 },
      },
    });
  });

  it('names the path of a refused entry', () => {
    const { problems } = merge(
      { m: { value: { a: { value: 1, mode: 'CONSTANT' } } } },
      { m: { value: { a: { value: 2 } } } },
      LAUNCH,
    );
    expect(problems.map((problem) => problem.path)).toEqual(['run_params.m.value.a']);
  });

  it('merges STRING_MAPs key by key', () => {
    const { json } = merge(
      { m: { value: { a: '1', b: '2' } } },
      { m: { value: { b: '3', c: '4' } } },
      LAUNCH,
    );
    expect(json['m']).toMatchObject({ value: { a: '1', b: '3', c: '4' } });
  });

  it('hands the mode of a MAP down to its entries', () => {
    const { json } = merge(
      {},
      {
        m: {
          value: { a: { value: 1 }, b: { value: 2, mode: 'CONSTANT' } },
          mode: 'MUTABLE_ON_START',
        },
      },
      { source: 'DEFINITION' },
    );
    expect(json['m']).toMatchObject({
      value: { a: { mode: 'MUTABLE_ON_START' }, b: { mode: 'CONSTANT' } },
    });
  });

  it('unites tags and prefers the new validator', () => {
    const { json } = merge(
      { n: { value: 1, tags: ['a', 'b'], validator: 'old' }, k: { value: 1, validator: 'old' } },
      { n: { value: 2, tags: ['b', 'c'], validator: 'new' }, k: { value: 2 } },
      LAUNCH,
    );
    expect(json['n']).toMatchObject({
      tags: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
      validator: 'new',
    });
    expect(json['k']).toMatchObject({ validator: 'old' });
  });

  const SOURCES: readonly ParamSource[] = [
    'DEFINITION',
    'LAUNCH',
    'SIGNAL',
    'TIME_TRIGGER',
    'FOREACH',
    'WHILE',
    'SUBWORKFLOW',
    'TEMPLATE',
    'RESTART',
    'OUTPUT_PARAMETER',
  ];
  const table: [ParamSource, boolean, ParamMode, boolean][] = SOURCES.flatMap((source) =>
    [false, true].flatMap((restart) =>
      PARAM_MODES.map((mode): [ParamSource, boolean, ParamMode, boolean] => {
        const onRestart = restart || source === 'RESTART';
        const allowed =
          mode === 'MUTABLE' ||
          (source !== 'OUTPUT_PARAMETER' && mode === 'MUTABLE_ON_START_RESTART') ||
          (source !== 'OUTPUT_PARAMETER' && mode === 'MUTABLE_ON_START' && !onRestart);
        return [source, restart, mode, allowed];
      }),
    ),
  );

  it.each(table)('%s (restart: %s) on %s is allowed: %s', (source, restart, mode, allowed) => {
    const changed = merge({ n: { value: 1, mode } }, { n: { value: 2 } }, { source, restart });
    expect(changed.problems.length === 0).toBe(allowed);
    expect(changeableModes(source, restart).includes(mode)).toBe(allowed);
    const repeated = merge({ n: { value: 1, mode } }, { n: { value: 1 } }, { source, restart });
    expect(repeated.problems).toEqual([]);
  });

  it.each(['SYSTEM', 'SYSTEM_DEFAULT', 'SYSTEM_INJECTED', 'TEMPLATE_SCHEMA'] as const)(
    'lets %s change anything',
    (source) => {
      const { problems } = merge(
        { n: { value: 1, mode: 'CONSTANT' } },
        { n: { value: 2 } },
        { source },
      );
      expect(problems).toEqual([]);
    },
  );

  it('refuses to loosen a mode, and takes a stricter one that the stage may change', () => {
    const loosened = merge(
      { n: { value: 1, mode: 'MUTABLE_ON_START' } },
      { n: { value: 1, mode: 'MUTABLE' } },
      LAUNCH,
    );
    expect(loosened.problems.map((problem) => problem.path)).toEqual(['run_params.n']);
    const tightened = merge(
      { n: { value: 1 } },
      { n: { value: 1, mode: 'MUTABLE_ON_START' } },
      LAUNCH,
    );
    expect(tightened.json['n']).toMatchObject({ mode: 'MUTABLE_ON_START' });
    const frozen = merge({ n: { value: 1 } }, { n: { value: 1, mode: 'CONSTANT' } }, LAUNCH);
    expect(frozen.problems).toHaveLength(1);
  });

  it('raises a looser mode to the baseline when a parent speaks', () => {
    const { json, problems } = merge(
      { n: { value: 1, mode: 'MUTABLE_ON_START' } },
      { n: { value: 2, mode: 'MUTABLE' } },
      { source: 'SUBWORKFLOW', upstream: true },
    );
    expect(problems).toEqual([]);
    expect(json['n']).toMatchObject({ value: 2, mode: 'MUTABLE_ON_START', source: 'SUBWORKFLOW' });
  });

  it('lets a parent pass on what did not come from a definition whatever the mode', () => {
    const stage: MergeStage = { source: 'FOREACH', upstream: true };
    const below = { n: { value: 1, mode: 'CONSTANT' } };
    expect(merge(below, { n: { value: 2, source: 'SYSTEM_DEFAULT' } }, stage).problems).toEqual([]);
    expect(merge(below, { n: { value: 2, source: 'DEFINITION' } }, stage).problems).toHaveLength(1);
  });

  it('keeps the source of what a parent repeats, and takes the stage for what a person repeats', () => {
    const below = { n: { value: 1 } };
    const upstream = merge(below, { n: { value: 1 } }, { source: 'SUBWORKFLOW', upstream: true });
    expect(upstream.json['n']).toMatchObject({ source: 'DEFINITION' });
    expect(merge(below, { n: { value: 1 } }, LAUNCH).json['n']).toMatchObject({ source: 'LAUNCH' });
  });

  it('refuses a source or an internal mode that a person gives to an existing parameter', () => {
    const below = { n: { value: 1 } };
    expect(merge(below, { n: { value: 2, source: 'DEFINITION' } }, LAUNCH).problems).toHaveLength(
      1,
    );
    expect(
      merge(below, { n: { value: 2, internal_mode: 'OPTIONAL' } }, LAUNCH).problems,
    ).toHaveLength(1);
  });

  it('refuses to change what the system reserves', () => {
    const { problems, json } = merge(
      { owner: { value: 'ann', internal_mode: 'RESERVED' } },
      { owner: { value: 'ben' } },
      LAUNCH,
      'SYSTEM_DEFAULT',
    );
    expect(problems.map((problem) => problem.path)).toEqual(['run_params.owner']);
    expect(json['owner']).toMatchObject({ value: 'ann', mode: 'CONSTANT' });
  });

  it('tells a number and a bigint of the same value to be the same LONG', () => {
    const { problems } = merge({ n: { value: 5, mode: 'CONSTANT' } }, { n: { value: 5n } }, LAUNCH);
    expect(problems).toEqual([]);
  });
});

describe('settleParams', () => {
  function settle(json: unknown) {
    const problems: Problem[] = [];
    const settled = settleParams(definitions(json), { path: 'params', problems });
    return { json: paramDefinitionsToJson(settled), problems };
  }

  it('strips internal modes and leaves other definitions as they are', () => {
    const { json } = settle({
      a: { value: 1, internal_mode: 'PROVIDED', source: 'SYSTEM_DEFAULT' },
    });
    expect(json).toEqual({ a: { value: 1, type: 'LONG', source: 'SYSTEM_DEFAULT' } });
    const plain = definitions({ a: { value: 1 } });
    expect(settleParams(plain, { path: 'params', problems: [] })).toBe(plain);
  });

  it('drops an optional MAP without entries', () => {
    const { json, problems } = settle({ m: { value: {}, type: 'MAP', internal_mode: 'OPTIONAL' } });
    expect(json).toEqual({});
    expect(problems).toEqual([]);
  });
});
