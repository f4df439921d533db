// A real node that is killed while clients start and run: what was acknowledged is there afterwards, once, and goes on.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const KILLS = 6;
let directory = '';
let child: ChildProcess | undefined;
let url = '';

/** Starts a node on the folder and waits for its ready line. */
async function startNode(): Promise<void> {
  const started = spawn(
    process.execPath,
    [
      join(ROOT, 'bin/baton'),
      ...['server', '--http', '127.0.0.1:0', '--grpc', '127.0.0.1:0'],
      ...['--data', directory, '--log-level', 'error'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child = started;
  url = await new Promise((resolve, reject) => {
    started.once('close', (code) => reject(new Error(`the node ended with ${code}`)));
    createInterface({ input: started.stdout }).on('line', (line) => {
      const [, http] = /^baton ready http=(\S+)/.exec(line) ?? [];
      if (http !== undefined) resolve(`http://${http}/api/v3`);
    });
  });
}

function killNode(): Promise<void> {
  return new Promise((resolve) => {
    if (child === undefined || child.signalCode !== null || child.exitCode !== null) {
      resolve();
      return;
    }
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { user: 'tester' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

const DEFINITION = {
  properties: { owner: 'tester', run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1000 } },
  workflow: {
    id: 'crash',
    steps: [
      { step: { id: 'a', type: 'NoOp', transition: { successors: { nap: 'true' } } } },
      {
        step: {
          id: 'nap',
          type: 'Sleep',
          params: { sleep_seconds: { value: 1, type: 'LONG' } },
          transition: { successors: { b: 'true' } },
        },
      },
      { step: { id: 'b', type: 'NoOp' } },
    ],
  },
};

const uuid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Starts until the node is gone. @returns request ids and the instances they were answered with */
async function startUntilKilled(first: number, known: Map<string, number>): Promise<number> {
  let next = first;
  const starter = async (): Promise<void> => {
    for (;;) {
      const id = uuid(next++);
      const body = { initiator: { type: 'manual' }, request_id: id };
      try {
        const answer = await call('POST', '/workflows/crash/versions/latest/actions/start', body);
        known.set(id, Number(answer['workflow_instance_id']));
      } catch {
        return;
      }
      if (next === first + 40) void killNode();
    }
  };
  await Promise.all(Array.from({ length: 8 }, starter));
  return next;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'baton-crash-'));
});

afterEach(async () => {
  await killNode();
  await rm(directory, { recursive: true, force: true });
});

test('a node killed under load loses no acknowledged start, doubles none, and finishes them all', async () => {
  await startNode();
  await call('POST', '/workflows', DEFINITION);
  const known = new Map<string, number>();
  let next = 1;
  for (let kill = 0; kill < KILLS; kill++) {
    next = await startUntilKilled(next, known);
    await startNode();
  }
  expect(new Set(known.values()).size).toBe(known.size);
  for (const [id, instance] of known) {
    const body = { initiator: { type: 'manual' }, request_id: id };
    const again = await call('POST', '/workflows/crash/versions/latest/actions/start', body);
    expect(again).toMatchObject({ workflow_instance_id: instance, status: 'DUPLICATED' });
  }
  for (const instance of known.values()) {
    const run = await ended(instance);
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const steps = await call('GET', `/workflows/crash/instances/${instance}/steps/nap`);
    expect(steps).toMatchObject({ step_attempt_id: 1 });
  }
}, 120_000);

/** Asks until the run has ended; every answer is a turn of a real clock. */
async function ended(instance: number): Promise<Record<string, unknown>> {
  for (;;) {
    const run = await call('GET', `/workflows/crash/instances/${instance}/runs/latest`);
    if (run['status'] !== 'IN_PROGRESS' && run['status'] !== 'CREATED') return run;
  }
}
