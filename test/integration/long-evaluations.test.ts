// Expressions that are too much for a turn, wherever a workflow may have one, on a real node with its threads; and one
// that never ends beside them.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NodeProcess } from '../support/node-process.ts';
import { until } from '../support/under-load.ts';

let folder: string;
let node: NodeProcess;
let service: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-evaluations-'));
  service = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const allow = ['--http-allow', `127.0.0.1:${(service.address() as AddressInfo).port}`];
  node = await NodeProcess.start(['--data', folder, ...allow]);
}, 30_000);

afterAll(async () => {
  await node.kill();
  service.close();
  await rm(folder, { recursive: true, force: true });
});

const LONG = 'int x = 0; for (int i = 0; i < 20000; i += 1) { x += 1; }';
const computed = (text: string) => ({ expression: `${LONG} return ${text};`, type: 'LONG' });

async function run(id: string, workflow: object): Promise<string> {
  await node.call('POST', '/workflows', {
    properties: { owner: 'tester' },
    workflow: { id, ...workflow },
  });
  await node.call('POST', `/workflows/${id}/versions/latest/actions/start`, {
    initiator: { type: 'manual', user: 'tester' },
  });
  let status = '';
  await until(async () => {
    const instance = await node.call('GET', `/workflows/${id}/instances/1`);
    status = String(instance['status']);
    return status !== 'CREATED' && status !== 'IN_PROGRESS';
  });
  return status;
}

test('parameters, conditions and the meaning of an answer may take longer than a turn', async () => {
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  const steps = [
    {
      step: {
        id: 'first',
        type: 'NoOp',
        params: { sum: computed('x + n') },
        transition: { successors: { call: `${LONG} return first__sum == 40000;`, never: 'false' } },
      },
    },
    {
      step: {
        id: 'call',
        type: 'Http',
        params: {
          http: { value: { url: { value: url, type: 'STRING' } }, type: 'MAP' },
          state_expr: {
            value: `${LONG} return x == 20000 && response_body == 'fine' ? 'DONE' : 'FATAL_ERROR';`,
          },
        },
      },
    },
    { step: { id: 'never', type: 'NoOp' } },
  ];
  expect(await run('long', { params: { n: computed('x') }, steps })).toBe('SUCCEEDED');
  const called = await node.call('GET', '/workflows/long/instances/1/runs/1/steps/call/attempts/1');
  expect(called).toMatchObject({
    runtime_state: { status: 'SUCCEEDED' },
    params: { response_body: { evaluated_result: 'fine' } },
  });
}, 60_000);

test('an expression that does not end fails its step, and others go on meanwhile', async () => {
  const endless = {
    expression:
      'int x = 0; while (true) { for (int i = 0; i < 20000; i += 1) { x = i; } } return x;',
    type: 'LONG',
  };
  const failing = run('endless', {
    steps: [{ step: { id: 'only', type: 'NoOp', params: { x: endless } } }],
  });
  const short = { steps: [{ step: { id: 'only', type: 'NoOp', params: { x: computed('x') } } }] };
  expect(await run('beside', short)).toBe('SUCCEEDED');
  expect(await failing).toBe('FAILED');
}, 60_000);
