// Which settings of a Redis server keep what was acknowledged, and which would lose it.

import { ClusterError } from '../core/errors.ts';
import type { Log } from '../port/log.ts';
import type { RedisConnection } from './redis-connection.ts';

const SAFE: { readonly [setting: string]: string } = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
};

/** Refuses settings that may lose acknowledged commits, or with `allowUnsafe` warns of them. */
export async function checkSettings(
  redis: RedisConnection,
  log: Log,
  allowUnsafe: boolean,
): Promise<void> {
  const problems = await findProblems(redis);
  if (problems.length === 0) return;
  const text = problems.join('; ');
  if (!allowUnsafe) {
    throw new ClusterError('store-failed', `the settings of the store are not safe: ${text}`);
  }
  log.warn({ settings: text }, 'store may lose what it has acknowledged');
}

async function findProblems(redis: RedisConnection): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [setting, wanted] of Object.entries(SAFE)) {
    try {
      const answer = await redis.command('CONFIG', ['GET', setting]);
      const value = Array.isArray(answer) ? String(answer[1]) : '';
      if (value !== wanted) problems.push(`${setting} is ${value} and must be ${wanted}`);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'outcome-unknown') throw error;
      problems.push(`${setting} cannot be read and must be ${wanted} (${error.message})`);
    }
  }
  return problems;
}
