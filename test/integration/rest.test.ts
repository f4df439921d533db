// The REST door against a node in this process, on a store in a folder of its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Log } from '../../cluster/port/log.ts';
import { type RestDoor, startRest } from '../../src/api/rest/rest.ts';
import { type RunningServer, startServer } from '../../src/server/compose.ts';
import { readConfig } from '../../src/server/config.ts';

const BODY_LIMIT = 64 * 1024;

let folder: string;
let server: RunningServer;
let door: RestDoor;
let isReady = true;
const logged: object[] = [];

const keep = (fields: object): void => {
  logged.push(fields);
};
const LOG: Log = { debug: keep, info: keep, warn: keep, error: keep };

/** A door of its own to the node's handlers, so that its limit and its log are known. */
const openDoor = (metrics = async () => 'turns 1\n'): Promise<RestDoor> =>
  startRest({
    services: server.services,
    host: '127.0.0.1',
    port: 0,
    log: LOG,
    bodyLimit: BODY_LIMIT,
    metrics,
    isReady: () => isReady,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-rest-'));
  const free = '127.0.0.1:0';
  const given = { http: free, grpc: free, data: join(folder, 'store'), 'log-level': 'silent' };
  const configuration = readConfig([{ name: 'test', given }]);
  if (configuration.kind === 'invalid') throw new Error(JSON.stringify(configuration.problems));
  server = await startServer(configuration.config);
  door = await openDoor();
});

afterAll(async () => {
  await door.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(
  method: string,
  path: string,
  body?: string | object,
  headers: { readonly [name: string]: string } = { user: 'tester' },
): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${door.port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** The body of an answer that must have this status. */
async function expectStatus(status: number, answer: Promise<Answer>) {
  const { status: found, text } = await answer;
  expect({ status: found, text }).toMatchObject({ status });
  return JSON.parse(text);
}

const definition = (id: string, more: object = {}) => ({
  properties: { owner: 'tester', run_strategy: { rule: 'PARALLEL', workflow_concurrency: 100 } },
  workflow: { id, ...more, steps: [{ step: { id: 'a', type: 'NoOp' } }] },
});

const push = (id: string, more?: object) =>
  expectStatus(200, ask('POST', '/api/v3/workflows', definition(id, more)));

const startPath = (id: string) => `/api/v3/workflows/${id}/versions/latest/actions/start`;
const START = { initiator: { type: 'MANUAL' } };

/** Sends bytes over a connection and gathers what comes back, until the body of an answer has come. */
function exchange(...parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.port, '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      received += text;
      if (/\r\n\r\n\{.*\}$/s.test(received)) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    for (const part of parts) socket.write(part);
  });
}

test('a workflow is pushed, started and read, and a repeat of the start gives the same instance', async () => {
  await push('small');
  const request = { ...START, request_id: '6f1b2f3e-0000-4000-8000-000000000001' };
  const first = await expectStatus(200, ask('POST', startPath('small'), request));
  expect(first).toMatchObject({ workflow_instance_id: 1, workflow_run_id: 1, status: 'CREATED' });
  const again = await expectStatus(200, ask('POST', startPath('small'), request));
  expect(again).toMatchObject({ workflow_instance_id: 1, status: 'DUPLICATED' });
  const run = await expectStatus(
    200,
    ask('GET', '/api/v3/workflows/small/instances/1/runs/latest'),
  );
  expect(run).toMatchObject({ workflow_id: 'small', status: 'SUCCEEDED' });
});

test('whole numbers of 64 bits come back to their last digit, from JSON and from YAML', async () => {
  const big = '9007199254740993';
  const json = JSON.stringify(definition('big', { params: { n: { value: 1, type: 'LONG' } } }));
  const pushed = await ask(
    'POST',
    '/api/v3/workflows',
    json.replace('"value":1', `"value":${big}`),
  );
  expect(pushed.text).toContain(`"value":${big}`);
  const yaml = [
    'properties: {owner: tester}',
    'workflow:',
    '  id: big-yaml',
    `  params: {n: {value: ${big}, type: LONG}}`,
    '  steps: [{step: {id: a, type: NoOp}}]',
  ].join('\n');
  const headers = { user: 'tester', 'content-type': 'application/yaml' };
  const fromYaml = await ask('POST', '/api/v3/workflows', yaml, headers);
  expect(fromYaml.text).toContain(`"value":${big}`);
});

test('a definition in the YAML form is checked, pushed and run, whatever its content type', async () => {
  const text = [
    'Workflow:',
    '  id: written',
    '  owner: tester',
    '  score: 12',
    "  '!twice<long>': score * 2",
    '  jobs:',
    '    - job: {id: pick, type: NoOp, transition: [IF twice > 20 THEN high, OTHERWISE low]}',
    '    - job: {id: high, type: noop}',
    '    - job: {id: low, type: noop}',
  ].join('\n');
  const valid = await expectStatus(
    200,
    ask('PUT', '/api/v3/workflows/actions/validate/yaml', text),
  );
  expect(valid).toMatchObject({ action: 'VALIDATE', author: 'tester' });
  const headers = { user: 'tester', 'content-type': 'application/yaml' };
  await expectStatus(200, ask('POST', '/api/v3/workflows/yaml', text, headers));
  const { instanceId, status } = await server.services.instance.run(
    { caller: 'tester', deadlineMs: server.services.monotonicMs() + 10_000 },
    {
      workflowId: 'written',
      version: 'latest',
      runParams: {},
      runtimeTags: [],
      artifacts: {},
      persistFailedRun: false,
    },
  );
  expect(status).toBe('SUCCEEDED');
  const steps = await expectStatus(
    200,
    ask('GET', `/api/v3/workflows/written/instances/${instanceId}/steps`),
  );
  const statuses = steps.map((step: { step_id: string; runtime_state: { status: string } }) => [
    step.step_id,
    step.runtime_state.status,
  ]);
  expect(new Map(statuses)).toEqual(
    new Map([
      ['pick', 'SUCCEEDED'],
      ['high', 'SUCCEEDED'],
      ['low', 'UNSATISFIED'],
    ]),
  );
  for (const broken of ['Workflow: [', '', 'workflow: {jobs: 1}']) {
    await expectStatus(400, ask('POST', '/api/v3/workflows/yaml', broken, headers));
  }
});

test('a refusal lists every broken rule with its path and changes nothing', async () => {
  const body = { workflow: { id: 'broken', steps: [{ step: { id: 'a', type: 'Teapot' } }] } };
  const refused = await expectStatus(400, ask('POST', '/api/v3/workflows', body));
  expect(refused).toMatchObject({ status: 'BAD_REQUEST', retryable: false });
  expect(refused.errors.join()).toContain('workflow.steps[0].step.type');
  await expectStatus(404, ask('GET', '/api/v3/workflows/broken/versions/latest'));
});

test('a parameter that does not evaluate is named where it was written, checked and pushed alike', async () => {
  const body = definition('unevaluated', { params: { i: { expression: 'j + 1', type: 'LONG' } } });
  const checked = await ask('PUT', '/api/v3/workflows/actions/validate', body);
  const pushed = await ask('POST', '/api/v3/workflows', body);
  expect(checked).toMatchObject({ status: 400, text: pushed.text });
  expect(JSON.parse(pushed.text).errors).toEqual([
    expect.stringMatching(/^workflow\.params\.i must refer to parameters that exist/),
  ]);
});

test('what does not evaluate or cannot run is named where the YAML form has it', async () => {
  const text = [
    'workflow:',
    '  id: misplaced',
    '  owner: tester',
    "  '!i<long>': j + 1",
    '  jobs: [{subworkflow: {id: s}}]',
  ];
  const errorsOf = async (lines: readonly string[]) => {
    const answer = ask('POST', '/api/v3/workflows/yaml', lines.join('\n'));
    return (await expectStatus(400, answer)).errors;
  };
  expect(await errorsOf(text)).toEqual([
    expect.stringMatching(/^workflow\.!i<long> must refer to parameters that exist/),
  ]);
  expect(await errorsOf(text.filter((line) => !line.includes('j + 1')))).toEqual([
    expect.stringMatching(/^workflow\.jobs\[0\]\.subworkflow must be NoOp, Sleep/),
  ]);
});

test('a body that cannot be read is refused with the reason', async () => {
  for (const body of ['{"workflow": ', 'nul', `${'['.repeat(30_000)}1234567890123456`]) {
    const refused = await expectStatus(400, ask('POST', '/api/v3/workflows', body));
    expect(refused.message).toMatch(/^the body is not JSON/);
  }
  const headers = { user: 'tester', 'content-type': 'application/yaml' };
  const refused = await expectStatus(400, ask('POST', '/api/v3/workflows', 'a: [', headers));
  expect(refused.message).toMatch(/^the body is not YAML/);
});

test('a definition has at most 256 KiB on a node that allows the usual number of steps', async () => {
  const { workflow } = server.services;
  const call = { caller: 'tester', deadlineMs: server.services.monotonicMs() + 10_000 };
  const ofLength = (length: number) => {
    const params = { text: { value: '', type: 'STRING' } };
    const rest = JSON.stringify(definition('long', { params })).length;
    params.text.value = 'x'.repeat(length - rest);
    return definition('long', { params });
  };
  expect(await workflow.validate(call, ofLength(262_144))).toEqual([]);
  expect(await workflow.validate(call, ofLength(262_145))).toEqual([
    { path: 'request', rule: 'have at most 262144 bytes', found: '262145 bytes' },
  ]);
});

test('values in too many lists are refused, not answered with a failure', async () => {
  for (const digits of ['1', '1234567890123456789']) {
    const body = `{"workflow":${'['.repeat(20_000)}${digits}${']'.repeat(20_000)}}`;
    await expectStatus(400, ask('POST', '/api/v3/workflows', body));
    await expectStatus(400, ask('PUT', '/api/v3/workflows/actions/validate', body));
    const run = `{"initiator":{"type":"MANUAL"},"run_params":${body}}`;
    await expectStatus(400, ask('POST', startPath('small'), run));
    await expectStatus(400, ask('POST', '/api/v3/workflows/small/properties', body));
  }
});

test('what lies so deep that no answer could hold it is refused before it is stored', async () => {
  const deep = `${'['.repeat(3_000)}${']'.repeat(3_000)}`;
  const initiator = '"initiator":{"type":"MANUAL"}';
  const hint = `{"n":{"value":1,"type":"LONG","hint":${deep}}}`;
  for (const more of [`"artifacts":{"a":${deep}}`, `"run_params":${hint}`]) {
    const body = `{${initiator},${more}}`;
    const refused = await expectStatus(400, ask('POST', startPath('small'), body));
    expect(refused.errors.join()).toMatch(/must lie in at most 256 objects and lists/);
  }
  const update = `{"alerting":${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}}`;
  await expectStatus(400, ask('POST', '/api/v3/workflows/small/properties', update));
});

test('a name that is longer than any id is not found', async () => {
  const name = 'a'.repeat(5_000);
  await expectStatus(404, ask('GET', `/api/v3/workflows/${name}/versions/latest`));
  await expectStatus(404, ask('GET', `/api/v3/workflows/${name}/instances/1`));
  await expectStatus(404, ask('POST', startPath(name), { initiator: { type: 'MANUAL' } }));
  await expectStatus(404, ask('GET', `/api/v3/workflows/small/instances/1/steps/${name}`));
});

test('a cursor that is none of ours is refused with its path, be it longer than any id or no number', async () => {
  for (const path of [
    '/workflows',
    '/workflows/small/instances',
    '/workflows/small/versions/pagination',
  ]) {
    const cursor = 'z'.repeat(5_000);
    const found = ask('GET', `/api/v3${path}?first=1&cursor=${cursor}`);
    expect((await expectStatus(400, found)).errors).toEqual([
      expect.stringMatching(/^cursor must be (one of a page before|a number), but is string of/),
    ]);
  }
});

test('a DOUBLE of -0.0 is -0.0 after a restart, a LONG of -0 is 0', async () => {
  const free = '127.0.0.1:0';
  const given = { http: free, grpc: free, data: join(folder, 'zeros'), 'log-level': 'silent' };
  const configuration = readConfig([{ name: 'test', given }]);
  if (configuration.kind === 'invalid') throw new Error(JSON.stringify(configuration.problems));
  const at = ({ http }: RunningServer, path: string) =>
    `http://127.0.0.1:${http.port}/api/v3${path}`;
  const headers = { user: 'tester' };
  const params =
    '{"d":{"value":-0.0,"type":"DOUBLE"},"l":{"value":-0,"type":"LONG"},"e":{"expression":"d * 1.0","type":"DOUBLE"},"m":{"value":{"a":{"value":[-0.0],"type":"DOUBLE_ARRAY"}},"type":"MAP"}}';
  const body = JSON.stringify(definition('zeros', { params: {} })).replace(
    '"params":{}',
    `"params":${params}`,
  );
  const before = await startServer(configuration.config);
  await fetch(at(before, '/workflows'), { method: 'POST', headers, body });
  const start = at(before, '/workflows/zeros/versions/latest/actions/start');
  await fetch(start, { method: 'POST', headers, body: JSON.stringify(START) });
  await before.close();
  const after = await startServer(configuration.config);
  const version = await (await fetch(at(after, '/workflows/zeros/versions/latest'))).text();
  const run = JSON.parse(await (await fetch(at(after, '/workflows/zeros/instances/1'))).text());
  await after.close();
  expect(version).toContain('"d":{"value":-0.0,"type":"DOUBLE"},"l":{"value":0,"type":"LONG"}');
  const { d, l, e, m } = run.params;
  const results = [d, l, e, m].map(({ evaluated_result }) => evaluated_result);
  expect(results).toEqual([-0, 0, -0, { a: [-0] }]);
});

test('a query parameter that a path does not know is ignored, as clients of Maestro expect', async () => {
  const path = '/api/v3/workflows/small/instances/1';
  const plain = await expectStatus(200, ask('GET', path));
  expect(await expectStatus(200, ask('GET', `${path}?tea=1&first=0`))).toEqual(plain);
  const refused = await expectStatus(400, ask('GET', `${path}?enriched=maybe`));
  expect(refused.errors.join()).toContain('enriched must be true or false');
});

test('the size of a page is written in digits', async () => {
  for (const size of ['1e1', '0x10', '%201', '1.0', '0', '201']) {
    const refused = await expectStatus(400, ask('GET', `/api/v3/workflows?first=${size}`));
    expect(refused.errors.join()).toContain('first must be a number from 1 to 200');
  }
});

test('a body beyond the limit is refused before its end, and the caller gets to read why', async () => {
  const length = BODY_LIMIT * 100;
  const head = `POST /api/v3/workflows HTTP/1.1\r\nhost: x\r\nuser: t\r\ncontent-length: ${length}\r\n\r\n`;
  const answered = await exchange(head, 'x'.repeat(BODY_LIMIT + 1));
  expect(answered).toMatch(/^HTTP\/1.1 400 /);
  expect(answered).toContain(`at most ${BODY_LIMIT} bytes`);
  const whole = await ask('POST', '/api/v3/workflows', 'x'.repeat(length));
  expect(whole.status).toBe(400);
  const unannounced = `POST /api/v3/workflows HTTP/1.1\r\nhost: x\r\nuser: t\r\ntransfer-encoding: chunked\r\n\r\n`;
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
  expect(await exchange(unannounced, chunk.repeat(BODY_LIMIT / 0x1000 + 1))).toContain(
    `at most ${BODY_LIMIT} bytes`,
  );
});

test('a node as it is configured by default takes a definition of 256 KiB and no larger one', async () => {
  const push = (fill: number): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.http.port}/api/v3/workflows`, {
      method: 'POST',
      headers: { user: 'tester' },
      body: JSON.stringify({
        properties: { owner: 'tester' },
        workflow: {
          id: 'large',
          steps: [{ step: { id: 'only', type: 'NoOp', description: 'x'.repeat(16_000) } }],
          params: { fill: { value: 'x'.repeat(fill), type: 'STRING' } },
        },
      }),
    });
  expect((await push(240_000)).status).toBe(200);
  const refused = await push(250_000);
  expect({ status: refused.status, text: await refused.text() }).toMatchObject({
    status: 400,
    text: expect.stringContaining('request must have at most 262144 bytes'),
  });
});

test('a path that is not there is told from a method that is not taken there', async () => {
  await expectStatus(404, ask('GET', '/api/v3/nothing'));
  await expectStatus(404, ask('GET', '/nothing'));
  for (const path of ['/api/v3/workflows/small/overview', '/healthz', '/metrics', '/readyz']) {
    const refused = await ask('PUT', path);
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD');
    expect(JSON.parse(refused.text)).toMatchObject({ status: 'METHOD_NOT_ALLOWED' });
  }
});

test('a target that is no path is a bad request', async () => {
  const close = 'HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
  expect(await exchange(`GET // ${close}`)).toMatch(/^HTTP\/1.1 40[04] /);
  expect(await exchange(`GET http:// ${close}`)).toMatch(/^HTTP\/1.1 40[04] /);
  expect(await exchange(`GET /api/v3/workflows/%ff/overview ${close}`)).toMatch(
    /^HTTP\/1.1 40[04] /,
  );
  expect(logged).toEqual([]);
});

test('HEAD is answered like GET, without the body', async () => {
  for (const path of ['/healthz', '/metrics', '/api/v3/workflows/small/overview']) {
    const got = await ask('GET', path);
    const head = await ask('HEAD', path, undefined, {});
    expect(head).toMatchObject({ status: 200, text: '' });
    for (const name of ['content-type', 'content-length']) {
      expect(head.headers.get(name)).toBe(got.headers.get(name));
    }
  }
  expect((await ask('HEAD', '/api/v3/workflows/nowhere/overview')).status).toBe(404);
});

test('whoever changes something must say who they are; readers need not', async () => {
  const refused = await expectStatus(400, ask('POST', startPath('small'), START, {}));
  expect(refused.errors.join()).toContain('header user');
  await expectStatus(200, ask('GET', '/api/v3/workflows/small/overview', undefined, {}));
});

test('pages follow one another without gaps in both directions', async () => {
  await push('paged');
  for (let start = 1; start <= 5; start++) {
    await expectStatus(200, ask('POST', startPath('paged'), START));
  }
  const page = (query: string) =>
    expectStatus(200, ask('GET', `/api/v3/workflows/paged/instances?${query}`));
  const numbers = ({ elements }: { readonly elements: { workflow_instance_id: number }[] }) =>
    elements.map((element) => element.workflow_instance_id);
  const first = await page('first=2');
  expect(numbers(first)).toEqual([5, 4]);
  expect(first.page_info).toMatchObject({ has_previous_page: false, has_next_page: true });
  const second = await page(`first=2&cursor=${first.page_info.end_cursor}`);
  expect(numbers(second)).toEqual([3, 2]);
  const third = await page(`first=2&cursor=${second.page_info.end_cursor}`);
  expect(numbers(third)).toEqual([1]);
  expect(third.page_info).toMatchObject({ has_next_page: false, start_index: 5 });
  expect(numbers(await page(`last=2&cursor=${third.page_info.start_cursor}`))).toEqual([3, 2]);
  for (const query of ['', 'first=0', 'first=201', 'first=x', 'first=', 'first=1&last=1']) {
    await expectStatus(400, ask('GET', `/api/v3/workflows/paged/instances?${query}`));
  }
});

test('an instance lists its runs, and a list leaves out what runs come to together when asked to', async () => {
  const runs = await expectStatus(
    200,
    ask('GET', '/api/v3/workflows/paged/instances/1/runs?last=5'),
  );
  expect(runs).toMatchObject({
    page_info: { start_cursor: '1', end_cursor: '1', has_next_page: false, start_index: 1 },
    total_count: 1,
    elements: [{ workflow_instance_id: 1, workflow_run_id: 1, status: 'SUCCEEDED' }],
  });
  await expectStatus(404, ask('GET', '/api/v3/workflows/paged/instances/99/runs?first=1'));
  await expectStatus(400, ask('GET', '/api/v3/workflows/paged/instances/1/runs'));
  const list = (query: string) =>
    expectStatus(200, ask('GET', `/api/v3/workflows/paged/instances?first=1${query}`));
  expect((await list('')).elements[0]).toHaveProperty('aggregated_info');
  expect((await list('&aggregated=false')).elements[0]).not.toHaveProperty('aggregated_info');
});

test('a number no double holds is refused where a parameter needs one', async () => {
  const json = JSON.stringify(definition('vast', { params: { x: { value: 7, type: 'DOUBLE' } } }));
  for (const number of ['1e400', '"1e400"', '-1e999']) {
    const body = json.replace('7', number);
    await expectStatus(400, ask('POST', '/api/v3/workflows', body));
    const run = `{"initiator":{"type":"MANUAL"},"run_params":{"x":{"value":${number},"type":"DOUBLE"}}}`;
    await expectStatus(400, ask('POST', startPath('small'), run));
  }
});

test('the pages of workflows name each workflow once', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await expectStatus(
      200,
      ask('GET', `/api/v3/workflows?first=2&cursor=${encodeURIComponent(cursor)}`),
    );
    seen.push(...page.elements.map((element: { workflow_id: string }) => element.workflow_id));
    cursor = page.page_info.has_next_page ? page.page_info.end_cursor : '';
    expect(page.page_info).not.toHaveProperty('start_index', null);
  } while (cursor !== '');
  expect(seen).toEqual(['big', 'big-yaml', 'large', 'paged', 'small', 'written']);
});

test('metrics, health and readiness are told without a name', async () => {
  expect(await ask('GET', '/metrics', undefined, {})).toMatchObject({
    status: 200,
    text: 'turns 1\n',
  });
  await expectStatus(200, ask('GET', '/healthz', undefined, {}));
  await expectStatus(200, ask('GET', '/readyz', undefined, {}));
  isReady = false;
  const stopping = await ask('GET', '/readyz', undefined, {});
  isReady = true;
  expect(stopping.status).toBe(503);
});

test('a caller who hangs up in the middle of a body is nobody’s failure', async () => {
  logged.length = 0;
  const socket = connect(door.port, '127.0.0.1');
  await new Promise<void>((resolve) => {
    socket.write(
      'POST /api/v3/workflows HTTP/1.1\r\nhost: x\r\nuser: t\r\ncontent-length: 1000\r\n\r\n{',
      () => resolve(),
    );
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resetAndDestroy();
  await closed;
  await ask('GET', '/healthz');
  await ask('GET', '/healthz');
  expect(logged).toEqual([]);
});

test('a door that closes answers what it has taken, and ends connections that are kept open', async () => {
  let release: (text: string) => void = () => {};
  const metrics = new Promise<string>((resolve) => {
    release = resolve;
  });
  let taken: () => void = () => {};
  const isTaken = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const closing = await openDoor(() => {
    taken();
    return metrics;
  });
  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port: closing.port, path: '/metrics', agent }, resolve).once(
      'error',
      reject,
    );
  });
  await isTaken;
  const closed = closing.close();
  release('turns 1\n');
  const answer = await answered;
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers.connection).toBe('close');
  await closed;
  agent.destroy();
});
