// Step runtimes against the world: real child processes and a real HTTP server on loopback.

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { LaunchOutcome } from '../../src/effect.ts';
import type { StepRuntime } from '../../src/step-runtime/contract.ts';
import { DEFAULT_HTTP_OPTIONS, httpRuntime } from '../../src/step-runtime/http.ts';
import { DEFAULT_SHELL_OPTIONS, shellRuntime } from '../../src/step-runtime/shell.ts';

type Ended = Extract<LaunchOutcome, { readonly kind: 'ended' }>;

const TOKEN = {
  workflow_id: 'w',
  workflow_instance_id: 1,
  workflow_run_id: 1,
  step_id: 's',
  step_attempt_id: 1,
  step_instance_uuid: '00000000-0000-4000-8000-000000000001',
} as const;

function launch(
  runtime: StepRuntime,
  step_type: 'Http' | 'Shell',
  params: PlainObject,
  again = false,
): Promise<Ended> {
  return new Promise((resolve) => {
    const effect = { kind: 'launch', step_type, token: TOKEN, params } as const;
    runtime.launch({ effect, again }, (outcome) => {
      if (outcome.kind === 'ended') resolve(outcome);
    });
  });
}

const allowed = shellRuntime({ ...DEFAULT_SHELL_OPTIONS, allowed: true });
const shell = (params: PlainObject): Promise<Ended> => launch(allowed, 'Shell', params);

test('a node that does not allow Shell steps runs none and says so', async () => {
  const ended = await launch(shellRuntime(DEFAULT_SHELL_OPTIONS), 'Shell', { script: 'true' });
  expect(ended).toMatchObject({ state: 'FATAL_ERROR' });
  expect(ended.messages?.[0]).toMatch(/allow-shell/);
});

test('a command ends DONE or as an error of its user, and its output is kept', async () => {
  const good = await shell({ script: 'echo out; echo err >&2' });
  expect(good).toMatchObject({
    state: 'DONE',
    artifacts: { shell: { exit_code: 0, stdout: 'out\n', stderr: 'err\n' } },
  });
  expect(await shell({ command: ['/bin/sh', '-c', 'exit 7'] })).toMatchObject({
    state: 'USER_ERROR',
    messages: ['the command ended with exit code 7'],
  });
});

test('a command that cannot be run is an error of its user', async () => {
  expect(await shell({ command: ['/no/such/program'] })).toMatchObject({ state: 'USER_ERROR' });
  expect(await shell({ script: 'true', command: ['true'] })).toMatchObject({
    state: 'FATAL_ERROR',
  });
});

test('a child sees the environment that its step names, and no other', async () => {
  const ended = await shell({ script: 'env', env: { GREETING: 'hello' } });
  const { stdout } = (ended.artifacts?.['shell'] ?? {}) as { readonly stdout?: string };
  const names = (stdout ?? '')
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names.sort()).toEqual([
    'BATON_OUTPUT',
    'BATON_STEP_INSTANCE_UUID',
    'GREETING',
    'PATH',
    'PWD',
  ]);
});

test('values in the output file are reported, and anything but an object is refused', async () => {
  expect(await shell({ script: 'echo \'{"n": 3}\' > "$BATON_OUTPUT"' })).toMatchObject({
    state: 'DONE',
    output: { n: 3 },
  });
  expect(await shell({ script: 'echo 3 > "$BATON_OUTPUT"' })).toMatchObject({
    state: 'USER_ERROR',
  });
});

test('an output file that is too large is an error of its user, and is not read', async () => {
  const script = 'head -c 5000000 /dev/zero > "$BATON_OUTPUT"';
  expect(await shell({ script })).toMatchObject({
    state: 'USER_ERROR',
    messages: ['the file named by BATON_OUTPUT is larger than 4 MiB'],
  });
});

test('a command is over when its own process is: what it left in the background ends with it', async () => {
  // The background process holds the output open: whoever waited for it would wait for 300 s.
  expect(await shell({ script: 'sleep 300 & echo begun' })).toMatchObject({
    state: 'DONE',
    artifacts: { shell: { stdout: 'begun\n' } },
  });
});

test('a machine without room for the files of a command fails the attempt, not the node', async () => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = '/no/such/folder';
  try {
    expect(await shell({ script: 'true' })).toMatchObject({ state: 'PLATFORM_ERROR' });
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});

test('output beyond the limit keeps its end', async () => {
  const small = shellRuntime({ allowed: true, outputLimit: 100 });
  const ended = await launch(small, 'Shell', { script: 'seq 1 20000; echo last' });
  const { stdout } = (ended.artifacts?.['shell'] ?? {}) as { readonly stdout?: string };
  expect(stdout).toHaveLength(100);
  expect(stdout?.endsWith('last\n')).toBe(true);
});

test('an attempt that may have run before a crash is not run again', async () => {
  const ended = await launch(allowed, 'Shell', { script: 'true' }, true);
  expect(ended).toMatchObject({ state: 'PLATFORM_ERROR' });
});

test('a stopped command reports nothing more', async () => {
  const script = 'sleep 300 & echo $!; wait';
  const effect = { kind: 'launch', step_type: 'Shell', token: TOKEN, params: { script } } as const;
  const outcomes: LaunchOutcome[] = [];
  const started = await new Promise<{ stop(): void }>((resolve) => {
    const launched = allowed.launch({ effect, again: false }, (outcome) => {
      outcomes.push(outcome);
      if (outcome.kind === 'started') queueMicrotask(() => resolve(launched));
    });
  });
  started.stop();
  // The next command comes after the stop on the same loop: by its end the killed one would have reported.
  await shell({ script: 'true' });
  expect(outcomes).toEqual([{ kind: 'started' }]);
});

let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/large') response.end('x'.repeat(2_000));
    else if (request.url === '/key') response.end(request.headers['idempotency-key']);
    else if (request.url === '/trace') response.end(request.headers['traceparent']);
    else if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
    else response.writeHead(201).end(`${request.method} ${request.headers['accept']}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});

afterAll(() => {
  server.close();
});

const http = httpRuntime({ ...DEFAULT_HTTP_OPTIONS, allow: ['127.0.0.1'], answerLimit: 1_000 });
const call = (request: PlainObject): Promise<Ended> => launch(http, 'Http', { http: request });

test('an answered call reports its status and its body, whatever the status is', async () => {
  expect(await call({ url: `${url}/`, method: 'post', body: '{}' })).toMatchObject({
    state: 'DONE',
    output: { status_code: 201, response_body: 'POST application/json' },
  });
});

test('every launch of an attempt has its key, unless the step names one of its own', async () => {
  const key = { output: { response_body: TOKEN.step_instance_uuid } };
  expect(await call({ url: `${url}/key` })).toMatchObject(key);
  expect(await call({ url: `${url}/key` })).toMatchObject(key);
  const headers = { 'Idempotency-Key': 'mine' };
  expect(await call({ url: `${url}/key`, headers })).toMatchObject({
    output: { response_body: 'mine' },
  });
});

test('a call tells the trace of its attempt, unless the step names one of its own', async () => {
  const { output } = await call({ url: `${url}/trace` });
  expect(output?.['response_body']).toMatch(
    /^00-00000000000040008000000000000001-[0-9a-f]{16}-00$/,
  );
  const headers = { traceparent: 'mine' };
  expect(await call({ url: `${url}/trace`, headers })).toMatchObject({
    output: { response_body: 'mine' },
  });
});

test('a host that is not on the list is not called', async () => {
  const nothing = httpRuntime(DEFAULT_HTTP_OPTIONS);
  expect(await launch(nothing, 'Http', { http: { url } })).toMatchObject({ state: 'FATAL_ERROR' });
  expect(await call({ url: 'http://localhost:1/' })).toMatchObject({ state: 'FATAL_ERROR' });
  expect(await call({ url: 'file:///etc/passwd' })).toMatchObject({ state: 'FATAL_ERROR' });
});

test('what no call can carry fails for good, because no later attempt could carry it either', async () => {
  const impossible = [
    { method: 'NO SUCH' },
    { headers: { 'bad name': 'x' } },
    { body: 'GET has none' },
  ];
  for (const wrong of impossible) {
    expect(await call({ url: `${url}/`, ...wrong })).toMatchObject({ state: 'FATAL_ERROR' });
  }
});

test('a redirect is an answer, and is not followed', async () => {
  expect(await call({ url: `${url}/moved` })).toMatchObject({ output: { status_code: 302 } });
});

test('an answer beyond the limit fails for good, a refused connection as a platform error', async () => {
  expect(await call({ url: `${url}/large` })).toMatchObject({ state: 'FATAL_ERROR' });
  expect(await call({ url: 'http://127.0.0.1:1/' })).toMatchObject({ state: 'PLATFORM_ERROR' });
});
