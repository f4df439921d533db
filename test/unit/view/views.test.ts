// Views: what clients are shown of a run that its rows do not say in so many words.

import { describe, expect, it } from 'vitest';
import type { PlainObject } from '../../../cluster/core/plain.ts';
import type { JsonObject } from '../../../src/definition/json.ts';
import { instanceJson } from '../../../src/view/instance-view.ts';
import { stepAttemptsJson } from '../../../src/view/step-view.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { compiled } from '../definition/compiled.ts';
import { PROGRAMS } from '../param/evaluations.ts';

const SETTING = { environment: 'test', programs: PROGRAMS };

/** A run of a definition, as clients see it. */
class SeenWorld {
  readonly world: InstanceWorld;
  readonly #definition;

  constructor(steps: readonly JsonObject[], born: { readonly run?: boolean } = {}) {
    this.#definition = compiled({ id: 'daily.report', steps: steps.map((step) => ({ step })) });
    this.world = InstanceWorld.born(this.#definition, { birth: born });
  }

  instance(enriched = true): PlainObject {
    const options = { ...SETTING, enriched, aggregated: false };
    return instanceJson(this.#found({ kind: 'run' }), this.#definition, options);
  }

  attempts(stepId: string, enriched = true): readonly PlainObject[] {
    const found = this.#found({ kind: 'step', step_id: stepId });
    return stepAttemptsJson(found, this.#definition, { ...SETTING, enriched });
  }

  #found(query: object): PlainObject {
    return this.world.harness.read(query)['value'] as PlainObject;
  }
}

const messages = (timeline: unknown): readonly unknown[] =>
  (timeline as readonly PlainObject[]).map(({ status, message }) => message ?? status);

describe('the rollup of a run', () => {
  it('refers to steps that wait, work or have failed as instance:step:attempt under workflow:run', () => {
    const seen = new SeenWorld([
      { id: 'good', type: 'NoOp' },
      { id: 'bad', type: 'Shell' },
      { id: 'again', type: 'Shell' },
      { id: 'busy', type: 'Shell' },
    ]);
    seen.world.report('bad', 'FATAL_ERROR');
    seen.world.report('again', 'USER_ERROR');
    seen.world.fireNext();
    expect(seen.instance()['runtime_overview']).toMatchObject({
      rollup_overview: {
        total_leaf_count: 4,
        overview: {
          SUCCEEDED: { cnt: 1 },
          FATALLY_FAILED: { cnt: 1, ref: { 'daily.report:1': ['7:bad:1'] } },
          RUNNING: { cnt: 2, ref: { 'daily.report:1': ['7:again:2', '7:busy:1'] } },
        },
      },
    });
  });

  it('refers to no step that succeeded, was stopped or ran out of time', () => {
    const seen = new SeenWorld([
      { id: 'good', type: 'NoOp' },
      { id: 'slow', type: 'Shell', timeout: 1 },
      { id: 'busy', type: 'Shell' },
    ]);
    seen.world.fireNext();
    seen.world.ask({ kind: 'stop', kill: false, author: 'ada' });
    const { runtime_overview } = seen.instance();
    expect((runtime_overview as PlainObject)['rollup_overview']).toEqual({
      total_leaf_count: 3,
      overview: { SUCCEEDED: { cnt: 1 }, TIMED_OUT: { cnt: 1 }, STOPPED: { cnt: 1 } },
    });
  });
});

describe('the timeline of a run', () => {
  it('tells when the run got its turn, with and without its statuses', () => {
    const seen = new SeenWorld([{ id: 'only', type: 'NoOp' }]);
    const dequeued = 'Workflow instance is dequeued.';
    expect(messages(seen.instance()['timeline'])).toEqual([
      'CREATED',
      dequeued,
      'IN_PROGRESS',
      'SUCCEEDED',
    ]);
    expect(messages(seen.instance(false)['timeline'])).toEqual([dequeued]);
  });

  it('tells of no turn that a run never got', () => {
    const seen = new SeenWorld([{ id: 'only', type: 'NoOp' }], { run: false });
    expect(seen.instance(false)['timeline']).toEqual([]);
  });
});

describe('an attempt', () => {
  it('is no longer retryable once it has failed for good, was stopped or ran out of time', () => {
    const seen = new SeenWorld([
      { id: 'good', type: 'NoOp' },
      { id: 'bad', type: 'Shell' },
      { id: 'slow', type: 'Shell', timeout: 1 },
      { id: 'busy', type: 'Shell' },
    ]);
    seen.world.report('bad', 'FATAL_ERROR');
    seen.world.fireNext();
    seen.world.ask({ kind: 'stop', kill: false, author: 'ada' });
    const retryable = ['good', 'bad', 'slow', 'busy'].map((stepId) => [
      stepId,
      seen.attempts(stepId)[0]?.['step_retry'],
    ]);
    expect(retryable).toMatchObject([
      ['good', { retryable: true }],
      ['bad', { retryable: false }],
      ['slow', { retryable: false }],
      ['busy', { retryable: false }],
    ]);
  });

  it('that a timeout ended tells when the next one begins, and the last one that it was the last', () => {
    const seen = new SeenWorld([
      {
        id: 'slow',
        type: 'Shell',
        timeout: 1,
        retry_policy: {
          timeout_retry_limit: 1,
          backoff: { type: 'FIXED_BACKOFF', timeout_retry_backoff_in_secs: 7 },
        },
      },
    ]);
    seen.world.runOut();
    expect(seen.attempts('slow', false).map(({ timeline }) => messages(timeline))).toEqual([
      ['The next attempt begins in 7 s'],
      ['The step has reached its timeout'],
    ]);
  });

  it('shows the kind of back-off its definition asks for, and the default one when that comes to nothing', () => {
    const even = {
      error_retry_exponent: 1,
      platform_retry_exponent: 1,
      timeout_retry_exponent: 1,
    };
    const fixed = { type: 'FIXED_BACKOFF', error_retry_backoff_in_secs: 5 };
    const seen = new SeenWorld([
      { id: 'even', type: 'NoOp', retry_policy: { backoff: even } },
      { id: 'fixed', type: 'NoOp', retry_policy: { backoff: fixed } },
      {
        id: 'unknown',
        type: 'NoOp',
        retry_policy: { error_retry_limit: '${nowhere}', backoff: fixed },
      },
    ]);
    const shown = ['even', 'fixed', 'unknown'].map(
      (stepId) => seen.attempts(stepId)[0]?.['step_retry'],
    );
    expect(shown).toMatchObject([
      { backoff: { type: 'EXPONENTIAL_BACKOFF', error_retry_exponent: 1 } },
      { backoff: { type: 'FIXED_BACKOFF', error_retry_backoff_in_secs: 5 } },
      { error_retry_limit: 2, backoff: { type: 'EXPONENTIAL_BACKOFF', error_retry_exponent: 2 } },
    ]);
  });

  it('that nothing leads to says so', () => {
    const seen = new SeenWorld([
      { id: 'first', type: 'NoOp', transition: { successors: { second: 'false' } } },
      { id: 'second', type: 'NoOp' },
    ]);
    expect(seen.attempts('second', false).map(({ timeline }) => messages(timeline))).toEqual([
      ['No transition into the step was met'],
    ]);
  });
});
