// Timeouts and retry policies that name parameters of the workflow.

import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../../src/definition/attribute.ts';
import { problem } from '../../../src/definition/problem.ts';
import { graph, retryPolicy } from '../../support/graph.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { definitions } from '../param/definitions.ts';

/** Seconds, written as a text. */
function seconds(text: string): Attribute<number> {
  return {
    kind: 'written',
    path: 'timeout',
    texts: [text],
    read: ([written]) => {
      const value = Number(written) * 1_000;
      if (value > 0) return { kind: 'value', value };
      return { kind: 'refused', problem: problem('timeout', 'be positive', written) };
    },
  };
}

const params = definitions({ n: { value: 9, type: 'LONG' } });
const birth = { params: { n: { r: 9n, t: 1 } } };

describe('a timeout with a parameter in it', () => {
  it('is that of the run', () => {
    const timed = graph(
      { work: { type: 'Shell', timeout: seconds('${n}') } },
      { params, timeout: seconds('1$n') },
    );
    const world = InstanceWorld.born(timed, { birth });
    expect(world.timers.get('step-timeout:1:1:1')).toBe(world.nowMs + 9_000);
    expect(world.timers.get('workflow-timeout:1')).toBe(world.nowMs + 19_000);
  });

  it('fails the step when it comes to nothing, before its parameters are evaluated', () => {
    for (const text of ['${nobody}', '-$n']) {
      const timed = graph({ a: { timeout: seconds(text), to: ['b'] }, b: {} }, { params });
      const world = InstanceWorld.born(timed, { birth });
      expect(world.whole).toBe('FAILED: a INTERNALLY_FAILED');
      expect(world.details('a')?.timeline[0]).toMatchObject({ message: 'The step has no timeout' });
      expect(world.record('a')?.times.filter((time) => time > 0)).toHaveLength(2);
    }
  });

  it('fails a run that has none, which then never begins', () => {
    const world = InstanceWorld.born(graph({ a: {} }, { timeout: seconds('${nobody}') }));
    expect(world.whole).toBe('FAILED: ');
    expect(world.head).toMatchObject({
      startTimeMs: 0,
      timeline: [{ message: 'The run has no timeout' }],
    });
  });
});

describe('a retry policy with a parameter in it', () => {
  const policy = (text: string): Attribute<ReturnType<typeof retryPolicy>> => ({
    kind: 'written',
    path: 'retry_policy',
    texts: [text],
    read: ([limit]) => ({ kind: 'value', value: retryPolicy(Number(limit), 0, 0) }),
    otherwise: retryPolicy(0, 0, 0),
  });

  it('is that of the run', () => {
    const world = InstanceWorld.born(
      graph({ work: { type: 'Shell', retryPolicy: policy('$n') } }, { params }),
      { birth },
    );
    world.report('work', 'USER_ERROR');
    expect(world.story()).toBe('work USER_FAILED');
  });

  it('is the one that stands in when it names what is unknown', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell', retryPolicy: policy('$x') } }));
    world.report('work', 'USER_ERROR');
    expect(world.story()).toBe('work FATALLY_FAILED');
  });
});
