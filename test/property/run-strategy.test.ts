// The workflow actor against a naive model of the run strategies: lists of instances, looked through from the front.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EndStatus } from '../../src/instance/message.ts';
import { RUN_RULES, type RunRule } from '../../src/definition/run-strategy.ts';
import { startMessage, told, uuid, WorkflowActor } from '../unit/workflow/actor.ts';

type Step =
  | { readonly do: 'start' }
  | { readonly do: 'end'; readonly pick: number; readonly status: EndStatus }
  | { readonly do: 'unblock' }
  | { readonly do: 'stop-all' }
  | { readonly do: 'strategy'; readonly rule: RunRule; readonly concurrency: number };

interface Instance {
  readonly id: number;
  phase: 'queued' | 'stopping' | 'running' | 'ended';
}

/** What the strategies mean, said as plainly as possible. */
class Model {
  readonly instances: Instance[] = [];
  rule: RunRule;
  concurrency: number;
  failures = 0;

  constructor(rule: RunRule, concurrency: number) {
    this.rule = rule;
    this.concurrency = concurrency;
  }

  in(phase: Instance['phase']): Instance[] {
    return this.instances.filter((instance) => instance.phase === phase);
  }

  start(): void {
    const instance: Instance = { id: this.instances.length + 1, phase: 'queued' };
    const isOpen = this.in('queued').length + this.in('running').length > 0;
    if (this.rule === 'FIRST_ONLY' && isOpen) instance.phase = 'ended';
    if (this.rule === 'LAST_ONLY' || this.rule === 'SERIAL_LATEST_ONLY') this.withdraw();
    this.instances.push(instance);
    this.settle();
  }

  end(instance: Instance, status: EndStatus): void {
    instance.phase = 'ended';
    if (status === 'FAILED') this.failures++;
    this.settle();
  }

  withdraw(): void {
    for (const instance of this.in('queued')) instance.phase = 'stopping';
  }

  /** Lets the first in the queue run while there is room. */
  settle(): void {
    for (const instance of this.in('queued')) {
      const isBlocked = this.rule === 'STRICT_SEQUENTIAL' && this.failures > 0;
      if (isBlocked || this.in('running').length >= this.concurrency) return;
      instance.phase = 'running';
    }
  }

  mayChangeTo(rule: RunRule): boolean {
    if (rule === this.rule) return true;
    const open = this.in('queued').length + this.in('running').length;
    if (rule === 'FIRST_ONLY' || rule === 'LAST_ONLY') return open < 2;
    return rule !== 'STRICT_SEQUENTIAL' || this.failures === 0;
  }
}

const concurrencyOf = (rule: RunRule, concurrency: number): number =>
  rule === 'PARALLEL' ? concurrency : 1;

const rules = fc.constantFrom(...RUN_RULES);
const ends = fc.constantFrom<EndStatus>('SUCCEEDED', 'FAILED', 'STOPPED', 'TIMED_OUT');
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'start' }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('end' as const), pick: fc.nat(20), status: ends }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'unblock' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'stop-all' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('strategy' as const),
      rule: rules,
      concurrency: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

/** Applies a step to both. @returns what the actor told instances */
function apply(step: Step, model: Model, actor: WorkflowActor): string[] {
  switch (step.do) {
    case 'start': {
      model.start();
      return told(actor.start());
    }
    case 'end': {
      const open = model.instances.filter(({ phase }) => phase !== 'ended');
      const instance = open[step.pick % Math.max(1, open.length)];
      if (instance === undefined) return [];
      model.end(instance, step.status);
      return told(actor.ended(instance.id, step.status));
    }
    case 'unblock': {
      model.failures = 0;
      model.settle();
      return told(actor.harness.ask({ kind: 'unblock', author: 'ada' }));
    }
    case 'stop-all': {
      model.withdraw();
      return told(actor.harness.ask({ kind: 'stop-all', kill: false, author: 'ada' }));
    }
    case 'strategy':
      return changeStrategy(step, model, actor);
  }
}

function changeStrategy(
  { rule, concurrency: wanted }: Extract<Step, { readonly do: 'strategy' }>,
  model: Model,
  actor: WorkflowActor,
): string[] {
  const concurrency = concurrencyOf(rule, wanted);
  const update = { run_strategy: { rule, workflow_concurrency: concurrency } };
  const turns = actor.harness.ask({ kind: 'update-properties', update, author: 'ada' });
  const mayChange = model.mayChangeTo(rule);
  expect(turns.answer?.['kind']).toBe(mayChange ? 'properties' : 'refused');
  if (mayChange) {
    model.rule = rule;
    model.concurrency = concurrency;
    model.settle();
  }
  return told(turns);
}

test('instances run, wait and end as the run strategy says, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(rules, fc.array(steps, { maxLength: 60 }), fc.boolean(), (rule, list, warm) => {
      const actor = WorkflowActor.with(
        { rule, workflow_concurrency: concurrencyOf(rule, 3) },
        { warm },
      );
      const model = new Model(rule, concurrencyOf(rule, 3));
      const begun = new Set<number>();
      for (const step of list) {
        for (const line of apply(step, model, actor)) {
          const run = /^(\d+) (run|create\+run)$/.exec(line);
          if (run === null) continue;
          const id = Number(run[1]);
          expect(begun.has(id)).toBe(false);
          begun.add(id);
        }
        const running = model.in('running').map(({ id }) => id);
        expect(
          [...actor.harness.rows('running').keys()].sort((a, b) => Number(a) - Number(b)),
        ).toEqual(running);
        expect(actor.overview()).toMatchObject({
          nonterminal_instances: {
            CREATED: model.in('queued').length + model.in('stopping').length,
            IN_PROGRESS: running.length,
          },
          failed_instances: model.failures,
        });
      }
    }),
    { numRuns: 300 },
  );
});

test('however repeats of request ids are interleaved, each makes one instance', () => {
  const ids = fc.array(fc.nat(6), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(ids, rules, fc.boolean(), (requests, rule, warm) => {
      const actor = WorkflowActor.with({ rule }, { warm });
      const instanceOf = new Map<number, number>();
      for (const request of requests) {
        const turns = actor.harness.ask(startMessage({ request_id: uuid(request) }));
        const known = instanceOf.get(request);
        const births = turns.sends.filter(({ birth }) => birth === true);
        expect(births).toHaveLength(known === undefined ? 1 : 0);
        if (known === undefined) instanceOf.set(request, instanceOf.size + 1);
        else {
          expect(turns.answer).toMatchObject({ status: 'DUPLICATED', workflow_instance_id: known });
        }
      }
      expect(actor.overview()['latest_instance_id']).toBe(instanceOf.size);
    }),
    { numRuns: 200 },
  );
});
