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
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('release' as const), pick: fc.nat(99) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), limit: fc.nat(45) }) },
);

test('permits are granted as a naive list grants them, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 30, maxLength: 150 }), fc.boolean(), (list, warm) => {
      const actor = new WorkflowActor({ warm });
      actor.push();
      const model = new Model();
      let id = 0;
      for (const step of list) {
        const turns = (() => {
          switch (step.do) {
            case 'request': {
              const { step: step_id, limited } = step;
              model.waiting.push({ id: ++id, step: step_id, limited });
              return actor.harness.tell({
                kind: 'permit-request',
                instance_id: id,
                run_id: 1,
                step_id,
                attempt_id: 1,
                instance_limited: limited,
              });
            }
            case 'release': {
              const released = model.held[step.pick % Math.max(1, model.held.length)];
              if (released === undefined) return undefined;
              model.held = model.held.filter((request) => request !== released);
              return actor.harness.tell({
                kind: 'permit-release',
                step_id: released.step,
                instance_limited: released.limited,
              });
            }
            case 'limit': {
              model.limit = step.limit;
              const update =
                step.limit === 0
                  ? { reset_step_concurrency: true }
                  : { step_concurrency: step.limit };
              return actor.harness.tell({ kind: 'update-properties', update, author: 'ada' });
            }
          }
        })();
        const granted = (turns?.sends ?? []).map(({ to }) => Number(to.key.split(':')[1]));
        expect(granted).toEqual(model.settle());
        expect(actor.harness.rows('waiting').size).toBe(model.waiting.length);
      }
    }),
    { numRuns: 150 },
  );
});
