// Parameters of steps in a run: what they see, what is kept of them, and evaluations that are too large for a turn.

import { describe, expect, it } from 'vitest';
import type { PlainObject } from '../../../cluster/core/plain.ts';
import { STAGE } from '../../../src/instance/state.ts';
import { answerRequest, encodeEvaluation } from '../../../src/param/evaluation-request.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';
import { graph } from '../../support/graph.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { definitions } from '../param/definitions.ts';
import { context } from '../param/evaluations.ts';

const long = (value: number) => ({ value, type: 'LONG' });
const computed = (expression: string, type = 'LONG') => ({ expression, type });

const programs = new ProgramCache(selLanguage());
/** Visits some nine nodes for every round. */
const counting = (rounds: number): string =>
  `int x = 0; for (int i = 0; i < ${rounds}; i += 1) { x += 1; } return x;`;

/** The recorded results of a step by name. */
function results(world: InstanceWorld, stepId: string, attempt = 1): { [name: string]: unknown } {
  const params = world.details(stepId, attempt)?.params ?? {};
  return Object.fromEntries(
    Object.entries(params).map(([name, row]) => [name, (row as { readonly r: unknown }).r]),
  );
}

describe('the parameters of a step', () => {
  it('see those of the workflow and of steps that have finished', () => {
    const world = InstanceWorld.born(
      graph(
        {
          first: { params: definitions({ x: long(3) }), to: ['second'] },
          second: { params: definitions({ sum: computed('first__x + n') }), to: ['third'] },
          third: { params: definitions({ far: computed('first__x * second__sum') }) },
        },
        { params: definitions({ n: long(4) }) },
      ),
      { birth: { params: { n: { r: 4n, t: 1 } } } },
    );
    expect(world.status).toBe('SUCCEEDED');
    expect(results(world, 'second')).toEqual({ sum: 7n });
    expect(results(world, 'third')).toEqual({ far: 21n });
  });

  it('do not see steps that have not finished, nor parameters they lack', () => {
    const world = InstanceWorld.born(
      graph({
        slow: { type: 'Shell', params: definitions({ x: long(1) }) },
        early: { params: definitions({ y: computed('slow__x') }) },
        first: { to: ['lost'] },
        lost: { params: definitions({ y: computed('first__nope') }) },
      }),
    );
    expect(world.story()).toBe(
      'slow RUNNING, early INTERNALLY_FAILED, first SUCCEEDED, lost INTERNALLY_FAILED',
    );
  });

  it('do not see steps that run beside it, however fast those are', () => {
    const world = InstanceWorld.born(
      graph({
        quick: { params: definitions({ x: long(3) }) },
        beside: { params: definitions({ y: computed('quick__x') }) },
        first: { to: ['later'] },
        later: { params: definitions({ y: computed('quick__x') }) },
      }),
    );
    expect(world.whole).toBe(
      'FAILED: quick SUCCEEDED, beside INTERNALLY_FAILED, first SUCCEEDED, later SUCCEEDED',
    );
  });

  it('do not see steps that run beside it, whatever of them fits in a turn', () => {
    const fanOut = graph({
      quick: { params: definitions({ x: computed(counting(3_000)) }), to: ['next'] },
      beside: { params: definitions({ y: computed('quick__x') }) },
      third: { type: 'Shell', params: definitions({ y: computed('quick__x') }) },
      next: { params: definitions({ y: computed('quick__x') }) },
    });
    const whole =
      'FAILED: quick SUCCEEDED, beside INTERNALLY_FAILED, third INTERNALLY_FAILED, next SUCCEEDED';
    for (const advanceLimit of [1, 2, 50]) {
      for (const warm of [false, true]) {
        expect(InstanceWorld.born(fanOut, { programs, advanceLimit, warm }).whole).toBe(whole);
      }
    }
    let nowMs = 0;
    const slow = { programs, monotonicMs: () => (nowMs += 1.1) };
    const small = graph({
      quick: { params: definitions({ x: computed(counting(10)) }) },
      beside: { params: definitions({ y: computed('quick__x') }) },
    });
    expect(InstanceWorld.born(small, slow).whole).toBe(
      'FAILED: quick SUCCEEDED, beside INTERNALLY_FAILED',
    );
  });

  it('are evaluated anew for every attempt, and each keeps its own', () => {
    const params = definitions({ me: computed('step_attempt_id') });
    const world = InstanceWorld.born(graph({ work: { type: 'Shell', params } }));
    world.report('work', 'USER_ERROR');
    world.fireNext();
    expect(results(world, 'work', 1)).toEqual({ me: 1n });
    expect(results(world, 'work', 2)).toEqual({ me: 2n });
  });

  it('cost no row when a step has none', () => {
    const world = InstanceWorld.born(graph({ a: {}, b: {} }));
    expect(world.harness.rows('details').size).toBe(0);
  });
});

describe('the output of a step', () => {
  const params = definitions({
    count: long(0),
    fixed: { value: 1, type: 'LONG', mode: 'CONSTANT' },
  });
  const work = { type: 'Shell', params, to: ['after if count > 5'] };

  it('replaces declared parameters before conditions are decided', () => {
    const world = InstanceWorld.born(graph({ work, after: {} }));
    world.report('work', 'DONE', { output: { count: 9 }, artifacts: { log: { lines: 2 } } });
    expect(world.whole).toBe('SUCCEEDED: work SUCCEEDED, after SUCCEEDED');
    expect(results(world, 'work')).toEqual({ count: 9n, fixed: 1n });
    expect(world.details('work')?.artifacts).toEqual({ log: { lines: 2 } });
  });

  it('fails the step when it names what is not declared or may not change', () => {
    for (const output of [{ other: 1 }, { fixed: 2 }]) {
      const world = InstanceWorld.born(graph({ work, after: {} }));
      world.report('work', 'DONE', { output });
      expect(world.whole).toBe('FAILED: work INTERNALLY_FAILED');
    }
  });

  it('is not looked at when the work has failed', () => {
    const world = InstanceWorld.born(graph({ work, after: {} }));
    world.report('work', 'FATAL_ERROR', { output: { other: 1 } });
    expect(world.whole).toBe('FAILED: work FATALLY_FAILED');
  });
});

describe('an Http step', () => {
  const call = (expression?: string) =>
    graph({
      fetch: {
        type: 'Http',
        params: definitions({
          http: { value: { url: { value: 'http://service/', type: 'STRING' } }, type: 'MAP' },
          state_expr: { value: expression ?? "status_code > 299 ? 'USER_ERROR' : 'done'" },
        }),
        retries: [1, 0, 0],
      },
    });
  const answered = (status_code: number) => ({ output: { status_code, response_body: 'ok' } });

  it('hands its request to the step runtime', () => {
    const world = InstanceWorld.born(call());
    expect(world.effects.get('launch:1:1:1')).toMatchObject({
      kind: 'launch',
      step_type: 'Http',
      token: {
        workflow_id: 'daily.report',
        workflow_instance_id: 7,
        workflow_run_id: 1,
        step_id: 'fetch',
        step_attempt_id: 1,
        step_instance_uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/),
      },
      params: { http: { url: 'http://service/', method: 'GET' } },
    });
  });

  it('lets its state expression decide over what was answered', () => {
    const world = InstanceWorld.born(call("'do' + 'ne'"));
    world.report('fetch', 'DONE', answered(204));
    expect(world.whole).toBe('SUCCEEDED: fetch SUCCEEDED');
    expect(results(world, 'fetch')).toMatchObject({ status_code: 204n, response_body: 'ok' });
  });

  it('keeps no output when the state is an error, and tries again', () => {
    const world = InstanceWorld.born(call("throw 'never'"));
    world.report('fetch', 'PLATFORM_ERROR');
    expect(world.whole).toBe('FAILED: fetch FATALLY_FAILED');
    const other = InstanceWorld.born(call("'USER_ERROR'"));
    other.report('fetch', 'DONE', answered(500));
    expect(other.story()).toBe('fetch USER_FAILED');
    expect(results(other, 'fetch')).toMatchObject({ status_code: 200n, response_body: '' });
  });

  it('calls again after three seconds when the state is CONTINUE', () => {
    const world = InstanceWorld.born(call("'continue'"));
    world.report('fetch', 'DONE', answered(202));
    expect(world.story()).toBe('fetch RUNNING');
    expect(world.effects.size).toBe(0);
    expect(world.timers.get('look:1:1:1')).toBe(world.nowMs + 3_000);
    world.fireNext();
    expect([...world.effects.keys()]).toEqual(['launch:1:1:1']);
    world.report('fetch', 'FATAL_ERROR');
    expect(world.status).toBe('FAILED');
  });

  it('fails when its expression names no state', () => {
    for (const expression of ["'GREAT'", 'nothing_like_it']) {
      const world = InstanceWorld.born(call(expression));
      world.report('fetch', 'DONE', answered(200));
      expect(world.whole).toBe('FAILED: fetch FATALLY_FAILED');
      expect(world.details('fetch')?.timeline.at(-1)).toMatchObject({ type: 'DETAILS' });
    }
  });
});

describe('an evaluation that is too large for a turn', () => {
  const heavy = `1${' + 1'.repeat(900)}`;
  const many = Array.from({ length: 40 }, (_, n) => [`n${n}`, computed(heavy)]);
  const world = () =>
    InstanceWorld.born(
      graph({ big: { params: definitions(Object.fromEntries(many)), to: ['after'] }, after: {} }),
    );

  it('goes out as an effect and leaves the step in EVALUATING_PARAMS', () => {
    const waiting = world();
    expect(waiting.whole).toBe('IN_PROGRESS: big EVALUATING_PARAMS');
    expect(waiting.effects.get('evaluate:1:1:1')).toMatchObject({ kind: 'evaluate' });
  });

  it('comes back with results that are recorded', () => {
    const waiting = world();
    const n = {
      definition: { kind: 'expression', type: 'LONG', expression: heavy },
      evaluated: { type: 'LONG', value: 901n },
      evaluatedAtMs: 5,
    } as const;
    const results = encodeEvaluation({ kind: 'evaluated', params: new Map([['n', n]]) });
    waiting.reportAs('evaluate:1:1:1', { kind: 'evaluated', results });
    expect(waiting.whole).toBe('SUCCEEDED: big SUCCEEDED, after SUCCEEDED');
  });

  it('fails the step when it fails there', () => {
    const waiting = world();
    waiting.reportAs('evaluate:1:1:1', { kind: 'evaluation-failed', message: 'out of memory' });
    expect(waiting.whole).toBe('FAILED: big INTERNALLY_FAILED');
  });

  it('is given up when the run is stopped', () => {
    const waiting = world();
    waiting.ask({ kind: 'stop', kill: false, author: 'ada' });
    expect(waiting.whole).toBe('STOPPED: big STOPPED');
  });
});

/** More than a turn may visit. */
const LOOP = 'int x = 0; for (int i = 0; i < 20000; i += 1) { x += 1; }';

describe('what the turns of a run may evaluate', () => {
  const loops = (count: number, rounds: number) =>
    graph(
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => {
          return [`s${at}`, { params: definitions({ n: computed(counting(rounds)) }) }];
        }),
      ),
    );

  it('is counted for all steps of a turn together, and the rest is done in further turns', () => {
    const few = InstanceWorld.born(loops(12, 10), { programs });
    const many = InstanceWorld.born(loops(12, 1_500), { programs });
    expect([few.status, many.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(many.turns).toBeGreaterThan(few.turns + 4);
  });

  it('is the same for the steps behind one whose answer took most of a turn to read', () => {
    const world = InstanceWorld.born(
      graph({
        fetch: {
          type: 'Http',
          params: definitions({
            http: { value: { url: { value: 'http://service/', type: 'STRING' } }, type: 'MAP' },
            state_expr: { value: counting(3_500).replace('return x', "return 'done'") },
          }),
          to: ['small'],
        },
        small: { params: definitions({ y: computed(counting(1_000)) }) },
      }),
      { programs },
    );
    world.report('fetch', 'DONE', { output: { status_code: 200, response_body: 'ok' } });
    expect(world.whole).toBe('SUCCEEDED: fetch SUCCEEDED, small SUCCEEDED');
  });

  it('ends with the time, too, and then goes out as an effect', () => {
    let nowMs = 0;
    const slow = InstanceWorld.born(loops(1, 1_000), { programs, monotonicMs: () => nowMs++ });
    expect(slow.whole).toBe('IN_PROGRESS: s0 EVALUATING_PARAMS');
    const fast = InstanceWorld.born(loops(1, 1_000), { programs, monotonicMs: () => 0 });
    expect(fast.whole).toBe('SUCCEEDED: s0 SUCCEEDED');
  });
});

describe('a state expression that is too large for a turn', () => {
  const born = (text: string) => {
    const fetch = {
      type: 'Http',
      params: definitions({
        http: { value: { url: { value: 'http://service/', type: 'STRING' } }, type: 'MAP' },
        state_expr: { value: `${LOOP} ${text}` },
      }),
      timeoutMs: 60_000,
    };
    const world = InstanceWorld.born(graph({ fetch }), { programs });
    world.report('fetch', 'DONE', {
      output: { status_code: 202, response_body: 'ok' },
      messages: ['called'],
    });
    return world;
  };
  const decide = (world: InstanceWorld): void => {
    const effect = world.effects.get('state:1:1:1') as { readonly request: PlainObject };
    const results = answerRequest(effect.request, { ...context(), programs });
    world.reportAs('state:1:1:1', { kind: 'evaluated', results });
  };

  it('goes out as an effect in place of the launch, and its answer decides', () => {
    const world = born("return status_code == 202 && x == 20000 ? 'done' : 'FATAL_ERROR';");
    expect(world.whole).toBe('IN_PROGRESS: fetch RUNNING');
    expect([...world.effects.keys()]).toEqual(['state:1:1:1']);
    decide(world);
    expect(world.whole).toBe('SUCCEEDED: fetch SUCCEEDED');
    expect(results(world, 'fetch')).toMatchObject({ status_code: 202n, response_body: 'ok' });
    expect(world.details('fetch')?.timeline.at(-1)).toMatchObject({ message: 'called' });
  });

  it('may ask for another call', () => {
    const world = born("return 'CONTINUE';");
    decide(world);
    expect(world.effects.size).toBe(0);
    world.fireNext();
    expect([...world.effects.keys()]).toEqual(['launch:1:1:1']);
    world.report('fetch', 'FATAL_ERROR');
    expect(world.whole).toBe('FAILED: fetch FATALLY_FAILED');
  });

  it('fails the step when it fails there, whichever way', () => {
    for (const text of ["return 'GREAT';", "throw 'never';"]) {
      const world = born(text);
      decide(world);
      expect(world.whole).toBe('FAILED: fetch FATALLY_FAILED');
      expect(world.details('fetch')?.timeline.at(-1)).toMatchObject({ type: 'DETAILS' });
    }
    const lost = born("return 'done';");
    lost.reportAs('state:1:1:1', { kind: 'evaluation-failed', message: 'out of memory' });
    expect(lost.whole).toBe('FAILED: fetch FATALLY_FAILED');
  });

  it('is given up when the run is stopped, and what comes late does nothing', () => {
    const world = born("return 'done';");
    world.ask({ kind: 'stop', kill: false, author: 'ada' });
    expect(world.whole).toBe('STOPPED: fetch STOPPED');
    expect(world.effects.size).toBe(0);
    world.report('fetch', 'DONE');
    expect(world.whole).toBe('STOPPED: fetch STOPPED');
  });

  it('is given up when the step is out of time', () => {
    const world = born("return 'done';");
    world.fireNext();
    expect(world.statusOf('fetch')).toBe('TIMED_OUT');
    expect(world.effects.size).toBe(0);
  });
});

describe('conditions that are too large for a turn', () => {
  const loop = (limit: number): string => `${LOOP} return x > ${limit};`;
  const transitions = [`met if ${loop(1)}`, 'always', `unmet if ${loop(30_000)}`];
  const rest = { met: {}, always: {}, unmet: {} };

  /** Does what the step waits for, as the thread for evaluations would. */
  function decide(world: InstanceWorld): void {
    const effect = world.effects.get('decide:1:1:1') as { readonly request: PlainObject };
    const setting = { ...context(), programs };
    const results = answerRequest(effect.request, setting);
    world.reportAs('decide:1:1:1', { kind: 'evaluated', results });
  }

  it('go out as an effect, and the step is FINISHING until they come back', () => {
    const world = InstanceWorld.born(graph({ first: { to: transitions }, ...rest }), { programs });
    expect(world.whole).toBe('IN_PROGRESS: first FINISHING');
    decide(world);
    expect(world.whole).toBe(
      'SUCCEEDED: first SUCCEEDED, met SUCCEEDED, always SUCCEEDED, unmet UNSATISFIED',
    );
  });

  it('of a step whose failure is ignored leave it COMPLETED_WITH_ERROR', () => {
    const first = { type: 'Shell', failureMode: 'IGNORE_FAILURE', to: transitions } as const;
    const world = InstanceWorld.born(graph({ first, ...rest }), { programs });
    world.report('first', 'FATAL_ERROR');
    expect(world.statusOf('first')).toBe('FINISHING');
    decide(world);
    expect(world.whole).toBe(
      'SUCCEEDED: first COMPLETED_WITH_ERROR, met SUCCEEDED, always SUCCEEDED, unmet UNSATISFIED',
    );
    expect(world.record('first')?.times[STAGE.FINISH]).toBe(0);
  });

  it('fail the step when one of them fails there', () => {
    const endless = 'while (true) { 1; } return true;';
    const first = { to: [`met if ${loop(1)}`, `unmet if ${endless}`] };
    const world = InstanceWorld.born(graph({ first, met: {}, unmet: {} }), { programs });
    decide(world);
    expect(world.whole).toBe('FAILED: first INTERNALLY_FAILED');
    expect(world.details('first')?.timeline.at(-1)).toMatchObject({
      errors: [expect.stringContaining('transition.successors.unmet')],
    });
  });

  it('are given up when the run is stopped', () => {
    const world = InstanceWorld.born(graph({ first: { to: transitions }, ...rest }), { programs });
    world.ask({ kind: 'stop', kill: false, author: 'ada' });
    expect(world.whole).toBe('STOPPED: first STOPPED');
  });
});
