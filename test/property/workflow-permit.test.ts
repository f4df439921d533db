// Permits against a naive model: lists of requests, looked through from the oldest.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkflowActor } from '../unit/workflow/actor.ts';

interface Request {
  readonly id: number;
  readonly step: string;
  readonly limited: boolean;
}

class Model {
  held: Request[] = [];
  waiting: Request[] = [];
  limit = 0;
  /** Released. */
  gone = 0;

  hasRoom(request: Request): boolean {
    const plain = this.held.filter(({ limited }) => !limited);
    if (this.limit > 0 && this.held.length >= this.limit) return false;
    if (request.limited) return true;
    if (this.limit === 0 && plain.length >= 20) return false;
    return plain.filter(({ step }) => step === request.step).length < 20;
  }

  /** Grants every waiting request that has room, the oldest first. */
  settle(): number[] {
    const granted: number[] = [];
    for (;;) {
      const next = this.waiting.find((request) => this.hasRoom(request));
      if (next === undefined) return granted;
      this.waiting = this.waiting.filter((request) => request !== next);
      this.held.push(next);
      granted.push(next.id);
    }
  }
}

const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      step: fc.constantFrom('a', 'b', 'c'),
      limited: fc.boolean(),
      times: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('release' as const), pick: fc.nat(99) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), limit: fc.nat(45) }) },
);

type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

/** Applies a step to both. @returns the requests that were granted, by the actor */
function apply(step: Step, model: Model, actor: WorkflowActor): number[] {
  switch (step.do) {
    case 'request': {
      const { step: step_id, limited } = step;
      return Array.from({ length: step.times }).flatMap(() => {
        const id = model.held.length + model.waiting.length + model.gone + 1;
        model.waiting.push({ id, step: step_id, limited });
        return tell(actor, {
          kind: 'permit-request',
          instance_id: id,
          run_id: 1,
          step_id,
          attempt_id: 1,
          instance_limited: limited,
        });
      });
    }
    case 'release': {
      const released = model.held[step.pick % Math.max(1, model.held.length)];
      if (released === undefined) return [];
      model.held = model.held.filter((request) => request !== released);
      model.gone++;
      const { step: step_id, limited } = released;
      return tell(actor, { kind: 'permit-release', step_id, instance_limited: limited });
    }
    case 'limit': {
      model.limit = step.limit;
      const update =
        step.limit === 0 ? { reset_step_concurrency: true } : { step_concurrency: step.limit };
      return tell(actor, { kind: 'update-properties', update, author: 'ada' });
    }
  }
}

function tell(actor: WorkflowActor, message: object): number[] {
  return actor.harness.tell(message).sends.map(({ to }) => Number(to.key.split(':')[1]));
}

test('permits are granted as a naive list grants them, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), fc.boolean(), (list, warm) => {
      const actor = new WorkflowActor({ warm });
      actor.push();
      const model = new Model();
      for (const step of list) {
        const granted = apply(step, model, actor);
        expect(granted).toEqual(model.settle());
        expect(actor.harness.rows('waiting').size).toBe(model.waiting.length);
      }
    }),
    { numRuns: 200 },
  );
});
