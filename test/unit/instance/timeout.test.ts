// Time: sleeps, timeouts of steps and runs, and which timers are armed for them.

import { describe, expect, it } from 'vitest';
import { graph } from '../../support/graph.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { definitions } from '../param/definitions.ts';

const seconds = (value: number) => definitions({ sleep_seconds: { value, type: 'LONG' } });

describe('a Sleep', () => {
  it('ends after more than its seconds', () => {
    const world = InstanceWorld.born(graph({ nap: { type: 'Sleep', params: seconds(2) } }));
    expect(world.timers.get('sleep:1:1:1')).toBe(world.nowMs + 2_001);
    world.runOut();
    expect(world.whole).toBe('SUCCEEDED: nap SUCCEEDED');
  });

  it('sleeps three seconds when nothing is said, and none takes less than a millisecond', () => {
    const world = InstanceWorld.born(
      graph({ usual: { type: 'Sleep' }, none: { type: 'Sleep', params: seconds(0) } }),
    );
    expect(world.timers.get('sleep:1:1:1')).toBe(world.nowMs + 3_001);
    expect(world.timers.get('sleep:1:2:1')).toBe(world.nowMs + 1);
  });

  it('arms one timer: its own, or its timeout when that is earlier', () => {
    const world = InstanceWorld.born(
      graph({
        long: { type: 'Sleep', params: seconds(90), timeoutMs: 5_000 },
        short: { type: 'Sleep', params: seconds(4), timeoutMs: 5_000 },
      }),
    );
    expect([...world.timers.keys()].sort()).toEqual([
      'sleep:1:2:1',
      'step-timeout:1:1:1',
      'workflow-timeout:1',
    ]);
  });

  it('fails when its seconds are not a LONG', () => {
    const params = definitions({ sleep_seconds: { value: 'long', type: 'STRING' } });
    const world = InstanceWorld.born(graph({ nap: { type: 'Sleep', params } }));
    expect(world.whole).toBe('FAILED: nap INTERNALLY_FAILED');
  });
});

describe('the timeout of a step', () => {
  it('ends the step, and what is behind it is never created', () => {
    const world = InstanceWorld.born(
      graph({
        slow: { type: 'Shell', timeoutMs: 2_000, to: ['after'] },
        after: {},
        other: {},
      }),
    );
    expect(world.fireNext()).toBe('step-timeout:1:1:1');
    expect(world.whole).toBe('TIMED_OUT: slow TIMED_OUT, other SUCCEEDED');
  });

  it('is tried again up to its own limit', () => {
    const world = InstanceWorld.born(
      graph({ slow: { type: 'Sleep', params: seconds(9), timeoutMs: 1_000, retries: [0, 0, 1] } }),
    );
    world.fireNext();
    expect(world.whole).toBe('IN_PROGRESS: slow TIMEOUT_FAILED');
    expect(world.fireNext()).toBe('retry:1:1:1');
    expect(world.record('slow')?.retries.timeout).toBe(1);
    world.fireNext();
    expect(world.whole).toBe('TIMED_OUT: slow TIMED_OUT #2');
  });

  it('is disarmed with the end of the work', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell' }, other: { type: 'Shell' } }));
    world.report('work', 'DONE');
    expect([...world.timers.keys()].sort()).toEqual(['step-timeout:1:2:1', 'workflow-timeout:1']);
  });

  it('does not count the time before the start', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell', timeoutMs: 1_000 } }), {
      keepsPermits: true,
    });
    world.harness.nowMs += 5_000;
    expect(world.whole).toBe('IN_PROGRESS: work WAITING_FOR_PERMITS');
    world.grantPermit();
    expect(world.timers.get('step-timeout:1:1:1')).toBe(world.nowMs + 1_000);
  });
});

describe('the timeout of a run', () => {
  it('ends every step that is open and leaves the others', () => {
    const world = InstanceWorld.born(
      graph(
        {
          quick: {},
          slow: { type: 'Shell', to: ['after'] },
          nap: { type: 'Sleep', params: seconds(90) },
          after: {},
        },
        { timeoutMs: 3_000 },
      ),
    );
    expect(world.fireNext()).toBe('workflow-timeout:1');
    expect(world.whole).toBe('TIMED_OUT: quick SUCCEEDED, slow TIMED_OUT, nap TIMED_OUT');
  });

  it('counts from the beginning of the run, not from its birth', () => {
    const world = InstanceWorld.born(graph({ nap: { type: 'Sleep' } }, { timeoutMs: 1_000 }), {
      birth: { run: false },
    });
    expect(world.timers.size).toBe(0);
    world.harness.nowMs += 10_000;
    world.tell({ kind: 'run', run_id: 1 });
    expect(world.timers.get('workflow-timeout:1')).toBe(world.nowMs + 1_000);
  });

  it('loses against a step that has failed', () => {
    const world = InstanceWorld.born(
      graph(
        { bad: { type: 'Shell' }, nap: { type: 'Sleep', params: seconds(90) } },
        { timeoutMs: 9_000 },
      ),
    );
    world.report('bad', 'FATAL_ERROR');
    world.fireNext();
    expect(world.whole).toBe('FAILED: bad FATALLY_FAILED, nap TIMED_OUT');
  });
});
