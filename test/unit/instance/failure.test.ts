// Failures: what a step becomes, what is tried again, and what becomes of the run.

import { describe, expect, it } from 'vitest';
import { graph } from '../../support/graph.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { definitions } from '../param/definitions.ts';

const OOPS = definitions({ oops: { expression: "throw 'boom';", type: 'STRING' } });

describe('parameters that cannot be evaluated', () => {
  it('fail the step whatever its failure mode, and nothing is tried again', () => {
    const world = InstanceWorld.born(
      graph({
        ignored: { params: OOPS, failureMode: 'IGNORE_FAILURE', to: ['after'], retries: [3, 3, 3] },
        after: {},
        immediate: { params: OOPS, failureMode: 'FAIL_IMMEDIATELY' },
        slow: { type: 'Shell' },
      }),
    );
    expect(world.whole).toBe(
      'IN_PROGRESS: ignored INTERNALLY_FAILED, immediate INTERNALLY_FAILED, slow RUNNING',
    );
    world.report('slow', 'DONE');
    expect(world.status).toBe('FAILED');
    expect(world.details('ignored')?.timeline[0]).toMatchObject({
      message: 'The parameters cannot be evaluated',
      errors: [expect.stringContaining('boom')],
    });
  });
});

describe('a user error', () => {
  it('is tried again after 60 s and 120 s and fails the step the third time', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell', to: ['after'] }, after: {} }));
    world.report('work', 'USER_ERROR', { messages: ['exit code 1'] });
    expect(world.whole).toBe('IN_PROGRESS: work USER_FAILED');
    expect(world.timers.get('retry:1:1:1')).toBe(world.nowMs + 60_000);
    expect(world.details('work')?.timeline).toEqual([
      { timestamp: world.nowMs, type: 'LOG', level: 'INFO', message: 'exit code 1' },
      {
        timestamp: world.nowMs,
        type: 'LOG',
        level: 'INFO',
        message: 'The next attempt begins in 60 s',
      },
    ]);
    world.fireNext();
    expect(world.whole).toBe('IN_PROGRESS: work RUNNING #2');
    world.report('work', 'USER_ERROR');
    expect(world.timers.get('retry:1:1:2')).toBe(world.nowMs + 120_000);
    world.fireNext();
    expect(world.record('work')?.retries).toEqual({ error: 2, platform: 0, timeout: 0, manual: 0 });
    world.report('work', 'USER_ERROR');
    expect(world.whole).toBe('FAILED: work FATALLY_FAILED #3');
  });

  it('keeps its earlier attempts as they ended', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell', retries: [1, 0, 0] } }));
    world.report('work', 'USER_ERROR');
    world.fireNext();
    const answer = world.harness.read({ kind: 'step', step_id: 'work', attempt_id: 1 });
    expect(answer).toMatchObject({
      kind: 'found',
      value: { index: 0, attempts: [[1, expect.arrayContaining([15]), expect.anything()]] },
    });
  });

  it('is fatal when the runtime says that no other try will help', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell' } }));
    world.report('work', 'USER_ERROR', { artifacts: { maestro_retry: { retryable: false } } });
    expect(world.whole).toBe('FAILED: work FATALLY_FAILED');
  });
});

describe('a platform error', () => {
  it('is counted by itself', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell', retries: [0, 1, 0] } }));
    world.report('work', 'PLATFORM_ERROR');
    expect(world.story()).toBe('work PLATFORM_FAILED');
    world.fireNext();
    world.report('work', 'PLATFORM_ERROR');
    expect(world.whole).toBe('FAILED: work FATALLY_FAILED #2');
  });
});

describe('a step that fails for good', () => {
  const other = { type: 'Shell', to: ['later'] };

  it('lets other branches come to their end and holds up what is behind it', () => {
    const world = InstanceWorld.born(
      graph({
        bad: { type: 'Shell', to: ['meet'] },
        other,
        later: { to: ['meet'] },
        meet: {},
      }),
    );
    world.report('bad', 'FATAL_ERROR');
    expect(world.whole).toBe('IN_PROGRESS: bad FATALLY_FAILED, other RUNNING');
    world.report('other', 'DONE');
    expect(world.whole).toBe('FAILED: bad FATALLY_FAILED, other SUCCEEDED, later SUCCEEDED');
  });

  it('stops everything else with FAIL_IMMEDIATELY', () => {
    const world = InstanceWorld.born(
      graph({
        bad: { type: 'Shell', failureMode: 'FAIL_IMMEDIATELY' },
        other,
        nap: { type: 'Sleep' },
        later: {},
        again: { type: 'Shell' },
      }),
    );
    world.report('again', 'USER_ERROR');
    world.report('bad', 'FATAL_ERROR');
    expect(world.whole).toBe(
      'FAILED: bad FATALLY_FAILED, other STOPPED, nap STOPPED, again STOPPED #2',
    );
  });

  it('is passed over with IGNORE_FAILURE', () => {
    const world = InstanceWorld.born(
      graph({ bad: { type: 'Shell', failureMode: 'IGNORE_FAILURE', to: ['after'] }, after: {} }),
    );
    world.report('bad', 'FATAL_ERROR');
    expect(world.whole).toBe('SUCCEEDED: bad COMPLETED_WITH_ERROR, after SUCCEEDED');
  });

  it('fails when no step runtime knows its type', () => {
    const world = InstanceWorld.born(graph({ odd: { type: 'Titus' } }));
    expect(world.whole).toBe('FAILED: odd FATALLY_FAILED');
    expect(world.details('odd')?.timeline[0]).toMatchObject({
      message: 'There is no step runtime for steps of type Titus',
    });
  });
});

describe('an outcome that comes late', () => {
  it('is dropped when another attempt took the place of its own', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell' } }));
    world.report('work', 'USER_ERROR');
    world.fireNext();
    world.reportAs('launch:1:1:1', { kind: 'ended', state: 'DONE' });
    expect(world.whole).toBe('IN_PROGRESS: work RUNNING #2');
    expect(world.effects.has('launch:1:1:2')).toBe(true);
  });

  it('is dropped when the run has ended, or knows no such run', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell' } }));
    world.reportAs('launch:2:1:1', { kind: 'ended', state: 'DONE' });
    expect(world.status).toBe('IN_PROGRESS');
    world.ask({ kind: 'stop', kill: false, author: 'ada' });
    world.reportAs('launch:1:1:1', { kind: 'ended', state: 'DONE' });
    expect(world.whole).toBe('STOPPED: work STOPPED');
  });
});
