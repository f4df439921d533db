// Which settings of a Redis server keep what was acknowledged, and which would lose it.

import { ClusterError } from '../core/errors.ts';
import type { Log } from '../port/log.ts';
import { isRefusal, type RedisConnection } from './redis-connection.ts';

const SAFE: { readonly [setting: string]: string } = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
};

/** The first release whose scripts can say what they do. */
const OLDEST = 7;

/**
 * Refuses settings that may lose acknowledged commits with `store-unsafe`, or with `allowUnsafe` warns of them. What the
 * server does not let us read counts as unsafe. A release that is too old is refused in any case.
 */
export async function checkSettings(
  redis: RedisConnection,
  log: Log,
  allowUnsafe: boolean,
): Promise<void> {
  await checkRelease(redis);
  const problems = await findUnsafeSettings(redis);
  if (problems.length === 0) return;
  const text = problems.join('; ');
  if (!allowUnsafe) {
    throw new ClusterError('store-unsafe', `the settings of the store are not safe: ${text}`);
  }
  log.warn({ settings: text }, 'store may lose what it has acknowledged');
}

async function checkRelease(redis: RedisConnection): Promise<void> {
  const text = await ask(redis, 'INFO', 'server');
  const [, release = ''] = /^redis_version:(\S+)/m.exec(text ?? '') ?? [];
  if (release === '' || Number.parseInt(release, 10) >= OLDEST) return;
  throw new ClusterError(
    'store-unsafe',
    `the release of the store is ${release} and must be ${OLDEST}.0 or later`,
  );
}

async function findUnsafeSettings(redis: RedisConnection): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [setting, wanted] of Object.entries(SAFE)) {
    const value = await ask(redis, 'CONFIG', 'GET', setting);
    if (value === undefined) problems.push(`${setting} cannot be read and must be ${wanted}`);
    else if (value !== wanted) problems.push(`${setting} is ${value} and must be ${wanted}`);
  }
  return problems;
}

/** What the server says, the last part of a list, or undefined when we may not ask. */
async function ask(
  redis: RedisConnection,
  name: string,
  ...values: readonly string[]
): Promise<string | undefined> {
  try {
    const answer = await redis.command(name, values);
    const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
    return last === undefined || last === null ? undefined : String(last);
  } catch (error) {
    if (isRefusal(error, /^(NOPERM|ERR unknown command)/)) return undefined;
    throw error;
  }
}
