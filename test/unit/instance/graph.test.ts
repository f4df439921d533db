// How a run goes through its graph when every step succeeds at once: branches, joins, conditions, ends.

import { describe, expect, it } from 'vitest';
import { graph } from '../../support/graph.ts';
import { createMessage, InstanceWorld } from '../../support/instance-world.ts';
import { definitions } from '../param/definitions.ts';

describe('a graph of steps without work', () => {
  it('runs to its end in the turn of its birth', () => {
    const world = InstanceWorld.born(graph({ a: { to: ['b'] }, b: { to: ['c'] }, c: {} }));
    expect(world.turns).toBe(1);
    expect(world.whole).toBe('SUCCEEDED: a SUCCEEDED, b SUCCEEDED, c SUCCEEDED');
    expect(world.timers.size).toBe(0);
  });

  it('tells its workflow once that the run has ended', () => {
    const world = InstanceWorld.born(graph({ a: {} }));
    expect(world.sends).toEqual([
      {
        to: { kind: 'workflow', key: 'daily.report' },
        message: { kind: 'ended', instance_id: 7, run_id: 1, status: 'SUCCEEDED' },
      },
    ]);
  });

  it('is one row of steps up to sixteen, however it is shaped', () => {
    const fan = Array.from({ length: 14 }, (_, n) => `leaf${n}`);
    const leaves = Object.fromEntries(fan.map((id) => [id, { to: ['end'] }]));
    const world = InstanceWorld.born(graph({ root: { to: fan }, ...leaves, end: {} }));
    expect(world.status).toBe('SUCCEEDED');
    expect([...world.harness.rows('steps').values()]).toEqual([[[[13, 1, 1_000_000]], 16]]);
  });

  it('begins a join when all its predecessors are complete', () => {
    const world = InstanceWorld.born(
      graph({
        slow: { type: 'Shell', to: ['meet'] },
        quick: { to: ['meet'] },
        meet: { to: ['after'] },
        after: {},
      }),
    );
    expect(world.whole).toBe('IN_PROGRESS: slow RUNNING, quick SUCCEEDED');
    world.report('slow', 'DONE');
    expect(world.whole).toBe(
      'SUCCEEDED: slow SUCCEEDED, quick SUCCEEDED, meet SUCCEEDED, after SUCCEEDED',
    );
  });

  it('follows every transition whose condition is met and cuts the branches behind the others', () => {
    const world = InstanceWorld.born(
      graph({
        a: {
          params: definitions({ n: { value: 3, type: 'LONG' } }),
          to: ['few if 2 > n', 'some if n > 2', 'many if n > 1'],
        },
        few: { to: ['behind'] },
        some: { to: ['join'] },
        many: { to: ['join'] },
        behind: { to: ['join'] },
        join: {},
      }),
    );
    expect(world.whole).toBe(
      'SUCCEEDED: a SUCCEEDED, few UNSATISFIED, some SUCCEEDED, many SUCCEEDED, behind UNSATISFIED, join SUCCEEDED',
    );
    expect(world.record('a')?.taken).toEqual([1, 2]);
  });

  it('leaves a join unsatisfied when no transition into it is met', () => {
    const world = InstanceWorld.born(
      graph({ a: { to: ['b if 1 > 2', 'c if 1 > 2'] }, b: { to: ['d'] }, c: { to: ['d'] }, d: {} }),
    );
    expect(world.whole).toBe('SUCCEEDED: a SUCCEEDED, b UNSATISFIED, c UNSATISFIED, d UNSATISFIED');
  });

  it('fails a step whose condition cannot be evaluated, and goes on elsewhere', () => {
    const world = InstanceWorld.born(graph({ x: { to: ['y if unheard_of > 1'] }, y: {}, z: {} }));
    expect(world.whole).toBe('FAILED: x INTERNALLY_FAILED, z SUCCEEDED');
    expect(world.details('x')?.timeline[0]).toMatchObject({
      type: 'DETAILS',
      errors: [expect.stringContaining('unheard_of')],
    });
  });

  it('tells watchers every status in one entry per turn', () => {
    const world = InstanceWorld.born(graph({ a: { to: ['b'] }, b: {} }));
    expect(world.changes).toEqual([
      {
        timeMs: 1_000_000,
        runId: 1,
        isNew: true,
        statuses: ['CREATED', 'IN_PROGRESS', 'SUCCEEDED'],
        steps: [0, 1].map((index) => ({
          index,
          attempt: 1,
          statuses: [
            'NOT_CREATED',
            'CREATED',
            'INITIALIZED',
            'WAITING_FOR_SIGNALS',
            'EVALUATING_PARAMS',
            'WAITING_FOR_PERMITS',
            'STARTING',
            'RUNNING',
            'FINISHING',
            'SUCCEEDED',
          ],
        })),
      },
    ]);
  });

  it('lists itself under its number with status, run and times', () => {
    const world = InstanceWorld.born(graph({ a: {} }));
    expect(world.indexed).toEqual([[6, 1, 1_000_000, 1_000_000, 1_000_000]]);
  });
});

describe('a large graph', () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => `s${n}`);

  it('advances 10,000 steps in turns of at most 50', () => {
    const chain = Object.fromEntries(ids.map((id, n) => [id, { to: ids.slice(n + 1, n + 2) }]));
    const world = InstanceWorld.born(graph(chain), { warm: true });
    expect(world.status).toBe('SUCCEEDED');
    expect(world.turns).toBe(200);
    expect(world.changes.every(({ steps }) => steps.length <= 50)).toBe(true);
  });

  it('keeps a wide fan-out as a few numbers while it goes on', () => {
    const leaves = Object.fromEntries(ids.slice(1).map((id) => [id, {}]));
    const world = new InstanceWorld(graph({ s0: { to: ids.slice(1) }, ...leaves }), { warm: true });
    world.harness.hold = true;
    world.ask(createMessage(world.nowMs));
    expect((world.harness.head as readonly unknown[])[7]).toEqual([101, 9_950]);
  });
});
