// Workflows as they are written: what is read, how answers show it, and what is refused.

import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../src/definition/json.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import type { RunDefinition } from '../../../src/instance/run-definition.ts';
import type { StartDefinition } from '../../../src/workflow/run-params.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { compiled, firstStep, leading, noop, problemsOf, workflow } from './compiled.ts';

describe('a definition', () => {
  it('is what an instance runs and a start reads', () => {
    const definition = compiled(workflow({ steps: [leading('a', 'b'), noop('b')] }));
    const run: RunDefinition = definition;
    const start: StartDefinition = definition;
    expect(InstanceWorld.born(run).whole).toBe('SUCCEEDED: a SUCCEEDED, b SUCCEEDED');
    expect(start.tags).toEqual([]);
  });

  it('has defaults for what is not given', () => {
    const definition = compiled(workflow());
    expect(definition).toMatchObject({
      id: 'w',
      name: 'w',
      timeout: { kind: 'fixed', value: 864_000_000 },
      timeTriggers: [],
    });
    expect(definition.steps[0]).toMatchObject({
      name: 'a',
      type: 'NoOp',
      typeInfo: 'NoOp',
      failureMode: 'FAIL_AFTER_RUNNING',
      predecessors: 0,
    });
    expect(definition.json).toEqual({
      id: 'w',
      steps: [{ step: { id: 'a', type: 'NoOp', transition: {} } }],
    });
  });

  it('is shown with words in their own spelling, tags as objects, and without nulls', () => {
    const definition = compiled(
      workflow({
        name: null,
        tags: ['t', { name: 'u', note: 1 }],
        criticality: 'high',
        params: { n: { value: '5', type: 'long' } },
        steps: [noop('a', { type: 'noop', failure_mode: 'ignore_failure', description: null })],
      }),
    );
    expect(definition.json).toEqual({
      id: 'w',
      tags: [{ name: 't' }, { name: 'u', note: 1 }],
      criticality: 'HIGH',
      params: { n: { value: 5, type: 'LONG' } },
      steps: [{ step: { id: 'a', type: 'NoOp', failure_mode: 'IGNORE_FAILURE', transition: {} } }],
    });
    expect(compiled(definition.json).json).toEqual(definition.json);
  });

  it('reports every problem at once', () => {
    expect(
      problemsOf({ id: 'a b', colour: 'red', timeout: -1, steps: [{ step: { type: 'Teapot' } }] }),
    ).toHaveLength(5);
  });

  it('names the path, the rule and what was found', () => {
    expect(problemsOf(workflow({ instance_step_concurrency: 1_000 }))).toEqual([
      'workflow.instance_step_concurrency must be a whole number from 1 to 999, but is number 1000',
    ]);
    expect(problemsOf(workflow({ name: 'x'.repeat(257) }))).toEqual([
      'workflow.name must have at most 256 characters, but is string of 257 characters',
    ]);
  });

  it('refuses ids that are reserved, too long or made of other characters', () => {
    for (const id of ['maestro_x', 'x_Maestro', 'a b', '.a', '', 'x'.repeat(129)]) {
      expect(problemsOf(workflow({ id }))).toHaveLength(1);
    }
    for (const id of ['9.a-b_C', 'x'.repeat(128)]) expect(problemsOf(workflow({ id }))).toEqual([]);
  });

  it('is bounded in its steps, those of loops included', () => {
    const loop = (id: string, ...steps: ReturnType<typeof noop>[]) => ({
      foreach: { id, params: { loop_params: { value: { [id]: { value: [1] } } } }, steps },
    });
    const limits = { ...DEFAULT_DEFINITION_LIMITS, steps: 3 };
    expect(problemsOf(workflow({ steps: [loop('l', noop('a'), noop('b'))] }), limits)).toEqual([]);
    expect(
      problemsOf(workflow({ steps: [loop('l', noop('a'), noop('b')), noop('c')] }), limits),
    ).toEqual([
      'workflow.steps must hold at most 3 steps, those inside loops included, but is 4 steps',
    ]);
  });
});

describe('the graph', () => {
  it('is known by indexes', () => {
    const { steps, roots, indexes } = compiled(
      workflow({
        steps: [noop('end'), leading('a', 'end', 'b'), leading('b', 'end'), noop('lone')],
      }),
    );
    expect(roots).toEqual([1, 3]);
    expect(indexes.get('b')).toBe(2);
    expect(steps.map(({ predecessors }) => predecessors)).toEqual([2, 0, 1, 0]);
    expect(steps[1]?.successors).toEqual([
      { index: 0, stepId: 'end', condition: 'true', always: true },
      { index: 2, stepId: 'b', condition: 'true', always: true },
    ]);
  });

  it('evaluates only conditions that are not constantly true', () => {
    const transition = { successors: { b: ' true; ', c: 'n > 1', d: true } };
    const step = firstStep(noop('a', { transition }), noop('b'), noop('c'), noop('d'));
    expect(step.successors.map(({ always }) => always)).toEqual([true, false, true]);
  });

  it('names the steps of a cycle', () => {
    expect(
      problemsOf(workflow({ steps: [leading('r', 'a'), leading('a', 'b'), leading('b', 'a')] })),
    ).toEqual(['workflow.steps must have no cycle of transitions, but is a -> b -> a']);
  });

  it('refuses successors that do not exist, also those of another level', () => {
    const loop = {
      foreach: {
        id: 'l',
        params: { loop_params: { value: { i: { value: [1] } } } },
        steps: [leading('inner', 'outer')],
      },
    };
    expect(problemsOf(workflow({ steps: [leading('a', 'nobody')] }))).toEqual([
      'workflow.steps[0].step.transition.successors.nobody must name a step of the same list of steps, but is string "nobody"',
    ]);
    expect(problemsOf(workflow({ steps: [loop, noop('outer')] }))).toHaveLength(1);
  });

  it('takes predecessors when they are those that follow from the successors', () => {
    const b = (...predecessors: readonly string[]) => noop('b', { transition: { predecessors } });
    expect(problemsOf(workflow({ steps: [leading('a', 'b'), b('a')] }))).toEqual([]);
    expect(problemsOf(workflow({ steps: [leading('a', 'b'), b('c'), noop('c')] }))).toEqual([
      'workflow.steps[1].step.transition.predecessors must be the steps that lead here, [a], or be left out, but is [c]',
    ]);
  });

  it('refuses conditions that are no expressions', () => {
    const transition = { successors: { b: '1 +' } };
    const [line] = problemsOf(workflow({ steps: [noop('a', { transition }), noop('b')] }));
    expect(line).toMatch(/transition\.successors\.b must be an expression, but is one that cannot/);
  });

  it('takes no name for granted that every object has', () => {
    const json: unknown = JSON.parse('{"__proto__": "true"}');
    const transition = { successors: isJsonObject(json) ? json : {} };
    expect(problemsOf(workflow({ steps: [noop('a', { transition })] }))).toHaveLength(1);
  });
});
