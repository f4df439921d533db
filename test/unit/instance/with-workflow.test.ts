// What workflows and instances promise each other, with both of them running.

import { describe, expect, it } from 'vitest';
import { EngineWorld } from '../../support/engine-world.ts';
import { graph } from '../../support/graph.ts';
import { definitions } from '../param/definitions.ts';

const QUICK = graph({ a: { to: ['b'] }, b: {} });
const NAP = graph({
  nap: { type: 'Sleep', params: definitions({ sleep_seconds: { value: 9, type: 'LONG' } }) },
});

describe('a start', () => {
  it('is answered with the numbers of an instance that can be read, or with its end', () => {
    const world = new EngineWorld(QUICK);
    expect(world.start()).toMatchObject({
      kind: 'started',
      workflow_instance_id: 1,
      status: 'CREATED',
    });
    expect(world.start({ await_end: true })).toMatchObject({
      kind: 'ended',
      workflow_instance_id: 2,
      status: 'SUCCEEDED',
    });
    expect(world.statuses).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('evaluates parameters that steps and conditions then see', () => {
    const text = { a: { to: ['b if n > 4', 'c if 4 > n'] }, b: {}, c: {} };
    const params = definitions({ n: { expression: '2 * 3', type: 'LONG' } });
    const world = new EngineWorld(graph(text, { params }));
    expect(world.start({ await_end: true })).toMatchObject({ status: 'SUCCEEDED' });
    expect([world.stepsIn('SUCCEEDED'), world.stepsIn('UNSATISFIED')]).toEqual([2, 1]);
  });

  it('waits for the one before it when the workflow runs one at a time', () => {
    const world = new EngineWorld(NAP);
    world.start();
    world.start();
    expect(world.statuses).toEqual(['IN_PROGRESS', 'CREATED']);
    world.fireNext();
    expect(world.statuses).toEqual(['SUCCEEDED', 'IN_PROGRESS']);
    world.fireNext();
    expect(world.statuses).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('is stored as stopped when the workflow takes the first one only', () => {
    const world = new EngineWorld(NAP, { run_strategy: 'FIRST_ONLY' });
    world.start();
    expect(world.start()).toMatchObject({ status: 'STOPPED' });
    expect(world.statuses).toEqual(['IN_PROGRESS', 'STOPPED']);
  });
});

describe('stopping a workflow', () => {
  it('ends what runs and what waits', () => {
    const world = new EngineWorld(NAP);
    for (let n = 0; n < 3; n++) world.start();
    world.command({ kind: 'stop-all', kill: false, author: 'ada' });
    expect(world.statuses).toEqual(['STOPPED', 'STOPPED', 'STOPPED']);
    expect(world.fireNext()).toBe(false);
  });
});

describe('permits of a workflow', () => {
  it('let twenty of its steps wait or work at a time', () => {
    const world = new EngineWorld(NAP, {
      run_strategy: { rule: 'PARALLEL', workflow_concurrency: 50 },
    });
    for (let n = 0; n < 25; n++) world.start();
    expect([world.stepsIn('RUNNING'), world.stepsIn('WAITING_FOR_PERMITS')]).toEqual([20, 5]);
    world.fireNext();
    expect([world.stepsIn('RUNNING'), world.stepsIn('WAITING_FOR_PERMITS')]).toEqual([20, 4]);
    while (world.fireNext());
    expect(world.statuses).toEqual(Array.from({ length: 25 }, () => 'SUCCEEDED'));
  });
});

describe('deleting a workflow', () => {
  it('is refused while an instance runs, and removes them all once they have ended', () => {
    const world = new EngineWorld(NAP);
    world.start();
    expect(world.command({ kind: 'delete', author: 'ada' })).toMatchObject({ kind: 'refused' });
    world.fireNext();
    expect(world.command({ kind: 'delete', author: 'ada' })).toMatchObject({ kind: 'acted' });
    expect(world.statuses).toEqual([]);
  });
});
