// Birth, waiting for the end, permits, and the removal of an instance.

import { describe, expect, it } from 'vitest';
import { graph } from '../../support/graph.ts';
import { createMessage, InstanceWorld } from '../../support/instance-world.ts';

const QUICK = graph({ a: {} });
const NAP = graph({ nap: { type: 'Sleep' } });

describe('a birth', () => {
  it('is answered with the numbers of the instance', () => {
    const world = new InstanceWorld(NAP);
    expect(world.ask(createMessage(world.nowMs))).toEqual({
      kind: 'started',
      workflow_id: 'daily.report',
      workflow_version_id: 3,
      workflow_instance_id: 7,
      workflow_run_id: 1,
      workflow_uuid: '00000000-0000-4000-a000-000000000007',
      status: 'CREATED',
      timeline_event: { type: 'LOG', timestamp: 1_000_000, level: 'INFO', message: 'started' },
    });
  });

  it('is answered at the end of the run when the caller wants that', () => {
    const world = new InstanceWorld(NAP);
    expect(world.ask(createMessage(world.nowMs, { await_end: true }))).toBeUndefined();
    world.runOut();
    expect(world.replies).toMatchObject([{ kind: 'ended', status: 'SUCCEEDED' }]);
  });

  it('ends at once when the run strategy says so', () => {
    const endsAs = { status: 'STOPPED', message: 'another one runs' } as const;
    const world = new InstanceWorld(QUICK);
    const answer = world.ask(createMessage(world.nowMs, { run: false, ends_as: endsAs }));
    expect(answer).toMatchObject({ kind: 'started', status: 'STOPPED' });
    expect(world.head).toMatchObject({
      status: 'STOPPED',
      startTimeMs: 0,
      endTimeMs: 1_000_000,
      timeline: [{ message: 'another one runs' }],
    });
    expect(world.changes).toMatchObject([{ statuses: ['CREATED', 'STOPPED'] }]);
  });

  it('happens once', () => {
    const world = InstanceWorld.born(NAP);
    const before = world.harness.head;
    world.tell(createMessage(world.nowMs + 1));
    expect(world.harness.head).toEqual(before);
  });

  it('waits for its turn when the run strategy wants that', () => {
    const world = InstanceWorld.born(QUICK, { birth: { run: false } });
    expect(world.whole).toBe('CREATED: ');
    world.harness.nowMs += 500;
    world.tell({ kind: 'run', run_id: 1 });
    expect(world.head).toMatchObject({ status: 'SUCCEEDED', startTimeMs: 1_000_500 });
  });
});

describe('waiting for the end', () => {
  it('is answered at once when the run has ended', () => {
    const world = InstanceWorld.born(QUICK);
    expect(world.ask({ kind: 'await-end' })).toMatchObject({ kind: 'ended', status: 'SUCCEEDED' });
  });

  it('is possible for 64 callers', () => {
    const world = InstanceWorld.born(NAP);
    for (let n = 0; n < 64; n++) expect(world.ask({ kind: 'await-end' })).toBeUndefined();
    expect(world.ask({ kind: 'await-end' })).toMatchObject({ kind: 'refused', code: 'conflict' });
    world.runOut();
    expect(world.replies.filter(({ kind }) => kind === 'ended')).toHaveLength(64);
  });
});

describe('permits', () => {
  const three = { a: { type: 'Shell' }, b: { type: 'Shell' }, c: { type: 'Sleep' } };

  it('are asked of the workflow and given back with the end of the work', () => {
    const world = InstanceWorld.born(graph({ a: { type: 'Shell' } }));
    world.report('a', 'DONE');
    expect(world.sends.map(({ message }) => message['kind'])).toEqual([
      'permit-request',
      'permit-release',
      'ended',
    ]);
  });

  it('are not needed by steps without work', () => {
    const world = InstanceWorld.born(QUICK);
    expect(world.sends.map(({ message }) => message['kind'])).toEqual(['ended']);
  });

  it('are counted by the instance alone when it has a limit of its own', () => {
    const world = InstanceWorld.born(graph(three, { instanceStepConcurrency: 1 }));
    expect(world.story()).toBe('a RUNNING, b WAITING_FOR_PERMITS, c WAITING_FOR_PERMITS');
    world.report('a', 'USER_ERROR');
    expect(world.story()).toBe('a USER_FAILED, b RUNNING, c WAITING_FOR_PERMITS');
    world.report('b', 'DONE');
    expect(world.story()).toBe('a USER_FAILED, b SUCCEEDED, c RUNNING');
    world.fireNext();
    world.fireNext();
    world.report('a', 'DONE');
    expect(world.status).toBe('SUCCEEDED');
    expect(world.sends.map(({ message }) => message['kind'])).toEqual(['ended']);
    expect(world.head).toMatchObject({ permitsHeld: 0, effects: 0 });
  });

  it('are asked of both when the workflow has a limit beside that of the instance', () => {
    const world = InstanceWorld.born(graph(three, { instanceStepConcurrency: 2 }), {
      keepsPermits: true,
      birth: { run_properties: { owner: 'ada', step_concurrency: 5 } },
    });
    expect(world.permitsAsked).toBe(2);
    world.grantPermit();
    world.report('a', 'DONE');
    expect(world.permitsAsked).toBe(2);
    expect(world.story()).toBe('a SUCCEEDED, b WAITING_FOR_PERMITS, c WAITING_FOR_PERMITS');
  });

  it('that come for a stopped step are given back', () => {
    const world = InstanceWorld.born(graph({ a: { type: 'Shell' } }), { keepsPermits: true });
    world.ask({ kind: 'stop', kill: false, author: 'ada' });
    expect(world.head.permitsUnwanted).toBe(1);
    world.grantPermit();
    expect(world.sends.at(-1)?.message).toEqual({
      kind: 'permit-release',
      step_id: 'a',
      instance_limited: false,
    });
    expect(world.head.permitsUnwanted).toBe(0);
  });
});

describe('an instance that has ended', () => {
  it('is kept for ever when nothing is said', () => {
    expect(InstanceWorld.born(QUICK).timers.size).toBe(0);
  });

  it('is kept as long as its workflow says, whatever the node does', () => {
    const kept = (retention: string) =>
      InstanceWorld.born(QUICK, {
        retentionMs: 1_000,
        birth: { run_properties: { owner: 'ada', retention } },
      });
    const long = kept('2 h');
    expect(long.timers.get('retention')).toBe(long.nowMs + 7_200_000);
    expect(kept('keep').timers.get('retention')).toBeUndefined();
  });

  it('is removed after its retention', () => {
    const world = InstanceWorld.born(QUICK, { retentionMs: 1_000 });
    expect(world.timers.get('retention')).toBe(world.nowMs + 1_000);
    world.fireNext();
    expect(world.harness.head).toBeUndefined();
    expect(world.sends.at(-1)?.message).toEqual({
      kind: 'removed',
      instance_id: 7,
      request_id: '00000000-0000-4000-a000-000000000007',
    });
    expect(world.indexed.at(-1)).toBeUndefined();
  });

  it('is kept until the permits it no longer wants have come', () => {
    const world = InstanceWorld.born(graph({ a: { type: 'Shell' } }), {
      keepsPermits: true,
      retentionMs: 1_000,
    });
    world.ask({ kind: 'stop', kill: false, author: 'ada' });
    world.fireNext();
    expect(world.harness.head).toBeDefined();
    world.grantPermit();
    world.fireNext();
    expect(world.harness.head).toBeUndefined();
  });

  it('is removed when its workflow is', () => {
    const world = InstanceWorld.born(QUICK, { retentionMs: 1_000 });
    world.tell({ kind: 'remove' });
    expect(world.harness.head).toBeUndefined();
    expect(world.timers.size).toBe(0);
  });
});

describe('an instance that is removed', () => {
  it('leaves nothing behind even if it was running', () => {
    const world = InstanceWorld.born(graph({ a: { type: 'Shell' }, nap: { type: 'Sleep' } }));
    world.tell({ kind: 'remove' });
    expect(world.timers.size + world.effects.size).toBe(0);
    expect(world.sends.slice(-2).map(({ message }) => message['kind'])).toEqual([
      'ended',
      'removed',
    ]);
  });

  it('answers a removal although it does not exist', () => {
    const world = new InstanceWorld(QUICK);
    world.tell({ kind: 'remove' });
    expect(world.sends.at(-1)?.message).toMatchObject({ kind: 'removed', request_id: '' });
  });
});

describe('a turn that changes nothing', () => {
  it('writes nothing, whatever came', () => {
    const world = InstanceWorld.born(graph({ a: { type: 'Shell' } }));
    const quiet = [
      { kind: 'timer', name: 'sleep:1:1:1', dueAtMs: 5 },
      { kind: 'timer', name: 'workflow-timeout:2', dueAtMs: 5 },
      { kind: 'outcome', id: 'launch:1:1:1', outcome: { kind: 'started' } },
      { kind: 'message', message: { kind: 'run', run_id: 1 } },
    ] as const;
    for (const delivery of quiet) {
      const before = world.harness.head;
      const turns = world.harness.deliver(delivery);
      expect(turns.journal).toEqual([]);
      expect(world.harness.head).toEqual(before);
    }
  });
});
