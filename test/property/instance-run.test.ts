// An instance does what the naive run does, whatever the graph and whatever happens to it. The world around it fails the
// property when a timer or an effect is left behind, and the harness when a turn touches a row it did not name.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBecome } from '../../src/instance/status.ts';
import { graph, type StepText } from '../support/graph.ts';
import { InstanceWorld } from '../support/instance-world.ts';
import { type NaiveEvent, NaiveRun, type NaiveState, UNMET } from '../support/naive-run.ts';
import { definitions } from '../unit/param/definitions.ts';

const OOPS = definitions({ oops: { expression: "throw 'boom'", type: 'STRING' } });
const BARE = definitions({});

type Texts = { readonly [id: string]: StepText };

const stepArbitrary = fc.record({
  type: fc.constantFrom('NoOp', 'NoOp', 'NoOp', 'Shell', 'Shell', 'Sleep'),
  params: fc.constantFrom(BARE, BARE, BARE, BARE, OOPS),
  failureMode: fc.constantFrom(
    'FAIL_AFTER_RUNNING' as const,
    'FAIL_AFTER_RUNNING' as const,
    'IGNORE_FAILURE' as const,
    'FAIL_IMMEDIATELY' as const,
  ),
  timeoutMs: fc.constantFrom(1_000, 5_000_000),
  retries: fc.tuple(fc.nat(2), fc.nat(1), fc.nat(1)),
  edges: fc.array(
    fc.record({ skip: fc.nat(5), condition: fc.constantFrom('true', 'true', '2 > 1', UNMET) }),
    { maxLength: 4 },
  ),
});

/** Graphs in which every step leads to later ones. */
const textsArbitrary: fc.Arbitrary<Texts> = fc
  .array(stepArbitrary, { minLength: 1, maxLength: 20 })
  .map((steps) => {
    const id = (index: number): string => `s${index}`;
    return Object.fromEntries(
      steps.map(({ edges, ...step }, index) => {
        const to = new Map<string, string>();
        for (const { skip, condition } of edges) {
          if (index + 1 + skip < steps.length) to.set(id(index + 1 + skip), condition);
        }
        return [id(index), { ...step, to: [...to].map(([next, when]) => `${next} if ${when}`) }];
      }),
    );
  });

const actionArbitrary = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      pick: fc.nat(),
      state: fc.constantFrom<NaiveState>(
        'DONE',
        'DONE',
        'USER_ERROR',
        'PLATFORM_ERROR',
        'FATAL_ERROR',
        'STOPPED',
      ),
    }),
  },
  { weight: 6, arbitrary: fc.constant('time' as const) },
  { weight: 1, arbitrary: fc.constantFrom('stop' as const, 'kill' as const) },
);

type Action = { readonly pick: number; readonly state: NaiveState } | 'time' | 'stop' | 'kill';

/** Does it to the instance. @returns what happened, in the words of the naive run */
function act(world: InstanceWorld, action: Action): NaiveEvent | undefined {
  if (action === 'time') return timerEvent(world, world.fireNext());
  if (action === 'stop' || action === 'kill') {
    world.ask({ kind: 'stop', kill: action === 'kill', author: 'ada' });
    return { kind: action };
  }
  const launches = [...world.effects.keys()];
  const id = launches[action.pick % launches.length];
  if (id === undefined) return undefined;
  const stepId = stepOf(world, id);
  world.report(stepId, action.state);
  return { kind: 'report', stepId, state: action.state };
}

function timerEvent(world: InstanceWorld, name: string | undefined): NaiveEvent | undefined {
  if (name === undefined) return undefined;
  if (name.startsWith('workflow-timeout')) return { kind: 'run-timeout' };
  const stepId = stepOf(world, name);
  if (name.startsWith('retry')) return { kind: 'retry', stepId };
  return { kind: name.startsWith('sleep') ? 'slept' : 'step-timeout', stepId };
}

function stepOf(world: InstanceWorld, name: string): string {
  const step = world.definition.steps[Number(name.split(':')[2]) - 1];
  if (step === undefined) throw new Error(`no step is called by ${name}`);
  return step.id;
}

describe('a run of any graph', () => {
  it('goes as the naive run goes, event by event, to the same end', () => {
    fc.assert(
      fc.property(
        textsArbitrary,
        fc.array(actionArbitrary, { maxLength: 40 }),
        fc.constantFrom(1, 3, 50),
        (texts, actions, advanceLimit) => {
          const world = InstanceWorld.born(graph(texts), { advanceLimit });
          const naive = new NaiveRun(texts);
          expect(world.whole).toBe(naive.whole);
          for (const action of actions) {
            if (world.hasEnded()) break;
            const event = act(world, action);
            if (event !== undefined) naive.happen(event);
            expect(world.whole).toBe(naive.whole);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('ends once everything outside has answered, and tells its workflow exactly once', () => {
    fc.assert(
      fc.property(textsArbitrary, fc.constantFrom(1, 3, 50), (texts, advanceLimit) => {
        const world = InstanceWorld.born(graph(texts), { advanceLimit, warm: true });
        while (!world.hasEnded()) {
          const [launch] = world.effects.keys();
          if (launch === undefined) world.fireNext();
          else world.report(stepOf(world, launch), 'DONE');
        }
        const ends = world.sends.filter(({ message }) => message['kind'] === 'ended');
        expect(ends).toHaveLength(1);
      }),
    );
  });

  it('tells watchers of every change, each along the life-cycle and from where the one before ended', () => {
    fc.assert(
      fc.property(
        textsArbitrary,
        fc.array(actionArbitrary, { maxLength: 20 }),
        (texts, actions) => {
          const world = InstanceWorld.born(graph(texts), { advanceLimit: 2 });
          for (const action of actions) if (!world.hasEnded()) act(world, action);
          const latest = new Map<string, string>();
          for (const { index, attempt, statuses } of world.changes.flatMap(({ steps }) => steps)) {
            const key = `${index}#${attempt}`;
            expect(statuses[0]).toBe(latest.get(key) ?? 'NOT_CREATED');
            for (const [at, status] of statuses.entries()) {
              const before = statuses[at - 1];
              if (before !== undefined) expect(mayBecome(before, status)).toBe(true);
              latest.set(key, status);
            }
          }
          for (const [id, index] of world.definition.indexes) {
            const record = world.record(id);
            if (record === undefined || record.attempt === 0) continue;
            expect(latest.get(`${index}#${record.attempt}`)).toBe(record.status);
          }
        },
      ),
    );
  });

  it('never has more steps at work than its instance_step_concurrency', () => {
    fc.assert(
      fc.property(textsArbitrary, fc.integer({ min: 1, max: 3 }), (texts, limit) => {
        const world = InstanceWorld.born(graph(texts, { instanceStepConcurrency: limit }));
        while (!world.hasEnded()) {
          expect((world.story().match(/ RUNNING/g) ?? []).length).toBeLessThanOrEqual(limit);
          const [launch] = world.effects.keys();
          if (launch === undefined) world.fireNext();
          else world.report(stepOf(world, launch), 'DONE');
        }
        expect(world.head).toMatchObject({ permitsHeld: 0, effects: 0 });
      }),
    );
  });
});
