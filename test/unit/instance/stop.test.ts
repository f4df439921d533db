// Stopping and killing a run, and what those who ask are told.

import { describe, expect, it } from 'vitest';
import { graph } from '../../support/graph.ts';
import { createMessage, InstanceWorld } from '../../support/instance-world.ts';

const STOP = { kind: 'stop', kill: false, author: 'ada' };
const KILL = { kind: 'stop', kill: true, author: 'ada' };

const BUSY = graph({
  done: { to: ['slow'] },
  slow: { type: 'Shell', to: ['after'], failureMode: 'IGNORE_FAILURE' },
  after: {},
  nap: { type: 'Sleep' },
});

describe('stopping a run', () => {
  it('stops the steps that are open; finished ones keep their status', () => {
    const world = InstanceWorld.born(BUSY);
    const answer = world.ask(STOP);
    expect(world.whole).toBe('STOPPED: done SUCCEEDED, slow STOPPED, nap STOPPED');
    expect(answer).toMatchObject({
      kind: 'acted',
      details: {
        workflow_id: 'daily.report',
        workflow_instance_id: 7,
        workflow_run_id: 1,
        workflow_instance_status: 'STOPPED',
        completed: true,
        timeline_event: { type: 'LOG' },
      },
    });
  });

  it('makes a run with a failed step a failed one', () => {
    const world = InstanceWorld.born(graph({ bad: { type: 'Shell' }, nap: { type: 'Sleep' } }));
    world.report('bad', 'FATAL_ERROR');
    world.ask(STOP);
    expect(world.whole).toBe('FAILED: bad FATALLY_FAILED, nap STOPPED');
  });

  it('stops the next attempt of a step that waits for it; the failed one stays as it ended', () => {
    const world = InstanceWorld.born(graph({ work: { type: 'Shell' } }));
    world.report('work', 'USER_ERROR');
    const failed = world.record('work');
    world.harness.nowMs += 5_000;
    world.ask(STOP);
    expect(world.whole).toBe('STOPPED: work STOPPED #2');
    expect(world.record('work')?.retries).toEqual({ error: 1, platform: 0, timeout: 0, manual: 0 });
    expect(world.attempt('work', 1)).toEqual({ ...failed, alarmAtMs: 0 });
    expect(world.timers.size).toBe(0);
  });

  it('ends a queued run at once, which then never began', () => {
    const world = InstanceWorld.born(BUSY, { birth: { run: false } });
    expect(world.ask(STOP)).toMatchObject({ details: { completed: true } });
    expect(world.head).toMatchObject({
      status: 'STOPPED',
      startTimeMs: 0,
      timeline: [{ type: 'LOG' }],
    });
    expect(world.sends.at(-1)?.message).toMatchObject({ kind: 'ended', status: 'STOPPED' });
    world.tell({ kind: 'run', run_id: 1 });
    expect(world.whole).toBe('STOPPED: ');
  });

  it('takes more than one turn for many steps, and tells so', () => {
    const ids = Array.from({ length: 120 }, (_, n) => `s${n}`);
    const world = InstanceWorld.born(
      graph(Object.fromEntries(ids.map((id) => [id, { type: 'Sleep' }]))),
    );
    world.harness.hold = true;
    expect(world.ask(STOP)).toMatchObject({
      details: { completed: false, workflow_instance_status: 'IN_PROGRESS' },
    });
    world.harness.hold = false;
    world.tell({ kind: 'advance' });
    expect(world.status).toBe('STOPPED');
  });

  it('begins nothing that was ready to begin', () => {
    const ids = Array.from({ length: 120 }, (_, n) => `s${n}`);
    const world = new InstanceWorld(graph(Object.fromEntries(ids.map((id) => [id, {}]))));
    world.harness.hold = true;
    world.ask(createMessage(world.nowMs));
    world.ask(STOP);
    expect(world.status).toBe('STOPPED');
    expect(world.head.counts.reduce((sum, count) => sum + count)).toBe(50);
  });
});

describe('killing a run', () => {
  it('fails the steps that are open whatever their failure mode', () => {
    const world = InstanceWorld.born(BUSY);
    world.ask(KILL);
    expect(world.whole).toBe('FAILED: done SUCCEEDED, slow FATALLY_FAILED, nap FATALLY_FAILED');
  });

  it('makes a queued run a failed one', () => {
    const world = InstanceWorld.born(BUSY, { birth: { run: false } });
    world.ask(KILL);
    expect(world.whole).toBe('FAILED: ');
  });
});

describe('stopping a run that has ended', () => {
  it('changes nothing and is fine when it ended as wanted', () => {
    const world = InstanceWorld.born(BUSY);
    world.ask(STOP);
    const before = world.harness.head;
    expect(world.ask(STOP)).toMatchObject({ kind: 'acted', details: { completed: true } });
    expect(world.harness.head).toEqual(before);
  });

  it('is refused when it ended otherwise', () => {
    const world = InstanceWorld.born(BUSY);
    world.ask(STOP);
    expect(world.ask(KILL)).toMatchObject({ kind: 'refused', code: 'invalid-status' });
  });

  it('is refused for a run that is not the latest, be it over or yet to come', () => {
    const world = InstanceWorld.born(BUSY);
    expect(world.ask({ ...STOP, run_id: 0 })).toMatchObject({ code: 'invalid' });
    expect(world.ask({ ...STOP, run_id: 2 })).toMatchObject({ code: 'invalid' });
    expect(world.status).toBe('IN_PROGRESS');
  });
});

describe('an instance that does not exist', () => {
  it('is not found by those who stop or await it', () => {
    const world = new InstanceWorld(BUSY);
    for (const message of [STOP, { kind: 'await-end' }]) {
      expect(world.ask(message)).toMatchObject({ kind: 'refused', code: 'not-found' });
    }
    expect(world.harness.read({ kind: 'run' })).toMatchObject({ code: 'not-found' });
  });
});
