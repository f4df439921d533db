// The settings of a node: one set of names for flags (`--allow-shell`), the environment (`BATON_ALLOW_SHELL`) and the
// configuration file (`allow-shell:`). A flag goes before the environment, the environment before the file.

import { hostname } from 'node:os';
import { NODE_ID } from '../../cluster/core/membership.ts';
import { type Problem, problem } from '../definition/problem.ts';

/** Where a door listens. Port 0 picks a free one. */
interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What makes a node one of a cluster. */
export interface ClusterConfig {
  readonly name: string;
  /** NATS servers. */
  readonly nats: readonly string[];
  readonly redis: string;
  /** Id of this node: no other node of the cluster has it. */
  readonly node: string;
  /** Share of the shards, relative to other nodes. */
  readonly weight: number;
  /** Shards over which the instances of one workflow are spread; the same for all nodes, for ever. */
  readonly lanes: number;
  /** Go on with a store whose settings may lose acknowledged commits. */
  readonly allowUnsafeStore: boolean;
}

export interface ServerConfig {
  readonly http: ListenAddress;
  readonly grpc: ListenAddress;
  /** Folder of the embedded store; of no meaning in a cluster. */
  readonly data: string;
  /** undefined: the node is alone, with the embedded store. */
  readonly cluster: ClusterConfig | undefined;
  /** Listen on addresses that others can reach, although nobody is asked who they are. */
  readonly insecureListen: boolean;
  /** Run Shell steps. */
  readonly allowShell: boolean;
  /** Hosts that Http steps may call (docs/steps.md). */
  readonly httpAllow: readonly string[];
  /** How long a finished instance is kept, in milliseconds; undefined: for ever. */
  readonly retentionMs: number | undefined;
  /** What `params.getExecutionEnvironment()` answers. */
  readonly environment: string;
  /** Steps of one workflow, at most. */
  readonly maxSteps: number;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Values as they were given, by the setting's name. */
export type Given = { readonly [name: string]: unknown };

export type Configuration =
  | { readonly kind: 'valid'; readonly config: ServerConfig }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Settings that mean something in a cluster only. */
const CLUSTER_SETTINGS = [
  'nats',
  'redis',
  'node',
  'weight',
  'lanes',
  'allow-unsafe-store',
] as const;

/** The names of all settings, `config` (the file itself) excepted. */
const SETTINGS = [
  'http',
  'grpc',
  'data',
  'insecure-listen',
  'allow-shell',
  'http-allow',
  'retention',
  'environment',
  'max-steps',
  'log-level',
  'cluster',
  ...CLUSTER_SETTINGS,
] as const;

type Setting = (typeof SETTINGS)[number];

const DEFAULTS: { readonly [Name in Setting]: unknown } = {
  http: '127.0.0.1:8080',
  grpc: '127.0.0.1:9080',
  data: '.baton',
  'insecure-listen': false,
  'allow-shell': false,
  'http-allow': '',
  retention: 'keep',
  environment: 'default',
  'max-steps': 300,
  'log-level': 'info',
  cluster: '',
  nats: '',
  redis: '',
  node: hostname()
    .replaceAll(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 64),
  weight: 1,
  lanes: 16,
  'allow-unsafe-store': false,
};

const STEPS_LIMIT = 100_000;
const LANES_LIMIT = 64;

/** The environment of this process; nothing else reads it. */
export function processEnvironment(): { readonly [name: string]: string | undefined } {
  return process.env;
}

/** Settings from the environment, as `readConfig` takes them. */
export function fromEnvironment(environment: {
  readonly [name: string]: string | undefined;
}): Given {
  const given: { [name: string]: unknown } = {};
  for (const name of SETTINGS) {
    const value = environment[`BATON_${name.toUpperCase().replaceAll('-', '_')}`];
    if (value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

/**
 * Reads settings.
 * @param sources the first one that has a setting decides; each with the name under which its problems are reported
 */
export function readConfig(
  sources: readonly { readonly name: string; readonly given: Given }[],
): Configuration {
  const problems: Problem[] = [];
  for (const { name, given } of sources) rejectUnknown(name, given, problems);
  const find = (setting: Setting): Found => {
    for (const { name, given } of sources) {
      const value = given[setting];
      if (value !== undefined && value !== null) return { path: `${name}.${setting}`, value };
    }
    return { path: `default.${setting}`, value: DEFAULTS[setting] };
  };
  const insecureListen = readBoolean(find('insecure-listen'), problems);
  const config: ServerConfig = {
    http: readAddress(find('http'), insecureListen, problems),
    grpc: readAddress(find('grpc'), insecureListen, problems),
    data: readText(find('data'), problems),
    cluster: readCluster(find, problems),
    insecureListen,
    allowShell: readBoolean(find('allow-shell'), problems),
    httpAllow: readList(find('http-allow'), problems),
    retentionMs: readRetention(find('retention'), problems),
    environment: readText(find('environment'), problems),
    maxSteps: readCount(find('max-steps'), STEPS_LIMIT, problems),
    logLevel: readLevel(find('log-level'), problems),
  };
  return problems.length === 0 ? { kind: 'valid', config } : { kind: 'invalid', problems };
}

interface Found {
  readonly path: string;
  readonly value: unknown;
}

const isGiven = ({ path }: Found): boolean => !path.startsWith('default.');

function readCluster(
  find: (setting: Setting) => Found,
  problems: Problem[],
): ClusterConfig | undefined {
  const cluster = find('cluster');
  if (!isGiven(cluster)) {
    for (const { path, value } of CLUSTER_SETTINGS.map(find).filter(isGiven))
      problems.push(problem(path, 'come with cluster, the name of a cluster', value));
    return undefined;
  }
  const data = find('data');
  if (isGiven(data))
    problems.push(problem(data.path, 'be left out in a cluster, whose store is redis', data.value));
  const nats = readList(find('nats'), problems);
  const urls = nats.filter((server) => isUrl(server, ['nats:', 'tls:']));
  if (urls.length === 0 || urls.length < nats.length)
    problems.push(
      problem(find('nats').path, 'be addresses such as nats://127.0.0.1:4222', find('nats').value),
    );
  const redis = find('redis');
  if (!isUrl(redis.value, ['redis:', 'rediss:']))
    problems.push(problem(redis.path, 'be an address such as redis://127.0.0.1:6379', redis.value));
  return {
    name: readName(cluster, problems),
    nats,
    redis: String(redis.value),
    node: readName(find('node'), problems),
    weight: readWeight(find('weight'), problems),
    lanes: readCount(find('lanes'), LANES_LIMIT, problems),
    allowUnsafeStore: readBoolean(find('allow-unsafe-store'), problems),
  };
}

function isUrl(value: unknown, protocols: readonly string[]): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname: host } = new URL(value);
  return protocols.includes(protocol) && host !== '';
}

function readName({ path, value }: Found, problems: Problem[]): string {
  if (typeof value === 'string' && NODE_ID.test(value)) return value;
  problems.push(problem(path, 'be 1 to 64 letters, digits, _ and -', value));
  return '';
}

const WEIGHT_LIMIT = 100;

function readWeight({ path, value }: Found, problems: Problem[]): number {
  const weight = Number(value);
  if (weight > 0 && weight <= WEIGHT_LIMIT) return weight;
  problems.push(problem(path, `be a number above 0, at most ${WEIGHT_LIMIT}`, value));
  return 1;
}

function rejectUnknown(name: string, given: Given, problems: Problem[]): void {
  const known: ReadonlySet<string> = new Set(SETTINGS);
  for (const [setting, value] of Object.entries(given)) {
    if (!known.has(setting)) {
      problems.push(problem(`${name}.${setting}`, `be one of ${SETTINGS.join(', ')}`, value));
    }
  }
}

function readText({ path, value }: Found, problems: Problem[]): string {
  if (typeof value === 'string' && value !== '') return value;
  problems.push(problem(path, 'be a text', value));
  return '';
}

function readList({ path, value }: Found, problems: Problem[]): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : String(value).split(',');
  const texts = items.filter((item) => typeof item === 'string');
  if (texts.length < items.length) problems.push(problem(path, 'be a list of texts', value));
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

function readBoolean({ path, value }: Found, problems: Problem[]): boolean {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  problems.push(problem(path, 'be true or false', value));
  return false;
}

function readCount({ path, value }: Found, limit: number, problems: Problem[]): number {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= limit) {
    return count;
  }
  problems.push(problem(path, `be a whole number from 1 to ${limit}`, value));
  return 1;
}

function readLevel({ path, value }: Found, problems: Problem[]): LogLevel {
  const level = LOG_LEVELS.find((known) => known === value);
  if (level === undefined)
    problems.push(problem(path, `be one of ${LOG_LEVELS.join(', ')}`, value));
  return level ?? 'info';
}

const UNIT_MS: { readonly [unit: string]: number } = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function readRetention({ path, value }: Found, problems: Problem[]): number | undefined {
  if (value === 'keep') return undefined;
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(String(value)) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (digits !== undefined && unitMs !== undefined) return Number(digits) * unitMs;
  problems.push(problem(path, 'be keep, or a time such as 90s, 30m, 12h or 7d', value));
  return undefined;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const PORT_LIMIT = 65_535;

function readAddress(
  { path, value }: Found,
  insecureListen: boolean,
  problems: Problem[],
): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(String(value)) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > PORT_LIMIT) {
    problems.push(problem(path, 'be an address such as 127.0.0.1:8080', value));
    return { host: '', port: 0 };
  }
  if (!LOOPBACK.test(host) && !insecureListen) {
    const rule =
      'be a loopback address, since nobody is asked who they are; insecure-listen lifts this';
    problems.push(problem(path, rule, value));
  }
  return { host, port };
}
