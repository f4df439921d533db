import { describe, expect, it } from 'vitest';
import { NO_PARAMS } from '../../../src/definition/param-definition.ts';
import { NOTHING_EVALUATED } from '../../../src/param/own-params.ts';
import { type FinishedStep, remoteKey } from '../../../src/param/param-data.ts';
import { NO_PARAMETERS } from '../../../src/param/parameter.ts';
import {
  evaluateBesideStep,
  evaluateCondition,
  evaluateStepParams,
} from '../../../src/param/step-scope.ts';
import { WorkflowParams, evaluateAttribute } from '../../../src/param/workflow-scope.ts';
import { definitions } from './definitions.ts';
import {
  INSTANCE,
  NOON,
  PROGRAMS,
  STEP,
  context,
  dataOf,
  evaluateStep,
  evaluateWorkflow,
} from './evaluations.ts';

function finishedStep(stepId: string, params: object): [string, FinishedStep] {
  const facts = { ...STEP, stepId, stepInstanceUuid: `uuid-of-${stepId}` };
  const { parameters } = evaluateWorkflow(params);
  return [stepId, { facts, status: 'SUCCEEDED', endTimeMs: 99, params: parameters }];
}

const FINISHED = new Map([
  finishedStep('first', { x: { value: 3 }, name: { value: 'bob' }, list: { value: [4, 5] } }),
]);

describe('evaluateStepParams', () => {
  it('costs nothing for a step without parameters', () => {
    const workflow = new WorkflowParams(NO_PARAMETERS, INSTANCE, PROGRAMS);
    const sight = { workflow, data: dataOf({ step: STEP }) };
    expect(evaluateStepParams(NO_PARAMS, sight, context())).toBe(NOTHING_EVALUATED);
  });

  it('reads own, workflow and system parameters', () => {
    expect(
      evaluateStep(
        {
          a: { expression: 'n + 1', type: 'LONG' },
          b: { value: '$a $n $RUN_TS $step_id' },
          c: { expression: 'step_attempt_id + workflow_instance_id', type: 'LONG' },
          d: { expression: 'maestro_step_satisfied', type: 'BOOLEAN' },
        },
        { n: { value: 4 } },
      ).values,
    ).toEqual({ a: 5, b: `5 4 ${NOON} own`, c: 9, d: true });
  });

  it('hides an own parameter behind the workflow until its turn has come', () => {
    expect(
      evaluateStep(
        {
          early: { expression: 'n', type: 'LONG' },
          n: { value: 5 },
          late: { expression: 'n', type: 'LONG' },
          qualified: { expression: 'own__n', type: 'LONG' },
        },
        { n: { value: 4 } },
      ).values,
    ).toEqual({ early: 4, n: 5, late: 5, qualified: 5 });
  });

  it('evaluates an own parameter ahead of its turn', () => {
    expect(
      evaluateStep({
        a: { expression: 'own__c', type: 'LONG' },
        b: { expression: 'c + 1', type: 'LONG' },
        c: { value: 1 },
      }).values,
    ).toEqual({ a: 1, b: 2, c: 1 });
  });

  it('sees all workflow parameters through params, and own ones only by name', () => {
    expect(
      evaluateStep(
        {
          mine: { value: 'm' },
          all: { expression: "params.get('word') + params.get('RUN_TS')" },
          own2: { expression: "params.get('mine') + 'x'" },
        },
        { word: { value: 'w' } },
      ).values,
    ).toEqual({ mine: 'm', all: `w${NOON}`, own2: 'nullx' });
  });

  it('reads finished steps', () => {
    expect(
      evaluateStep(
        {
          sum: { expression: 'first__x + first__list[1]', type: 'LONG' },
          text: { value: '${first__name}:${first__x}' },
          fn: { expression: "params.getFromStep('first', 'name')" },
          status: { expression: "params.getFromStep('first', 'MAESTRO_STEP_STATUS')" },
          ended: {
            expression: "params.getFromStep('first', 'MAESTRO_STEP_END_TIME')",
            type: 'LONG',
          },
          uuid: { value: '$first__step_instance_uuid' },
          retries: { expression: "params.getFromStep('MAESTRO_STEP_ERROR_RETRIES')", type: 'LONG' },
        },
        {},
        { finished: FINISHED },
      ).values,
    ).toEqual({
      sum: 8,
      text: 'bob:3',
      fn: 'bob',
      status: 'SUCCEEDED',
      ended: 99,
      uuid: 'uuid-of-first',
      retries: 1,
    });
  });

  it('refuses steps that have not finished, and parameters they do not have', () => {
    const { problems } = evaluateStep(
      {
        a: { expression: 'slow__x', type: 'LONG' },
        b: { value: '${nobody__x}' },
        c: { expression: "params.getFromStep('first', 'nope')" },
        d: { expression: 'first__nope', type: 'LONG' },
        e: { expression: 'own__nope', type: 'LONG' },
      },
      {},
      { finished: FINISHED },
    );
    expect(problems.map((problem) => problem.path)).toEqual([
      'params.a',
      'params.b',
      'params.c',
      'params.d',
      'params.e',
    ]);
  });

  it('lets the step that exists decide what three underscores mean', () => {
    const expressions = { x: { expression: 'a___b', type: 'LONG' } };
    const run = (...steps: [string, FinishedStep][]) =>
      evaluateStep(expressions, {}, { finished: new Map(steps) });
    expect(run(finishedStep('a', { _b: { value: 1 } })).values).toEqual({ x: 1 });
    expect(run(finishedStep('a_', { b: { value: 2 } })).values).toEqual({ x: 2 });
    const both = run(
      finishedStep('a', { _b: { value: 1 } }),
      finishedStep('a_', { b: { value: 2 } }),
    );
    expect(both.problems).toHaveLength(1);
    expect(run().problems).toHaveLength(1);
  });

  it('reads the signals of its dependencies', () => {
    const signals = { initiator: {}, dependencies: [{ day: 5 }, { who: 'ann' }] };
    const day = "params.getFromSignalDependency('0', 'day') + 1";
    const seen = evaluateStep(
      {
        day: { expression: day, type: 'LONG' },
        who: { expression: "params.getFromSignalDependency('1', 'who')" },
      },
      {},
      { signals },
    );
    expect(seen.values).toEqual({ day: 6, who: 'ann' });
    const beyond = { x: { expression: "params.getFromSignalDependency('2', 'who')" } };
    expect(evaluateStep(beyond, {}, { signals }).problems).toHaveLength(1);
  });

  it('names what it needs of other actors, and goes on once it is there', () => {
    const finished = new Map([finishedStep('each', {}), finishedStep('sub', {})]);
    const json = {
      all: { expression: "params.getFromForeach('each', 'inner', 'x')", type: 'LONG_ARRAY' },
      one: { expression: "params.getFromSubworkflow('sub', 'inner', 'x')", type: 'LONG' },
    };
    const workflow = new WorkflowParams(NO_PARAMETERS, INSTANCE, PROGRAMS);
    const data = dataOf({ step: STEP, finished });
    const first = evaluateStepParams(definitions(json), { workflow, data }, context());
    const reads = [
      { kind: 'foreach', stepId: 'each', innerStepId: 'inner', param: 'x' },
      { kind: 'subworkflow', stepId: 'sub', innerStepId: 'inner', param: 'x' },
    ] as const;
    expect(first).toEqual({ kind: 'needs', reads });
    const remote = new Map([
      [remoteKey(reads[0]), { type: 'LONG_ARRAY', value: [1n, 2n] } as const],
      [remoteKey(reads[1]), { type: 'LONG', value: 7n } as const],
    ]);
    expect(evaluateStep(json, {}, { finished, remote }).values).toEqual({ all: [1, 2], one: 7 });
  });
});

describe('evaluateBesideStep', () => {
  it('evaluates a condition with the parameters of the step', () => {
    const { parameters } = evaluateStep({ n: { value: 5 } });
    const workflow = new WorkflowParams(NO_PARAMETERS, INSTANCE, PROGRAMS);
    const condition = { kind: 'expression', type: 'BOOLEAN', expression: 'n > 4' } as const;
    const sight = { workflow, data: dataOf({ step: STEP }), params: parameters };
    const result = evaluateBesideStep(condition, 'transition.next', sight, context());
    expect(result).toMatchObject({ kind: 'value', parameter: { evaluated: { value: true } } });
    const unknown = { ...condition, expression: 'm > 4' };
    expect(evaluateBesideStep(unknown, 'transition.next', sight, context())).toMatchObject({
      kind: 'failed',
      problem: { path: 'transition.next' },
    });
  });
});

describe('evaluateCondition', () => {
  const workflow = new WorkflowParams(
    evaluateWorkflow({ m: { value: 3 } }).parameters,
    INSTANCE,
    PROGRAMS,
  );
  const { parameters } = evaluateStep({ n: { value: 5 } });
  const sight = { workflow, data: dataOf({ step: STEP }), params: parameters };
  const condition = (expression: string) =>
    evaluateCondition(expression, 'transition.next', sight, context());

  it('is met or not', () => {
    expect(condition('true')).toEqual({ kind: 'condition', met: true });
    expect(condition('n > m')).toEqual({ kind: 'condition', met: true });
    expect(condition('m > n')).toEqual({ kind: 'condition', met: false });
    expect(condition("'TRUE'")).toEqual({ kind: 'condition', met: true });
  });

  it('fails when it is no BOOLEAN', () => {
    expect(condition('1')).toMatchObject({ kind: 'failed', problem: { path: 'transition.next' } });
  });
});

describe('evaluateAttribute', () => {
  it('interpolates with workflow parameters only', () => {
    const workflow = new WorkflowParams(
      evaluateWorkflow({ minutes: { value: 5 } }).parameters,
      INSTANCE,
      PROGRAMS,
    );
    const run = { workflow, data: dataOf({ step: STEP }) };
    const timeout = { kind: 'literal', type: 'STRING', value: '${minutes} minutes' } as const;
    expect(evaluateAttribute(timeout, 'timeout', run, context())).toMatchObject({
      kind: 'value',
      parameter: { evaluated: { value: '5 minutes' } },
    });
    const unknown = { ...timeout, value: '$step_id' };
    expect(evaluateAttribute(unknown, 'timeout', run, context())).toMatchObject({
      kind: 'failed',
      problem: { path: 'timeout' },
    });
  });
});
