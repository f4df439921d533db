import { describe, expect, it } from 'vitest';
import { decodeParameters, encodeParameters } from '../../../src/param/codec.ts';
import { dryRunParams } from '../../../src/param/dry-run.ts';
import {
  answerRequest,
  decodeEvaluation,
  stepRequest,
  workflowRequest,
} from '../../../src/param/evaluation-request.ts';
import type { FinishedStep } from '../../../src/param/param-data.ts';
import { NO_PARAMETERS } from '../../../src/param/parameter.ts';
import { definedParams, mergeFreshRun } from '../../../src/param/workflow-params.ts';
import { WorkflowParams, evaluateWorkflowParams } from '../../../src/param/workflow-scope.ts';
import { definitions } from './definitions.ts';
import {
  INSTANCE,
  NOON,
  PROGRAMS,
  STEP,
  context,
  dataOf,
  evaluateWorkflow,
  mergedParams,
  seen,
} from './evaluations.ts';

const EVERY_TYPE = {
  s: { expression: '1 + 2', type: 'STRING', mode: 'IMMUTABLE' },
  l: { expression: "'12'", type: 'LONG' },
  big: { value: 9223372036854775807n },
  d: { value: 1.5 },
  b: { value: true },
  sm: { value: { k: 'v', '1': 'x' } },
  sa: { value: [], type: 'STRING_ARRAY' },
  la: { value: [1, 2n ** 60n] },
  da: { value: [1], type: 'DOUBLE_ARRAY' },
  ba: { value: [false] },
  m: { value: { z: { value: 1 }, y: { value: { x: { value: [] } } } } },
};

describe('parameters as rows', () => {
  it('read back as they were written, every type apart', () => {
    const { parameters } = evaluateWorkflow(EVERY_TYPE);
    expect(decodeParameters(encodeParameters(parameters))).toEqual(parameters);
  });

  it('leave out definitions that the reader has', () => {
    const definition = definitions({
      n: { value: 1 },
      s: { expression: '1 + 1' },
      m: { value: 1 },
    });
    const runParams = definitions({ m: { value: 2 } });
    const merged = mergeFreshRun({ definition, runParams, source: 'LAUNCH' });
    const evaluation = evaluateWorkflowParams(mergedParams(merged), dataOf({}), context());
    const { parameters } = seen(evaluation);
    const base = definedParams(definition);
    const rows = encodeParameters(parameters, base);
    expect(rows).toMatchObject({ n: { r: 1n }, s: { r: '2' }, m: { d: { value: 2 }, r: 2n } });
    expect(rows['n']).not.toHaveProperty('d');
    expect(decodeParameters(rows, base)).toEqual(parameters);
    expect(() => decodeParameters(rows)).toThrow(TypeError);
  });

  it('read back as the shared constant when there are none', () => {
    expect(decodeParameters(encodeParameters(NO_PARAMETERS))).toBe(NO_PARAMETERS);
  });

  it('refuse what is no row', () => {
    expect(() => decodeParameters({ a: { r: 1 } })).toThrow(TypeError);
    expect(() => decodeParameters({ a: { d: { value: 1 }, r: ['DATE', []], t: 1 } })).toThrow(
      TypeError,
    );
  });
});

describe('an evaluation elsewhere', () => {
  it('gives the parameters that one here gives', () => {
    const here = evaluateWorkflow(EVERY_TYPE);
    const request = workflowRequest(definitions(EVERY_TYPE), dataOf({}));
    const there = seen(decodeEvaluation(answerRequest(request, context())));
    expect(there.values).toEqual(here.values);
  });

  it('takes along what a step may read, and no more', () => {
    const finished = new Map(
      ['first', 'second'].map((stepId): [string, FinishedStep] => [
        stepId,
        {
          facts: { ...STEP, stepId },
          status: 'SUCCEEDED',
          endTimeMs: 1,
          params: evaluateWorkflow({ x: { value: 3 } }).parameters,
        },
      ]),
    );
    const workflow = new WorkflowParams(
      evaluateWorkflow({ n: { value: 4 } }).parameters,
      INSTANCE,
      PROGRAMS,
    );
    const data = dataOf({
      step: STEP,
      finished,
      signals: { initiator: {}, dependencies: [{ day: 5 }] },
    });
    const request = stepRequest(
      definitions({ sum: { expression: 'first__x + n', type: 'LONG' }, t: { value: '$RUN_TS' } }),
      { workflow, data },
    );
    expect(Object.keys(Object(request['finished']))).toEqual(['first']);
    expect(seen(decodeEvaluation(answerRequest(request, context()))).values).toEqual({
      sum: 7,
      t: String(NOON),
    });
    const computed = stepRequest(
      definitions({ x: { expression: "params.getFromStep('fi' + 'rst', 'x')", type: 'LONG' } }),
      { workflow, data },
    );
    expect(seen(decodeEvaluation(answerRequest(computed, context()))).values).toEqual({ x: 3 });
  });

  it('comes back with its problems and its needs', () => {
    const broken = workflowRequest(definitions({ x: { expression: 'nowhere' } }), dataOf({}));
    expect(decodeEvaluation(answerRequest(broken, context()))).toMatchObject({
      kind: 'failed',
      problems: [{ path: 'params.x' }],
    });
    const finished = new Map<string, FinishedStep>([
      ['each', { facts: STEP, status: 'SUCCEEDED', endTimeMs: 1, params: NO_PARAMETERS }],
    ]);
    const workflow = new WorkflowParams(NO_PARAMETERS, INSTANCE, PROGRAMS);
    const needy = stepRequest(
      definitions({
        x: { expression: "params.getFromForeach('each', 'i', 'x')", type: 'LONG_ARRAY' },
      }),
      { workflow, data: dataOf({ step: STEP, finished }) },
    );
    expect(decodeEvaluation(answerRequest(needy, context()))).toMatchObject({ kind: 'needs' });
  });
});

describe('dryRunParams', () => {
  async function problems(
    params: object,
    steps: readonly [string, string, object][] = [],
    nodes?: number,
  ) {
    const found = await dryRunParams(
      {
        path: 'workflow',
        workflowId: 'w',
        owner: 'tester',
        params: definitions(params),
        steps: steps.map(([path, stepType, json]) => ({
          path,
          stepType,
          params: definitions(json),
        })),
      },
      context(nodes),
      async (request) => decodeEvaluation(answerRequest(request, context())),
    );
    return found.map((problem) => problem.path);
  }

  it('passes parameters that evaluate on the defaults', async () => {
    expect(
      await problems({
        a: { value: '$RUN_TS ${orders__day} $workflow_id' },
        by: { expression: "params.getFromInstance('INITIATOR_TYPE')" },
        day: { expression: "params.getFromSignal('day')", type: 'LONG' },
      }),
    ).toEqual([]);
  });

  it('refuses unknown names, circles, failures and parse errors', async () => {
    expect(await problems({ x: { expression: 'nowhere + 1', type: 'LONG' } })).toEqual([
      'workflow.params.x',
    ]);
    expect(await problems({ x: { value: '${nowhere}' } })).toEqual(['workflow.params.x']);
    expect(await problems({ x: { expression: 'y' }, y: { expression: 'x' } })).toEqual([
      'workflow.params.x',
    ]);
    expect(await problems({ x: { expression: "throw 'no';" } })).toEqual(['workflow.params.x']);
    expect(await problems({ x: { expression: '1 +' } })).toEqual(['workflow.params.x']);
  });

  it('merges the parameters of steps without evaluating them', async () => {
    expect(
      await problems({}, [
        ['workflow.steps[0].step', 'NoOp', { x: { expression: 'nowhere' } }],
        ['workflow.steps[1].subworkflow', 'subworkflow', {}],
        ['workflow.steps[2].step', 'NoOp', { step_id: { value: 'x' } }],
      ]),
    ).toEqual([
      'workflow.steps[1].subworkflow.params.subworkflow_id',
      'workflow.steps[2].step.params.step_id',
    ]);
  });

  it('puts a date where a workflow expects one to be given', async () => {
    expect(
      await problems({
        FROM_DATE: { expression: "throw 'give me a date';" },
        day: { expression: 'FROM_DATE' },
      }),
    ).toEqual([]);
  });

  it('leaves a date alone that no start may change', async () => {
    const FROM_DATE = { value: '20240101', mode: 'CONSTANT' };
    expect(await problems({ FROM_DATE })).toEqual([]);
  });

  it('does elsewhere what a turn has too few nodes for', async () => {
    expect(await problems({ x: { expression: '1 + 2 + 3', type: 'LONG' } }, [], 4)).toEqual([]);
    const failing = { x: { expression: "1 + 2 + 'x' - 3", type: 'LONG' } };
    expect(await problems(failing, [], 4)).toEqual(['workflow.params.x']);
  });
});
