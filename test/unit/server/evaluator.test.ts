// Threads for evaluations, with scripts of the tests' own in them and time that the tests let go by.

import { afterEach, expect, test } from 'vitest';
import type { Alarms } from '../../../cluster/port/alarms.ts';
import { ThreadEvaluator } from '../../../src/server/evaluator.ts';

/** Does what it is asked to: nothing for ever, end, exit, or answer with its own number and how much it was asked before. */
const SCRIPT = `
  import { parentPort, threadId } from 'node:worker_threads';
  let asked = 0;
  parentPort.on('message', ({ what }) => {
    if (what === 'hang') for (;;) {}
    if (what === 'end') throw new Error('out of order');
    if (what === 'exit') process.exit();
    parentPort.postMessage({ kind: 'evaluated', results: { what, threadId, asked: asked++ } });
  });
`;

class ManualAlarms implements Alarms {
  readonly rings = new Set<() => void>();

  after(_delayMs: number, ring: () => void) {
    this.rings.add(ring);
    return () => this.rings.delete(ring);
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  ringOldest(): void {
    const [oldest] = this.rings;
    if (oldest === undefined) return;
    this.rings.delete(oldest);
    oldest();
  }
}

let evaluator: ThreadEvaluator | undefined;
afterEach(() => evaluator?.close());

function start(threads: number) {
  const alarms = new ManualAlarms();
  const script = new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);
  const started = new ThreadEvaluator({ alarms, script, threads });
  evaluator = started;
  return {
    alarms,
    ask: (what: string, signal?: AbortSignal) => started.evaluate({ what }, signal),
  };
}

test('requests are answered in their order, one after the other, by a thread that stays', async () => {
  const { ask } = start(1);
  const answers = await Promise.all(['a', 'b', 'c'].map((what) => ask(what)));
  const results = answers.map((answer) => (answer.kind === 'evaluated' ? answer.results : answer));
  expect(
    results.map((result) => ('what' in result ? [result['what'], result['asked']] : [])),
  ).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);
  expect(new Set(results.map((result) => 'threadId' in result && result['threadId'])).size).toBe(1);
});

test('a request that takes too long fails alone, and those behind it are answered by another thread', async () => {
  const { ask, alarms } = start(1);
  const hangs = ask('hang');
  const behind = [ask('a'), ask('b')];
  alarms.ringOldest();
  expect(await hangs).toEqual({
    kind: 'evaluation-failed',
    message: 'the evaluation takes too long',
  });
  expect(await Promise.all(behind)).toMatchObject([
    { kind: 'evaluated', results: { what: 'a', asked: 0 } },
    { kind: 'evaluated', results: { what: 'b', asked: 1 } },
  ]);
  expect(alarms.rings.size).toBe(0);
});

test('a request that ends its thread fails alone', async () => {
  const { ask } = start(1);
  const [ended, behind] = await Promise.all([ask('end'), ask('a')]);
  expect(ended).toMatchObject({
    kind: 'evaluation-failed',
    message: expect.stringContaining('out of order'),
  });
  expect(behind).toMatchObject({ kind: 'evaluated', results: { what: 'a', asked: 0 } });
});

test('a request that makes its thread exit fails alone and at once', async () => {
  const { ask, alarms } = start(1);
  const [ended, behind] = await Promise.all([ask('exit'), ask('a')]);
  expect(ended).toEqual({
    kind: 'evaluation-failed',
    message: 'the evaluation ended its thread',
  });
  expect(behind).toMatchObject({ kind: 'evaluated', results: { what: 'a', asked: 0 } });
  expect(alarms.rings.size).toBe(0);
});

test('no request waits for one that takes long where there is another thread', async () => {
  const { ask } = start(2);
  const hangs = ask('hang');
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((what) => ask(what)));
  expect(answers).toMatchObject(
    ['a', 'b', 'c', 'd'].map((what, asked) => ({ kind: 'evaluated', results: { what, asked } })),
  );
  await evaluator?.close();
  expect(await hangs).toEqual({ kind: 'evaluation-failed', message: 'the node is stopping' });
});

test('whoever still waits when the node stops is told so', async () => {
  const { ask } = start(1);
  const asked = [ask('hang'), ask('a')];
  await evaluator?.close();
  expect(await Promise.all(asked)).toEqual(
    asked.map(() => ({ kind: 'evaluation-failed', message: 'the node is stopping' })),
  );
});

test('a request that nobody waits for any more takes no thread, nor keeps the one that works on it', async () => {
  const { ask, alarms } = start(1);
  const [hanging, waiting] = [new AbortController(), new AbortController()];
  const forgotten = [ask('hang', hanging.signal), ask('b', waiting.signal)];
  const last = ask('c');
  waiting.abort();
  hanging.abort();
  expect(await last).toMatchObject({ kind: 'evaluated', results: { what: 'c', asked: 0 } });
  const message = 'nobody waits for the evaluation any more';
  const outcome = { kind: 'evaluation-failed', message };
  expect(await Promise.all(forgotten)).toEqual([outcome, outcome]);
  expect(alarms.rings.size).toBe(0);
});
