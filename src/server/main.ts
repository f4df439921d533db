// `baton server`: from settings to a node that serves until it is told to stop; and what operators do with a store.

import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { ClusterError } from '../../cluster/core/errors.ts';
import { type EmbeddedReader, openEmbeddedReader } from '../../cluster/store/embedded.ts';
import { isJsonObject } from '../definition/json.ts';
import { problemText } from '../definition/problem.ts';
import { startServer } from './compose.ts';
import {
  fromEnvironment,
  type Given,
  processEnvironment,
  readConfig,
  type ServerConfig,
} from './config.ts';
import { ROW_BYTES } from './shape.ts';
import { closeOnSignal } from './shutdown.ts';

/** Flags as the command line read them, by the setting's name; and the path of a configuration file. */
export interface ServerFlags {
  readonly settings: Given;
  readonly config?: string | undefined;
  /** Of Baton, as other nodes of a cluster are told. */
  readonly version?: string;
}

/** Settings that cannot be used. */
export class ConfigurationError extends Error {}

/** Reads flags, environment and file. Throws ConfigurationError with every problem in its message. */
export async function configure(flags: ServerFlags): Promise<ServerConfig> {
  const environment = fromEnvironment(processEnvironment());
  const path = flags.config ?? processEnvironment()['BATON_CONFIG'];
  const file = path === undefined ? {} : await readSettings(path);
  const configuration = readConfig([
    { name: 'flag', given: flags.settings },
    { name: 'environment', given: environment },
    { name: path ?? 'file', given: file },
  ]);
  if (configuration.kind === 'valid') return configuration.config;
  throw new ConfigurationError(configuration.problems.map(problemText).join('\n'));
}

async function readSettings(path: string): Promise<Given> {
  const settings: unknown = parseYaml(await readFile(path, 'utf8'));
  if (isJsonObject(settings)) return settings;
  throw new ConfigurationError(`${path} must hold settings by name`);
}

/** Runs a node until a signal ends it. Standard output gets one line, when the node serves. */
export async function runServer(flags: ServerFlags): Promise<void> {
  const config = await configure(flags);
  const server = await startServer(config, flags.version);
  if (config.insecureListen) {
    server.log.warn({}, 'anybody who reaches the addresses of this node may use it');
  }
  const address = ({ host, port }: { readonly host: string; readonly port: number }): string =>
    host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const http = address(server.http);
  const grpc = address(server.grpc);
  const { cluster } = config;
  const place = cluster === undefined ? '' : ` cluster=${cluster.name} node=${cluster.node}`;
  process.stdout.write(`baton ready http=${http} grpc=${grpc} store=${server.store}${place}\n`);
  await closeOnSignal(() => server.close(), server.log);
}

/** Copies a store into a folder, while a node has it open or not. */
export function backupStore(data: string, target: string): Promise<void> {
  return withReader(data, (reader) => reader.backup(target));
}

/** Reads every row of a store, while a node has it open or not. */
export function checkStore(
  data: string,
): Promise<{ readonly rows: number; readonly findings: readonly string[] }> {
  return withReader(data, (reader) => {
    const { rows, findings } = reader.check();
    return { rows, findings: findings.map(({ key, message }) => `${key}: ${message}`) };
  });
}

async function withReader<Result>(
  directory: string,
  work: (reader: EmbeddedReader) => Result | Promise<Result>,
): Promise<Result> {
  const reader = await openEmbeddedReader({ directory, codec: ROW_BYTES });
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

/** What a person should read of an error that ended a command. */
export function explain(error: unknown): string {
  if (error instanceof ClusterError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
