// `baton run FILE`: a node in this process, for one definition: push it, run it, show its steps, print what came of it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startServer } from '../server/compose.ts';
import { ConfigurationError, configure, explain } from '../server/main.ts';
import { Connection } from './connection.ts';
import { readDefinition } from './definition-file.ts';
import { EXIT, failure } from './exit-code.ts';
import { follow, type InstanceName, requireSuccess } from './follow.ts';
import { readJson } from './json-value.ts';
import { type Column, fieldOf, formatted, type OutputOptions, printList } from './output.ts';
import { readPages } from './pages.ts';
import { gather, runParamsJson } from './run-params.ts';
import type { Terminal } from './terminal.ts';

interface Options extends OutputOptions {
  readonly data?: string;
  readonly param: readonly string[];
  readonly allowShell?: boolean;
  readonly httpAllow?: string;
}

const COLUMNS: readonly Column[] = [
  ['STEP', 'step_id'],
  ['ATTEMPT', 'step_attempt_id'],
  ['STATUS', 'status'],
  ['MS', 'duration_ms'],
];

const STEP_LIMIT = 100_000;
const USER = 'baton-run';

export function runCommand(terminal: Terminal): Command {
  const command = new Command('run')
    .description('run a definition once, with a node in this process')
    .argument('<file>', 'the definition, in JSON or YAML; - reads standard input')
    .option('--param <name=value>', 'a run parameter; name:TYPE=value says its type', gather, [])
    .option('--data <folder>', 'keep the store in this folder; left out: it is thrown away')
    .option('--allow-shell', 'run Shell steps')
    .option('--http-allow <hosts>', 'hosts that Http steps may call, with commas between them');
  return formatted(command).action(async (file: string, options: Options) => {
    const { json } = await readDefinition(terminal, file);
    const request = { definitionJson: json, paramsJson: runParamsJson(options.param) };
    await withFolder(options.data, (data) =>
      withNode(data, options, async (connection) => {
        const name = await start(connection, request);
        const status = await follow(progressOf(terminal, options), connection, name, 'table');
        await report(terminal, connection, name, options);
        requireSuccess(status);
      }),
    );
  });
}

/** Progress goes beside the result when the result is for programs. */
const progressOf = (terminal: Terminal, { output }: OutputOptions): Terminal =>
  output === 'table' ? terminal : { ...terminal, out: terminal.error };

async function withFolder<Result>(
  given: string | undefined,
  work: (data: string) => Promise<Result>,
): Promise<Result> {
  if (given !== undefined) return work(given);
  const folder = await mkdtemp(join(tmpdir(), 'baton-run-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withNode(
  data: string,
  { allowShell, httpAllow }: Options,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const free = '127.0.0.1:0';
  const settings = {
    http: free,
    grpc: free,
    data,
    'log-level': 'error',
    ...(allowShell === undefined ? {} : { 'allow-shell': allowShell }),
    ...(httpAllow === undefined ? {} : { 'http-allow': httpAllow }),
  };
  const server = await configure({ settings })
    .then((config) => startServer(config))
    .catch((error: unknown) => {
      const exitCode = error instanceof ConfigurationError ? EXIT.usage : EXIT.unsuccessful;
      throw failure(exitCode, explain(error), error);
    });
  const connection = new Connection(`${server.grpc.host}:${server.grpc.port}`, USER);
  try {
    await work(connection);
  } finally {
    connection.close();
    await server.close();
  }
}

async function start(
  connection: Connection,
  request: { readonly definitionJson: string; readonly paramsJson: string },
): Promise<InstanceName> {
  const { workflows, instances, user } = connection;
  const { definitionJson, paramsJson } = request;
  const push = { definitionJson, user, requestId: '' };
  const { workflowId, versionId } = await connection.call(workflows.push.bind(workflows), push);
  return connection.call(instances.start.bind(instances), {
    workflowId,
    version: String(versionId),
    requestId: '',
    runParamsJson: paramsJson,
    user,
  });
}

/** Prints the steps with the time each took, and the result. */
async function report(
  terminal: Terminal,
  connection: Connection,
  { workflowId, instanceId }: InstanceName,
  options: OutputOptions,
): Promise<void> {
  const { instances, steps } = connection;
  const name = { workflowId, instanceId, runId: 0 };
  const { status, instanceJson } = await connection.call(instances.get.bind(instances), name);
  const found = await readPages(STEP_LIMIT, async (page) => {
    const answer = await connection.call(steps.list.bind(steps), { ...name, ...page });
    return { items: answer.stepsJson, next: answer.nextPageToken };
  });
  const rows = found.map(stepRow);
  if (options.output !== 'table') {
    printList(terminal, options, rows, COLUMNS);
    return;
  }
  const took = durationOf(readJson(instanceJson));
  terminal.out('');
  printList(terminal, options, rows, COLUMNS);
  const reasons = status === 'SUCCEEDED' ? [] : found.flatMap(reasonLines);
  if (reasons.length > 0) terminal.out(`\n${reasons.join('\n')}`);
  terminal.out(`\n${workflowId} ${status}${took === undefined ? '' : ` after ${took} ms`}`);
}

function stepRow(step: unknown): unknown {
  const state = fieldOf(step, 'runtime_state');
  return {
    step_id: fieldOf(step, 'step_id'),
    step_attempt_id: fieldOf(step, 'step_attempt_id'),
    status: fieldOf(state, 'status'),
    duration_ms: durationOf(state),
  };
}

/** What the timeline of a step says beside its statuses: why it failed, above all. */
function reasonLines(step: unknown): string[] {
  const timeline = fieldOf(step, 'timeline');
  const events: readonly unknown[] = Array.isArray(timeline) ? timeline : [];
  return events.flatMap((event) => {
    const message = fieldOf(event, 'message');
    const errors = fieldOf(event, 'errors');
    if (typeof message !== 'string') return [];
    const details: readonly unknown[] = Array.isArray(errors) ? errors : [];
    return [
      `${String(fieldOf(step, 'step_id'))}: ${message}`,
      ...details.map((line) => `  ${line}`),
    ];
  });
}

/** Milliseconds between a start and an end, if there are both. */
function durationOf(value: unknown): number | undefined {
  const start = fieldOf(value, 'start_time') ?? fieldOf(value, 'create_time');
  const end = fieldOf(value, 'end_time');
  return typeof start === 'number' && typeof end === 'number' ? end - start : undefined;
}
