import { describe, expect, it } from 'vitest';
import { NO_PARAMS, paramDefinitionsToJson } from '../../../src/definition/param-definition.ts';
import type { Problem } from '../../../src/definition/problem.ts';
import type { Evaluated } from '../../../src/param/evaluated.ts';
import { mergeOutput } from '../../../src/param/output.ts';
import { type Parameters, parametersToJson } from '../../../src/param/parameter.ts';
import { parseRunParams } from '../../../src/param/run-params.ts';
import { mergeStep } from '../../../src/param/step-params.ts';
import {
  type MergeOutcome,
  mergeFreshRun,
  mergeRestart,
} from '../../../src/param/workflow-params.ts';
import { definitions } from './definitions.ts';

function json(outcome: MergeOutcome) {
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.problems));
  return paramDefinitionsToJson(outcome.params);
}

function refusedPaths(outcome: MergeOutcome): readonly string[] {
  return outcome.kind === 'refused' ? outcome.problems.map((problem) => problem.path) : [];
}

/** Parameters that evaluated to their literals, after merging as a definition. */
function evaluatedAs(given: unknown, results: { readonly [name: string]: Evaluated }): Parameters {
  const outcome = mergeFreshRun({
    definition: definitions(given),
    runParams: NO_PARAMS,
    source: 'LAUNCH',
  });
  if (outcome.kind === 'refused') throw new Error('refused');
  return new Map(
    [...outcome.params].map(([name, definition]) => {
      const evaluated = results[name];
      if (evaluated === undefined) throw new Error(`no result for ${name}`);
      return [name, { definition, evaluated, evaluatedAtMs: 1 }];
    }),
  );
}

const ONE: Evaluated = { type: 'LONG', value: 1n };

describe('mergeFreshRun', () => {
  it('costs nothing when nobody gives a parameter', () => {
    const outcome = mergeFreshRun({
      definition: NO_PARAMS,
      runParams: NO_PARAMS,
      source: 'LAUNCH',
    });
    expect(outcome).toEqual({ kind: 'merged', params: NO_PARAMS });
    expect(outcome.kind === 'merged' && outcome.params).toBe(NO_PARAMS);
  });

  it('merges a system default only where somebody names it, ahead of the others', () => {
    const outcome = mergeFreshRun({
      definition: definitions({ n: { value: 1 } }),
      runParams: definitions({ RUN_TS: { value: '7' } }),
      source: 'LAUNCH',
    });
    expect(json(outcome)).toEqual({
      RUN_TS: { value: 7, type: 'LONG', tags: [], mode: 'MUTABLE_ON_START', source: 'LAUNCH' },
      n: { value: 1, type: 'LONG', tags: [], mode: 'MUTABLE', source: 'DEFINITION' },
    });
    expect(Object.keys(json(outcome))).toEqual(['RUN_TS', 'n']);
  });

  it('refuses what the system reserves, in a definition and in a start', () => {
    const owner = definitions({ owner: { value: 'me' } });
    expect(
      refusedPaths(mergeFreshRun({ definition: NO_PARAMS, runParams: owner, source: 'LAUNCH' })),
    ).toEqual(['run_params.owner']);
    expect(
      refusedPaths(mergeFreshRun({ definition: owner, runParams: NO_PARAMS, source: 'LAUNCH' })),
    ).toEqual(['params.owner']);
  });

  it('reports every refused parameter', () => {
    const outcome = mergeFreshRun({
      definition: definitions({ a: { value: 1, mode: 'CONSTANT' }, b: { value: 1 } }),
      runParams: definitions({ a: { value: 2 }, b: { value: 'x' } }),
      source: 'LAUNCH',
    });
    expect(refusedPaths(outcome)).toEqual(['run_params.a', 'run_params.b']);
  });
});

describe('mergeRestart', () => {
  const previous = evaluatedAs(
    {
      con: { expression: '1', type: 'LONG', mode: 'CONSTANT' },
      imm: { expression: '1', type: 'LONG', mode: 'IMMUTABLE' },
      ms: { expression: '1', type: 'LONG', mode: 'MUTABLE_ON_START' },
      msr: { expression: '1', type: 'LONG', mode: 'MUTABLE_ON_START_RESTART' },
      mut: { expression: '1', type: 'LONG' },
    },
    { con: ONE, imm: ONE, ms: ONE, msr: ONE, mut: ONE },
  );

  function restart(given: unknown): MergeOutcome {
    return mergeRestart({
      previous,
      system: () => undefined,
      runParams: NO_PARAMS,
      restartParams: definitions(given),
      source: 'RESTART',
    });
  }

  it('keeps results as literals, and the expression of an IMMUTABLE parameter', () => {
    expect(json(restart({}))).toMatchObject({
      con: { value: 1, mode: 'CONSTANT', source: 'DEFINITION' },
      imm: { expression: '1', mode: 'IMMUTABLE' },
      ms: { value: 1 },
      msr: { value: 1 },
      mut: { value: 1 },
    });
  });

  it('changes MUTABLE and MUTABLE_ON_START_RESTART parameters only', () => {
    const five = { value: 5, type: 'LONG' };
    expect(refusedPaths(restart({ con: five, imm: five, ms: five, msr: five, mut: five }))).toEqual(
      ['run_params.con', 'run_params.imm', 'run_params.ms'],
    );
    expect(json(restart({ msr: five, mut: five, ms: { value: 1 } }))).toMatchObject({
      msr: { value: 5, source: 'RESTART' },
      mut: { value: 5 },
    });
  });

  it('holds a system parameter to the value it had', () => {
    const system = (name: string) =>
      evaluatedAs({ RUN_TS: { expression: 'x' } }, { RUN_TS: { type: 'LONG', value: 9n } }).get(
        name,
      );
    const run = { previous, system, runParams: NO_PARAMS, source: 'RESTART' } as const;
    const repeated = mergeRestart({ ...run, restartParams: definitions({ RUN_TS: { value: 9 } }) });
    expect(json(repeated)).toMatchObject({ RUN_TS: { value: 9 } });
    const changed = mergeRestart({ ...run, restartParams: definitions({ RUN_TS: { value: 8 } }) });
    expect(refusedPaths(changed)).toEqual(['run_params.RUN_TS']);
  });
});

describe('mergeStep', () => {
  it('costs nothing for a step without parameters', () => {
    const outcome = mergeStep({ stepType: 'NoOp', definition: NO_PARAMS });
    expect(outcome.kind === 'merged' && outcome.params).toBe(NO_PARAMS);
  });

  it('lays the step over the defaults of its type', () => {
    const outcome = mergeStep({
      stepType: 'FOREACH',
      definition: definitions({
        loop_params: { value: { i: { value: [1, 2], type: 'LONG_ARRAY' } } },
        own: { value: 'x' },
      }),
    });
    expect(json(outcome)).toEqual({
      loop_params: {
        value: {
          i: {
            value: [1, 2],
            type: 'LONG_ARRAY',
            tags: [],
            mode: 'MUTABLE_ON_START',
            source: 'DEFINITION',
          },
        },
        type: 'MAP',
        validator: '@NotEmpty',
        tags: [],
        mode: 'MUTABLE_ON_START',
        source: 'DEFINITION',
      },
      loop_index: {
        value: -1,
        type: 'LONG',
        validator: '@Min(0)',
        tags: [],
        mode: 'CONSTANT',
        source: 'SYSTEM_DEFAULT',
      },
      own: { value: 'x', type: 'STRING', tags: [], mode: 'MUTABLE', source: 'DEFINITION' },
    });
  });

  it('reports what a step type requires and nobody gave', () => {
    expect(refusedPaths(mergeStep({ stepType: 'subworkflow', definition: NO_PARAMS }))).toEqual([
      'params.subworkflow_id',
    ]);
    expect(refusedPaths(mergeStep({ stepType: 'Http', definition: NO_PARAMS }))).toEqual([
      'params.http.value.url',
    ]);
  });

  it('drops what a step type offers and nobody used', () => {
    const outcome = mergeStep({
      stepType: 'Http',
      definition: definitions({ http: { value: { url: { value: 'http://h/' } } } }),
    });
    expect(Object.keys((json(outcome)['http'] as { value: object }).value)).toEqual([
      'url',
      'method',
      'headers',
    ]);
  });

  it('lays restart over run over definition, and puts undeclared names first', () => {
    const outcome = mergeStep({
      stepType: 'NoOp',
      definition: definitions({ a: { value: 1 }, b: { value: 1 } }),
      runParams: definitions({ a: { value: 2 }, new: { value: 2 } }),
      restartParams: definitions({ a: { value: 3 }, b: { value: '3' } }),
      source: 'RESTART',
      restart: true,
    });
    expect(json(outcome)).toMatchObject({ new: { value: 2 }, a: { value: 3 }, b: { value: 3 } });
    expect(Object.keys(json(outcome))).toEqual(['new', 'a', 'b']);
  });

  it('refuses to redefine what every step has', () => {
    expect(
      refusedPaths(
        mergeStep({ stepType: 'NoOp', definition: definitions({ step_id: { value: 'x' } }) }),
      ),
    ).toEqual(['params.step_id']);
  });
});

describe('parseRunParams', () => {
  function paths(given: unknown): readonly string[] {
    const problems: Problem[] = [];
    parseRunParams(given, 'run_params', problems);
    return problems.map((problem) => problem.path);
  }

  it('refuses reserved names and sources', () => {
    expect(
      paths({ params: { value: 1 }, AUTH_DATA: { value: 1 }, n: { value: 1, source: 'LAUNCH' } }),
    ).toEqual(['run_params.params', 'run_params.AUTH_DATA', 'run_params.n.source']);
  });

  it('takes 128 parameters and no more', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { value: 1 }]));
    expect(paths(many(128))).toEqual([]);
    expect(paths(many(129))).toEqual(['run_params']);
  });
});

describe('mergeOutput', () => {
  const params = evaluatedAs(
    {
      n: { expression: '1', type: 'LONG' },
      fixed: { value: 1, mode: 'IMMUTABLE' },
      labels: { value: { a: '1' } },
      m: { value: { x: { value: 1 }, y: { value: 'y' } } },
    },
    {
      n: ONE,
      fixed: ONE,
      labels: { type: 'MAP', value: new Map([['a', { type: 'STRING', value: '1' }]]) },
      m: {
        type: 'MAP',
        value: new Map<string, Evaluated>([
          ['x', ONE],
          ['y', { type: 'STRING', value: 'y' }],
        ]),
      },
    },
  );

  it('replaces values, merges maps by key and records the time', () => {
    const outcome = mergeOutput(params, { n: 5, labels: { b: '2' }, m: { x: 2, z: [1, 2] } }, 99);
    expect(outcome.kind === 'merged' && parametersToJson(outcome.params)).toMatchObject({
      n: { value: 5, evaluated_result: 5, evaluated_time: 99, source: 'OUTPUT_PARAMETER' },
      fixed: { evaluated_time: 1 },
      labels: { evaluated_result: { a: '1', b: '2' } },
      m: { evaluated_result: { x: 2, y: 'y', z: [1, 2] } },
    });
  });

  it('does not interpolate what is reported', () => {
    const texts = evaluatedAs({ s: { value: 'x' } }, { s: { type: 'STRING', value: 'x' } });
    const outcome = mergeOutput(texts, { s: '$HOME' }, 99);
    expect(outcome.kind === 'merged' && outcome.params.get('s')?.evaluated.value).toBe('$HOME');
  });

  it('refuses undeclared names, modes other than MUTABLE and values that do not fit', () => {
    const outcome = mergeOutput(params, { other: 1, fixed: 2, n: 'many' }, 99);
    expect(outcome.kind === 'refused' && outcome.problems.map((problem) => problem.path)).toEqual([
      'output.other',
      'output.fixed',
      'output.n',
    ]);
  });
});
