// Large things on a whole node: a graph of ten thousand steps, a long queue, a payload beyond the limit. Each ends or is
// refused by name, and others are served meanwhile.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Call, Services, StartRequest } from '../../src/api/service.ts';
import { type RunningServer, startServer } from '../../src/server/compose.ts';
import { readConfig } from '../../src/server/config.ts';

const STEPS = 10_000;

let folder = '';
let server: RunningServer;
let services: Services;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-large-'));
  const configuration = readConfig([
    {
      name: 'test',
      given: {
        http: '127.0.0.1:0',
        grpc: '127.0.0.1:0',
        data: join(folder, 'data'),
        'max-steps': STEPS,
        'log-level': 'silent',
      },
    },
  ]);
  if (configuration.kind === 'invalid') throw new Error(JSON.stringify(configuration.problems));
  server = await startServer(configuration.config);
  services = server.services;
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const call = (): Call => ({ caller: 'tester', deadlineMs: services.monotonicMs() + 60_000 });

const starting = (workflowId: string, runParams = {}): StartRequest => ({
  workflowId,
  version: 'latest',
  runParams,
  runtimeTags: [],
  artifacts: {},
  persistFailedRun: false,
});

function chain(id: string, count: number, type = 'NoOp', properties = {}): object {
  const steps = Array.from({ length: count }, (_, index) => {
    const next =
      index + 1 < count ? { transition: { successors: { [`s${index + 1}`]: 'true' } } } : {};
    const params =
      type === 'Sleep' ? { params: { sleep_seconds: { value: 86_400, type: 'LONG' } } } : {};
    return { step: { id: `s${index}`, type, ...params, ...next } };
  });
  return { properties: { owner: 'tester', ...properties }, workflow: { id, steps } };
}

test('a graph of ten thousand steps ends, and a small one beside it does not wait for that', async () => {
  await services.workflow.push(call(), chain('large', STEPS));
  await services.workflow.push(call(), chain('small', 3));
  const order: string[] = [];
  const large = services.instance.run(call(), starting('large')).then(({ status }) => {
    order.push('large');
    return status;
  });
  const small = services.instance.run(call(), starting('small')).then(({ status }) => {
    order.push('small');
    return status;
  });
  expect(await Promise.all([large, small])).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(order).toEqual(['small', 'large']);
  const run = { workflowId: 'large', instanceId: 1 };
  const shown = await services.instance.get(run, { enriched: false, aggregated: false });
  expect(shown).toMatchObject({
    runtime_overview: { total_step_count: STEPS, step_overview: { SUCCEEDED: { cnt: STEPS } } },
  });
}, 60_000);

test('a long queue of a workflow that runs one at a time is kept, counted and stopped as a whole', async () => {
  const count = 3_000;
  await services.workflow.push(call(), chain('queue', 1, 'Sleep', { run_strategy: 'SEQUENTIAL' }));
  for (let started = 0; started < count; started += 500) {
    const some = Array.from({ length: 500 }, () =>
      services.instance.start(call(), starting('queue')),
    );
    await Promise.all(some);
  }
  expect(await services.workflow.overview('queue')).toMatchObject({
    nonterminal_instances: { CREATED: count - 1, IN_PROGRESS: 1 },
    latest_instance_id: count,
  });
  await services.workflow.stopAll(call(), 'queue', false);
  const last = { ...starting('queue') };
  await services.instance.start(call(), last);
  for (;;) {
    const { nonterminal_instances: open } = await services.workflow.overview('queue');
    if (JSON.stringify(open) === '{"CREATED":0,"IN_PROGRESS":1,"PAUSED":0}') break;
  }
  const page = await services.instance.list('queue', { limit: 2 });
  expect(page.elements).toMatchObject([{ status: 'IN_PROGRESS' }, { status: 'STOPPED' }]);
}, 60_000);

test('parameters beyond their limit are refused by name, and nothing is started', async () => {
  const big = { big: { value: 'x'.repeat(1024 * 1024), type: 'STRING' } };
  await expect(services.instance.start(call(), starting('small', big))).rejects.toMatchObject({
    code: 'invalid',
  });
  const huge = { big: { value: 'x'.repeat(5 * 1024 * 1024), type: 'STRING' } };
  await expect(services.instance.start(call(), starting('small', huge))).rejects.toMatchObject({
    code: 'payload-too-large',
  });
  expect(await services.workflow.overview('small')).toMatchObject({ latest_instance_id: 1 });
});
