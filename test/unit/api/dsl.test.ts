// The YAML form of a definition, translated into the request that JSON would make.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Body } from '../../../src/api/rest/body.ts';
import { requestOf, withRequestOf } from '../../../src/api/rest/dsl.ts';
import { ApiError } from '../../../src/api/service.ts';
import { refuseProblems } from '../../../src/api/workflow-handlers.ts';
import { checkExpression } from '../../../src/definition/condition.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import type { Problem } from '../../../src/definition/problem.ts';
import { parsePushRequest } from '../../../src/definition/push-request.ts';

const read = (text: string) => requestOf(new Body(new TextEncoder().encode(text), '').yaml());

/** The parameters of a workflow whose parameters are written like this. */
const params = (...lines: readonly string[]) =>
  read(['workflow:', '  id: w', ...lines.map((line) => `  ${line}`)].join('\n'))['workflow'];

/** What is wrong with a document, one line each. */
function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'invalid') return error.errors;
    throw error;
  }
  return [];
}

/** The steps of a workflow whose steps and order are written like this. */
const steps = (text: string) => {
  const workflow = read(`workflow: {id: w, ${text}}`)['workflow'];
  return typeof workflow === 'object' && workflow !== null && 'steps' in workflow
    ? workflow['steps']
    : undefined;
};

test('a document becomes properties, a workflow and its steps', () => {
  const text = `
Workflow:
  id: w
  name: A name
  owner: tester
  run_strategy: parallel
  workflow_concurrency: 5
  tags: [blue]
  timeout: 2h
  greeting: hello
  jobs:
    - job: {id: a, type: NoOp, failure_mode: IGNORE_FAILURE, limit: 10, transition: [b]}
    - job: {id: b, type: NoOp}
`;
  expect(read(text)).toEqual({
    properties: {
      owner: 'tester',
      run_strategy: { rule: 'parallel', workflow_concurrency: 5 },
    },
    workflow: {
      id: 'w',
      name: 'A name',
      tags: ['blue'],
      timeout: '2h',
      params: { greeting: { value: 'hello', type: 'STRING' } },
      steps: [
        {
          step: {
            id: 'a',
            type: 'NoOp',
            failure_mode: 'IGNORE_FAILURE',
            transition: { successors: { b: 'true' } },
            params: { limit: { value: 10, type: 'LONG' } },
          },
        },
        { step: { id: 'b', type: 'NoOp', params: {} } },
      ],
    },
    is_active: true,
  });
});

test('a value says the type of its parameter, whole numbers to their last digit', () => {
  expect(
    params(
      'text: x',
      'whole: 1',
      'decimal: 1.0',
      'truth: true',
      'big: 9007199254740993',
      'texts: [a, b]',
      'wholes: [1, 2]',
      'decimals: [1, 0.5]',
      'truths: [true]',
      'nothing: []',
      'labels: {k: v}',
      'mixed: {k: v, n: 1}',
      'empty: {}',
    ),
  ).toMatchObject({
    params: {
      text: { value: 'x', type: 'STRING' },
      whole: { value: 1, type: 'LONG' },
      decimal: { value: 1, type: 'DOUBLE' },
      truth: { value: true, type: 'BOOLEAN' },
      big: { value: 9007199254740993n, type: 'LONG' },
      texts: { value: ['a', 'b'], type: 'STRING_ARRAY' },
      wholes: { value: [1, 2], type: 'LONG_ARRAY' },
      decimals: { value: [1, 0.5], type: 'DOUBLE_ARRAY' },
      truths: { value: [true], type: 'BOOLEAN_ARRAY' },
      nothing: { value: [], type: 'STRING_ARRAY' },
      labels: { value: { k: 'v' }, type: 'STRING_MAP' },
      mixed: {
        value: { k: { value: 'v', type: 'STRING' }, n: { value: 1, type: 'LONG' } },
        type: 'MAP',
      },
      empty: { value: {}, type: 'MAP' },
    },
  });
});

test('a key says type, mode and that the value is an expression', () => {
  expect(
    params(
      'n<long>: 5',
      'none<array<long>>: []',
      'half<double>: 1',
      "'http<pmap>': {url: u, '!n<long>': 1 + 1}",
      "'fixed(constant)': x",
      "'!twice<long>(immutable)': n * 2",
      "'!said': text",
      'workflow_params: {under: 1}',
    ),
  ).toMatchObject({
    params: {
      n: { value: 5, type: 'LONG' },
      none: { value: [], type: 'LONG_ARRAY' },
      half: { value: 1, type: 'DOUBLE' },
      http: {
        value: {
          url: { value: 'u', type: 'STRING' },
          n: { expression: '1 + 1', type: 'LONG' },
        },
        type: 'MAP',
      },
      fixed: { value: 'x', type: 'STRING', mode: 'constant' },
      twice: { expression: 'n * 2', type: 'LONG', mode: 'immutable' },
      said: { expression: 'text', type: 'STRING' },
      under: { value: 1, type: 'LONG' },
    },
  });
});

test('transitions have conditions, and OTHERWISE is where none of them holds', () => {
  const written = [
    'if n > 0 THEN high',
    "IF word == 'if  a then b' then  other",
    'always',
    '',
    'OTHERwise low',
  ];
  expect(steps(`jobs: [{job: {id: a, transition: ${JSON.stringify(written)}}}]`)).toMatchObject([
    {
      step: {
        transition: {
          successors: {
            high: 'n > 0',
            other: "word == 'if  a then b'",
            always: 'true',
            low: "!((n > 0) || (word == 'if  a then b'))",
          },
        },
      },
    },
  ]);
  expect(steps('jobs: [{job: {id: a, transition: [OTHERWISE b]}}]')).toMatchObject([
    { step: { transition: { successors: { b: 'true' } } } },
  ]);
});

test.each([
  ['n > 0;', '!((n > 0))'],
  ['return n > 0;', '!((n > 0))'],
  ['(n > 0) && (n < 9);', '!(((n > 0) && (n < 9)))'],
  ['n > 0 // few', '!((n > 0))'],
  ['/* few */ n > /* very */ 0; // few', '!((n > /* very */ 0))'],
  ['import a.b; n > 0', '!((n > 0))'],
  ["word == '; // x'", "!((word == '; // x'))"],
])('OTHERWISE negates the expression in a condition written as %s', (condition, expected) => {
  const transition = JSON.stringify([`IF ${condition}\nTHEN b`, 'OTHERWISE c']);
  expect(steps(`jobs: [{job: {id: a, transition: ${transition}}}]`)).toMatchObject([
    { step: { transition: { successors: { b: condition, c: expected } } } },
  ]);
  const problems: Problem[] = [];
  checkExpression(expected, 'otherwise', problems);
  expect(problems).toEqual([]);
});

test('a dag orders the steps that say nothing themselves', () => {
  const jobs =
    'jobs: [{job: {id: a}}, {job: {id: b, transition: [d]}}, {job: {id: c}}, {job: {id: d}}]';
  const successors = (dag: string) =>
    JSON.parse(JSON.stringify(steps(`${jobs}, dag: ${dag}`))).map(
      (one: { step: { transition?: { successors: object } } }) => one.step.transition?.successors,
    );
  expect(successors('sequential')).toEqual([
    { b: 'true' },
    { d: 'true' },
    { d: 'true' },
    undefined,
  ]);
  expect(successors('PARALLEL')).toEqual([undefined, { d: 'true' }, undefined, undefined]);
  expect(successors('{a: [IF x > 1 THEN c], b: [c]}')).toEqual([
    { c: 'x > 1' },
    { d: 'true' },
    undefined,
    undefined,
  ]);
});

test('loops and subworkflows become steps of their kind', () => {
  expect(
    steps(`jobs: [
      {foreach: {id: f, concurrency: 3, params: {day: [1, 2]}, ranges: {hour: {to: 24}}, foo: bar, dag: sequential,
                 jobs: [{job: {id: x, type: NoOp}}, {subworkflow: {id: y, version: default, sync: true}}]}},
      {while: {id: l, condition: n < 3, loop_params: {'!n<long>': n + 1}, jobs: [{job: {id: z, type: NoOp}}]}}]`),
  ).toEqual([
    {
      foreach: {
        id: 'f',
        concurrency: 3,
        steps: [
          {
            step: { id: 'x', type: 'NoOp', transition: { successors: { y: 'true' } }, params: {} },
          },
          {
            subworkflow: {
              id: 'y',
              sync: true,
              params: {
                subworkflow_id: { value: 'y', type: 'STRING' },
                subworkflow_version: { value: 'default', type: 'STRING' },
              },
            },
          },
        ],
        params: {
          foo: { value: 'bar', type: 'STRING' },
          loop_params: {
            value: {
              day: { value: [1, 2], type: 'LONG_ARRAY' },
              hour: { expression: 'Util.intsBetween(0, 24, 1);', type: 'LONG_ARRAY' },
            },
            type: 'MAP',
          },
        },
      },
    },
    {
      while: {
        id: 'l',
        condition: 'n < 3',
        steps: [{ step: { id: 'z', type: 'NoOp', params: {} } }],
        params: {
          loop_params: { value: { n: { expression: 'n + 1', type: 'LONG' } }, type: 'MAP' },
        },
      },
    },
  ]);
});

test.each([
  ['a: 1', 'document must be an object with one key, workflow'],
  ['workflow: {a: null}', 'workflow.a must be a value'],
  ['workflow: {a: [1, x]}', 'workflow.a must be a value, a list of values of one type'],
  ['workflow: {"n<long>": 1.5}', 'workflow.n<long> must be a LONG, as its key says'],
  ['workflow: {"n<tea>": 1}', 'workflow.n<tea> must have a type such as'],
  ['workflow: {"<long>": 1}', 'workflow.<long> must be named like'],
  ['workflow: {n: 1, "n<long>": 1}', 'workflow.n<long> must be given once'],
  ['workflow: {"!n": [1]}', 'workflow.!n must be an expression'],
  ['workflow: {jobs: 1}', 'workflow.jobs must be a list of steps'],
  ['workflow: {jobs: [{tea: {}}]}', 'workflow.jobs[0] must be an object with one key of job'],
  ['workflow: {dag: up}', 'workflow.dag must be sequential, parallel, or'],
  ['workflow: {dag: {x: [y]}}', 'workflow.dag.x must name a step'],
  [
    'workflow: {jobs: [{job: {transition: [two words]}}]}',
    'workflow.jobs[0].job.transition[0] must be a step, "IF condition THEN step" or',
  ],
  [
    'workflow: {jobs: [{job: {transition: [IF THEN b]}}]}',
    'workflow.jobs[0].job.transition[0] must be a step',
  ],
  [
    'workflow: {jobs: [{job: {transition: [OTHERWISE a, b]}}]}',
    'workflow.jobs[0].job.transition[1] must not follow OTHERWISE',
  ],
  [
    'workflow: {jobs: [{job: {transition: [IF x = n; return x > 0; THEN a, OTHERWISE b]}}]}',
    'workflow.jobs[0].job.transition[1] must follow conditions that are expressions',
  ],
  [
    'workflow: {jobs: [{foreach: {ranges: {h: {from: 1}}}}]}',
    'workflow.jobs[0].foreach.ranges.h must have whole numbers',
  ],
])('%s is refused with the place of what is wrong', (text, expected) => {
  const problems = problemsOf(text);
  expect(problems.length).toBe(1);
  expect(problems[0]).toContain(expected);
});

/** What is wrong with the request that a document becomes, one line each. */
async function refusedOf(text: string): Promise<readonly string[]> {
  const document = new Body(new TextEncoder().encode(text), '').yaml();
  try {
    await withRequestOf(document, async (request) => {
      const pushed = parsePushRequest(request, DEFAULT_DEFINITION_LIMITS);
      if (pushed.kind === 'invalid') refuseProblems('not valid', pushed.problems);
    });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'invalid') return error.errors;
    throw error;
  }
  return [];
}

const NOOP = 'jobs: [{job: {id: a, type: NoOp}}]';

test.each([
  ['Workflow: {id: w}', 'Workflow.jobs must hold at least one step'],
  [`workflow: {id: w, run_strategy: tea, ${NOOP}}`, 'workflow.run_strategy must be one of'],
  [
    `workflow: {id: w, run_strategy: parallel, workflow_concurrency: x, ${NOOP}}`,
    'workflow.workflow_concurrency must be a whole number',
  ],
  [`workflow: {id: w, owner: [], ${NOOP}}`, 'workflow.owner must be a name'],
  [`workflow: {id: w, "1n<long>": 1, ${NOOP}}`, 'workflow.1n<long> must have a name'],
  [`workflow: {id: w, "n(tea)": 1, ${NOOP}}`, 'workflow.n(tea) must be one of MUTABLE'],
  [
    `workflow: {id: w, workflow_params: {"m<pmap>": {"n(tea)": 1}}, ${NOOP}}`,
    'workflow.workflow_params.m<pmap>.n(tea) must be one of MUTABLE',
  ],
  ['workflow: {id: w, jobs: [{job: {id: a, type: Tea}}]}', 'workflow.jobs[0].job.type must be one'],
  [
    'workflow: {id: w, jobs: [{job: {id: a, type: NoOp}}, {job: {id: a, type: NoOp}}]}',
    'workflow.jobs[1].job.id must differ from that of workflow.jobs[0].job,',
  ],
  [
    'workflow: {id: w, jobs: [{job: {id: a, type: NoOp, transition: ["", b]}}]}',
    'workflow.jobs[0].job.transition[1] must name a step',
  ],
  [
    'workflow: {id: w, dag: {a: [b]}, jobs: [{job: {id: a, type: NoOp}}]}',
    'workflow.dag.a[0] must name a step',
  ],
  [
    'workflow: {id: w, jobs: [{job: {id: a, type: NoOp, transition: [IF 1 + THEN b, OTHERWISE c]}}, {job: {id: b, type: NoOp}}, {job: {id: c, type: NoOp}}]}',
    'workflow.jobs[0].job.transition[0] must be an expression, but is one that cannot be read',
  ],
  [
    'workflow: {id: w, jobs: [{job: {id: a, type: NoOp, transition: [a]}}]}',
    'workflow.jobs must have no cycle',
  ],
  [
    'workflow: {id: w, jobs: [{foreach: {id: f, jobs: [{job: {id: a, type: NoOp, timeout: x}}]}}]}',
    'workflow.jobs[0].foreach.jobs[0].job.timeout must be a duration',
  ],
  [
    `workflow: {id: w, jobs: [{foreach: {id: f, job_concurrency: 0, params: {i: [1]}, ${NOOP}}}]}`,
    'workflow.jobs[0].foreach.job_concurrency must be a whole number',
  ],
  [
    `workflow: {id: w, jobs: [{foreach: {id: f, params: {"i(tea)": [1]}, ${NOOP}}}]}`,
    'workflow.jobs[0].foreach.params.i(tea) must be one of MUTABLE',
  ],
  [
    `workflow: {id: w, jobs: [{foreach: {id: f, ranges: {1i: {to: 2}}, ${NOOP}}}]}`,
    'workflow.jobs[0].foreach.ranges.1i must have a name',
  ],
  [
    `workflow: {id: w, jobs: [{while: {id: l, condition: '1 +', params: {i: 1}, ${NOOP}}}]}`,
    'workflow.jobs[0].while.condition must be an expression',
  ],
])('what is wrong with the request of %s is told where it was written', async (text, expected) => {
  const problems = await refusedOf(text);
  expect(problems[0]).toContain(expected);
  expect(problems.join()).not.toMatch(/steps\[|properties|\.value|successors/);
});

test('a hostile document is refused, or read, in no time', () => {
  const deep = `workflow: ${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`;
  expect(() => read(deep)).toThrow(ApiError);
  const spaces = `IF ${' '.repeat(200_000)} THEN`;
  expect(problemsOf(`workflow: {jobs: [{job: {transition: ["${spaces}"]}}]}`).length).toBe(1);
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 9; level++) {
    const before = String.fromCharCode(96 + level);
    const name = String.fromCharCode(97 + level);
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
  }
  expect(() => read(bomb.join('\n'))).toThrow(/not YAML/);
});

test('the example of the documentation can be pushed', () => {
  const page = readFileSync(new URL('../../../docs/rest.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const pushed = parsePushRequest(read(example), DEFAULT_DEFINITION_LIMITS);
  expect(pushed).toMatchObject({ kind: 'valid', request: { workflowId: 'branch' } });
});
