// The gRPC door and the command line against a node in this process, on a store in a folder of its own.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  InstanceServiceClient,
  type InstanceServiceListResponse,
  type InstanceServiceRunResponse,
  type InstanceServiceStartResponse,
  type InstanceServiceStartManyResponse,
} from '../../proto/gen/baton/v1/instance.ts';
import { WorkflowServiceClient } from '../../proto/gen/baton/v1/workflow.ts';
import { BadRequest, ErrorInfo } from '../../proto/gen/google/rpc/error_details.ts';
import { Status } from '../../proto/gen/google/rpc/status.ts';
import { HealthClient } from '../../proto/gen/grpc/health/v1/health.ts';
import {
  ServerReflectionClient,
  type ServerReflectionResponse,
} from '../../proto/gen/grpc/reflection/v1/reflection.ts';
import { runProgram } from '../../src/cli/program.ts';
import { type RunningServer, startServer } from '../../src/server/compose.ts';
import { readConfig } from '../../src/server/config.ts';

const insecure = credentials.createInsecure();
let folder: string;
let server: RunningServer;
let address: string;
let workflows: WorkflowServiceClient;
let instances: InstanceServiceClient;

const DEFINITION = {
  properties: { owner: 'tester', run_strategy: { rule: 'PARALLEL', workflow_concurrency: 100 } },
  workflow: {
    id: 'chain',
    steps: [
      { step: { id: 'a', type: 'NoOp', transition: { successors: { b: 'true' } } } },
      { step: { id: 'b', type: 'NoOp' } },
    ],
  },
};

const SLEEPER = {
  properties: { owner: 'tester' },
  workflow: {
    id: 'sleeper',
    steps: [
      {
        step: {
          id: 's',
          type: 'Sleep',
          params: { sleep_seconds: { value: 86_400, type: 'LONG' } },
        },
      },
    ],
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-grpc-'));
  const free = '127.0.0.1:0';
  const given = { http: free, grpc: free, data: join(folder, 'store'), 'log-level': 'silent' };
  const configuration = readConfig([{ name: 'test', given }]);
  if (configuration.kind === 'invalid') throw new Error(JSON.stringify(configuration.problems));
  server = await startServer(configuration.config);
  address = `127.0.0.1:${server.grpc.port}`;
  workflows = new WorkflowServiceClient(address, insecure);
  instances = new InstanceServiceClient(address, insecure);
  await push(DEFINITION);
});

afterAll(async () => {
  workflows.close();
  instances.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

type Callback<Answer> = (error: ServiceError | null, answer: Answer) => void;

/** The answer of a call. */
function answer<Answer>(call: (callback: Callback<Answer>) => unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, found) => (error === null ? resolve(found) : reject(error)));
  });
}

/** The error of a call that must fail. */
function failure<Answer>(call: (callback: Callback<Answer>) => unknown): Promise<ServiceError> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null ? reject(new Error('it was answered')) : resolve(error)));
  });
}

/** What the details of a refusal say. */
function detailsOf({ metadata }: ServiceError) {
  const [bytes] = metadata.get('grpc-status-details-bin');
  const [info, violations] = Status.decode(Buffer.from(bytes ?? '')).details;
  return {
    reason: ErrorInfo.decode(info?.value ?? Buffer.alloc(0)).reason,
    violations: BadRequest.decode(violations?.value ?? Buffer.alloc(0)).fieldViolations,
  };
}

const push = (definition: object) =>
  answer((done) =>
    workflows.push(
      { definitionJson: JSON.stringify(definition), user: 'tester', requestId: '' },
      done,
    ),
  );

const START = { version: '', requestId: '', runParamsJson: '', user: 'tester' };

/** Sends starts over one stream and gathers the answers until it ends. */
function startAll(
  starts: readonly { readonly workflowId: string; readonly awaitEnd: boolean }[],
): Promise<readonly InstanceServiceStartManyResponse[]> {
  const stream = instances.startMany();
  return new Promise((resolve, reject) => {
    const answers: InstanceServiceStartManyResponse[] = [];
    stream.on('data', (one) => answers.push(one));
    stream.on('error', reject);
    stream.on('end', () => resolve(answers));
    starts.forEach((start, index) => {
      stream.write({ ...START, ...start, correlationId: index + 1 });
    });
    stream.end();
  });
}

test('a run is answered when it has ended', async () => {
  const ended = await answer((done) => instances.run({ ...START, workflowId: 'chain' }, done));
  expect(ended).toMatchObject({ workflowId: 'chain', versionId: 1, status: 'SUCCEEDED' });
});

test('starts with the same request id give the same instance', async () => {
  const request = {
    ...START,
    workflowId: 'chain',
    requestId: '6f1b2f3e-0000-4000-8000-000000000001',
  };
  const first = await answer<InstanceServiceStartResponse>((done) =>
    instances.start(request, done),
  );
  const second = await answer((done) => instances.start(request, done));
  expect(second).toMatchObject({ instanceId: first.instanceId, status: 'DUPLICATED' });
});

test('a request id that no store keeps is refused, and the workflow goes on', async () => {
  const requestId = 'x'.repeat(3_000);
  const started = await failure((done) =>
    instances.start({ ...START, workflowId: 'chain', requestId }, done),
  );
  const definitionJson = JSON.stringify(DEFINITION);
  const pushed = await failure((done) =>
    workflows.push({ definitionJson, user: 'tester', requestId }, done),
  );
  for (const refused of [started, pushed]) {
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(refused).violations).toEqual([
      {
        field: 'request_id',
        description: 'must have at most 160 characters, but is string of 3000 characters',
      },
    ]);
  }
  const ended = await answer((done) => instances.run({ ...START, workflowId: 'chain' }, done));
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
});

test('a stream answers each of its starts once and ends after the last', async () => {
  const starts = Array.from({ length: 500 }, (_, index) => ({
    workflowId: 'chain',
    awaitEnd: index % 2 === 0,
  }));
  const answers = await startAll(starts);
  const correlations = answers.map(({ correlationId }) => correlationId).sort((a, b) => a - b);
  expect(correlations).toEqual(starts.map((_, index) => index + 1));
  expect(new Set(answers.map(({ instanceId }) => instanceId)).size).toBe(500);
  for (const { correlationId, status } of answers) {
    expect(status).toBe(correlationId % 2 === 1 ? 'SUCCEEDED' : 'CREATED');
  }
});

test('a caller who does not wait for answers is slowed down, not refused', async () => {
  const starts = Array.from({ length: 3_000 }, () => ({ workflowId: 'chain', awaitEnd: false }));
  const answers = await startAll(starts);
  expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(answers.length).toBe(3_000);
});

test('a start that is refused is an answer and leaves the stream open', async () => {
  const answers = await startAll([
    { workflowId: 'nowhere', awaitEnd: false },
    { workflowId: 'chain', awaitEnd: true },
  ]);
  const [refused, ended] = [...answers].sort((a, b) => a.correlationId - b.correlationId);
  expect(refused?.error).toMatchObject({ code: status.NOT_FOUND, reason: 'not-found' });
  expect(ended).toMatchObject({ status: 'SUCCEEDED', error: undefined });
});

test('at the deadline an awaited start is answered with the state it is in', async () => {
  await push(SLEEPER);
  const stream = instances.startMany({ deadline: Date.now() + 1_000 });
  const found = await new Promise<InstanceServiceStartManyResponse>((resolve, reject) => {
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.write({ ...START, workflowId: 'sleeper', awaitEnd: true, correlationId: 7 });
  });
  expect(found).toMatchObject({ correlationId: 7, status: 'IN_PROGRESS', error: undefined });
  stream.cancel();
});

test('a watch tells what happened from the beginning and ends with the run', async () => {
  const name = await answer<InstanceServiceRunResponse>((done) =>
    instances.run({ ...START, workflowId: 'chain' }, done),
  );
  const stream = instances.watch({ ...name, afterSeq: 0 });
  const statuses = await new Promise<unknown[]>((resolve, reject) => {
    const seen: unknown[] = [];
    stream.on('data', ({ entriesJson }: { entriesJson: string[] }) => {
      for (const text of entriesJson) seen.push(JSON.parse(text).status);
    });
    stream.on('error', reject);
    stream.on('end', () => resolve(seen));
  });
  expect(statuses.at(-1)).toBe('SUCCEEDED');
});

test('a watch of an instance that is not there fails with its reason', async () => {
  const stream = instances.watch({ workflowId: 'chain', instanceId: 999_999, afterSeq: 0 });
  const error = await new Promise<Error>((resolve) => {
    stream.on('error', resolve);
    stream.on('data', () => undefined);
  });
  expect(error).toMatchObject({ code: status.NOT_FOUND });
});

test('a definition with problems is refused with every broken rule as a field violation', async () => {
  const body = { workflow: { id: 'x y', steps: [] } };
  const request = { definitionJson: JSON.stringify(body), user: 'tester', requestId: '' };
  const error = await failure((done) => workflows.push(request, done));
  expect(error.code).toBe(status.INVALID_ARGUMENT);
  const { reason, violations } = detailsOf(error);
  expect(reason).toBe('invalid');
  expect(violations.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['workflow.id', 'workflow.steps']),
  );
});

test('text that is not JSON is refused with the name of its field', async () => {
  const request = { ...START, workflowId: 'chain', runParamsJson: '{' };
  const error = await failure((done) => instances.start(request, done));
  expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
  expect(error.details).toContain('run_params_json must be JSON');
});

test('instances come newest first in pages that join without gaps', async () => {
  await startAll(Array.from({ length: 5 }, () => ({ workflowId: 'chain', awaitEnd: true })));
  const numbers: number[] = [];
  let pageToken = '';
  do {
    const request = { workflowId: 'chain', pageSize: 200, pageToken };
    const page = await answer<InstanceServiceListResponse>((done) => instances.list(request, done));
    for (const text of page.instancesJson) numbers.push(JSON.parse(text).workflow_instance_id);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers).toEqual(numbers.map((_, index) => numbers.length - index));
});

test('health says that each service is served', async () => {
  const health = new HealthClient(address, insecure);
  const service = 'baton.v1.InstanceService';
  expect(await answer((done) => health.check({ service }, done))).toEqual({ status: 1 });
  const error = await failure((done) => health.check({ service: 'nothing' }, done));
  expect(error.code).toBe(status.NOT_FOUND);
  health.close();
});

test('reflection lists the services and gives a file with all it imports', async () => {
  const client = new ServerReflectionClient(address, insecure);
  const stream = client.serverReflectionInfo();
  const answers = await new Promise<ServerReflectionResponse[]>((resolve, reject) => {
    const seen: ServerReflectionResponse[] = [];
    stream.on('data', (one) => seen.push(one));
    stream.on('error', reject);
    stream.on('end', () => resolve(seen));
    stream.write({ host: '', messageRequest: { $case: 'listServices', value: '' } });
    stream.write({
      host: '',
      messageRequest: { $case: 'fileContainingSymbol', value: 'google.rpc.Status' },
    });
    stream.end();
  });
  client.close();
  const [services, files] = answers.map(({ messageResponse }) => messageResponse);
  expect(JSON.stringify(services)).toContain('baton.v1.WorkflowService');
  expect(files).toMatchObject({ $case: 'fileDescriptorResponse' });
  const count = files?.$case === 'fileDescriptorResponse' ? files.value.fileDescriptorProto : [];
  expect(count.length).toBe(2);
});

test('the command line pushes, starts, waits, lists and ends what it is told', async () => {
  const path = join(folder, 'definition.yaml');
  await writeFile(
    path,
    'properties: {owner: me}\nworkflow:\n  id: from-yaml\n  steps:\n    - step: {id: only, type: NoOp}\n',
  );
  const lines: string[] = [];
  const baton = (...words: string[]) =>
    runProgram([...words, '--address', address], {
      out: (text) => void lines.push(text),
      error: (text) => void lines.push(text),
      environment: {},
      input: async () => '',
    });
  expect(await baton('workflow', 'push', path)).toBe(0);
  expect(lines.at(-1)).toBe('workflow from-yaml, version 1');
  expect(await baton('instance', 'start', 'from-yaml', '--wait', '-o', 'json')).toBe(0);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await baton('instance', 'list', 'from-yaml')).toBe(0);
  expect(lines.at(-1)).toMatch(/^INSTANCE .*\n1 .*SUCCEEDED/);
  expect(await baton('instance', 'stop', 'from-yaml', '1')).toBe(3);
  expect(await baton('workflow', 'get', 'nowhere')).toBe(3);
});
