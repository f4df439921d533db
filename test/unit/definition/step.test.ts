// Steps of every kind as they are written.

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/definition/json.ts';
import { everyStep } from '../../support/every-step.ts';
import { compiled, firstStep, noop, problemsOf, stepProblems, workflow } from './compiled.ts';

const loopParams = (name: string): JsonObject => ({
  loop_params: { value: { [name]: { value: [1, 2] } }, type: 'MAP' },
});

const foreach = (id: string, fields: JsonObject = {}): JsonObject => ({
  foreach: { id, params: loopParams(`${id}_i`), steps: [noop(`${id}_body`)], ...fields },
});

describe('a step', () => {
  it('has exactly one kind', () => {
    for (const step of [{}, { teapot: {} }, { step: { id: 'a', type: 'NoOp' }, while: {} }]) {
      const [line] = problemsOf(workflow({ steps: [step] }));
      expect(line).toContain(
        'workflow.steps[0] must have exactly one of the keys step, subworkflow',
      );
    }
  });

  it('refuses fields of other kinds of steps', () => {
    expect(stepProblems({ sync: true })[0]).toMatch(/^sync must be one of the fields id, name, /);
    expect(problemsOf(workflow({ steps: [foreach('f', { retry_policy: {} })] }))).toHaveLength(1);
  });

  it('has an id of its own in the whole definition', () => {
    const steps = [foreach('f', { steps: [noop('x')] }), noop('x')];
    expect(problemsOf(workflow({ steps }))).toEqual([
      'workflow.steps[1].step.id must differ from that of workflow.steps[0].foreach.steps[0].step, but is string "x"',
    ]);
  });

  it('is known by its sub type where it has one', () => {
    const step = firstStep(
      noop('a', { type: 'NOTEBOOK', sub_type: 'Report', sub_type_version: 'v2' }),
    );
    expect(step).toMatchObject({ type: 'Notebook', typeInfo: 'Report', subTypeVersion: 'v2' });
  });
});

describe('a subworkflow', () => {
  const sub = (fields: JsonObject): JsonObject => ({
    subworkflow: { id: 's', params: { subworkflow_id: { value: 'other' } }, ...fields },
  });

  it('waits for its end and hands down everything unless it says otherwise', () => {
    expect(firstStep(sub({})).shape).toEqual({
      kind: 'subworkflow',
      sync: true,
      explicitParams: false,
    });
    expect(firstStep(sub({ sync: false, explicit_params: true })).shape).toEqual({
      kind: 'subworkflow',
      sync: false,
      explicitParams: true,
    });
  });

  it('names a workflow', () => {
    expect(problemsOf(workflow({ steps: [sub({ params: {} })] }))).toHaveLength(1);
  });
});

describe('a loop', () => {
  it('has a graph of its own', () => {
    const definition = compiled(workflow({ steps: [foreach('f', { concurrency: 7 }), noop('z')] }));
    expect([...everyStep(definition)].map(({ id }) => id)).toEqual(['f', 'f_body', 'z']);
    expect(definition.steps[0]?.shape).toMatchObject({
      kind: 'foreach',
      concurrency: 7,
      strictOrdering: false,
      body: { roots: [0] },
    });
  });

  it('needs loop_params and steps', () => {
    for (const fields of [{ params: {} }, { params: null }, { steps: [] }, { concurrency: 501 }]) {
      expect(problemsOf(workflow({ steps: [foreach('f', fields)] }))).toHaveLength(1);
    }
  });

  it('names no parameter of a loop around it', () => {
    const inner = foreach('g', { params: loopParams('f_i') });
    expect(problemsOf(workflow({ steps: [foreach('f', { steps: [inner] })] }))).toEqual([
      'workflow.steps[0].foreach.steps[0].foreach.params.loop_params.value.f_i must have a name that no loop around has, but is string "f_i"',
    ]);
    const beside = foreach('g', { params: loopParams('f_i') });
    expect(problemsOf(workflow({ steps: [foreach('f'), beside] }))).toEqual([]);
  });

  it('lies in 32 others at most', () => {
    const nested = (depth: number): JsonObject =>
      depth === 0 ? noop('x') : foreach(`f${depth}`, { steps: [nested(depth - 1)] });
    expect(problemsOf(workflow({ steps: [nested(32)] }))).toEqual([]);
    expect(problemsOf(workflow({ steps: [nested(33)] }))[0]).toContain('lie in at most 32 loops');
  });

  it('asks a condition when it is a while loop', () => {
    const loop = (fields: JsonObject): JsonObject => ({
      while: { id: 'w', params: loopParams('i'), steps: [noop('b')], ...fields },
    });
    expect(firstStep(loop({ condition: 'i < 3' })).shape).toMatchObject({ condition: 'i < 3' });
    expect(problemsOf(workflow({ steps: [loop({ condition: 'i <' })] }))).toHaveLength(1);
    expect(problemsOf(workflow({ steps: [loop({})] }))[0]).toContain('condition must be a string');
  });
});

describe('signals of a step', () => {
  const match = (operator: string, type = 'LONG'): JsonObject => ({
    param: { value: type === 'LONG' ? 1 : 'x', type },
    operator,
  });

  it('are read with their operators', () => {
    const step = firstStep(
      noop('a', {
        signal_dependencies: [{ name: 'in_${n}', match_params: { x: match('>='), y: match('=') } }],
        signal_outputs: [{ name: 'out', params: { k: { expression: 'n', type: 'LONG' } } }],
      }),
    );
    expect(step.signalDependencies).toMatchObject([
      {
        name: 'in_${n}',
        matches: [
          { name: 'x', operator: '>=' },
          { name: 'y', operator: '=' },
        ],
      },
    ]);
    expect(step.signalOutputs).toMatchObject([{ name: 'out' }]);
  });

  it('have one range, values of STRING or LONG, and names', () => {
    const dependency = (match_params: JsonObject, name = 's'): JsonObject => ({
      signal_dependencies: [{ name, match_params }],
    });
    expect(stepProblems(dependency({ x: match('>'), y: match('<') }))).toEqual([
      'signal_dependencies[0].match_params must have at most one operator other than =, but is x >, y <',
    ]);
    expect(stepProblems(dependency({ x: match('~') }))).toHaveLength(1);
    expect(stepProblems(dependency({ x: { param: { value: true }, operator: '=' } }))).toHaveLength(
      1,
    );
    expect(stepProblems(dependency({}, 'maestro_s'))).toHaveLength(1);
    expect(
      stepProblems({ signal_outputs: [{ name: 's', params: { d: { value: 1.5 } } }] }),
    ).toHaveLength(1);
    expect(stepProblems({ signal_dependencies: [] })).toHaveLength(1);
    expect(stepProblems({ signal_dependencies: [{}] })).toHaveLength(1);
  });
});
