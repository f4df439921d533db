// The store of a cluster alone: commits of many shards, one in flight for each, against a redis-server of its own.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { decodeRow, encodeRow } from '../../dist/cluster/adapter/row-codec.js';
import { systemAlarms, systemClock } from '../../dist/cluster/adapter/system-clock.js';
import { openRedisStore } from '../../dist/cluster/store/redis.js';
import { percentile, withFolder } from './node.mjs';

/** Longer than a server needs to start. */
const START_MS = 5_000;

/** @typedef {{ shards: number, rows: number, rowBytes: number, seconds: number }} Load */

/**
 * Commits for so many seconds: of each batch one row is always the same and the others are new.
 * @param {Load} load
 */
export async function redisCommits({ shards, rows, rowBytes, seconds }) {
  return withServer(async (store) => {
    await store.identify({ shardCount: shards, instanceLanes: 1, hash: 'bench' });
    const text = 'x'.repeat(rowBytes);
    const took = [];
    const startedAt = performance.now();
    const endsAt = startedAt + seconds * 1_000;
    const commitOne = async (shard) => {
      const { epoch } = await store.acquire(shard, { owner: 'bench~1', living: [] });
      for (let seq = 1; performance.now() < endsAt; seq++) {
        const writes = Array.from({ length: rows }, (_, row) => [
          row === 0 ? 'a/workflow/w' : `a/instance/w%2F${seq}/step/${row}`,
          { seq, text },
        ]);
        const sentAt = performance.now();
        const answer = await store.commit({ shard, epoch, seq, writes });
        if (answer !== 'committed') throw new Error(`a commit was answered ${answer}`);
        took.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: shards }, (_, shard) => commitOne(shard)));
    const ran = (performance.now() - startedAt) / 1_000;
    const sorted = took.toSorted((a, b) => a - b);
    return {
      durability: 'redis, appendfsync always',
      shards,
      rows,
      commits_per_second: Math.round(took.length / ran),
      rows_per_second: Math.round((took.length * rows) / ran),
      p50_ms: percentile(sorted, 0.5),
      p99_ms: percentile(sorted, 0.99),
    };
  });
}

async function withServer(work) {
  return withFolder(async (folder) => {
    const port = await freePort();
    const flags = ['--port', port, '--dir', folder, '--bind', '127.0.0.1', '--save', ''];
    const server = spawn(
      'redis-server',
      [...flags, '--appendonly', 'yes', '--appendfsync', 'always'].map(String),
      { stdio: 'ignore' },
    );
    const end = () => server.kill('SIGKILL');
    process.once('exit', end);
    try {
      const store = await openWithin(START_MS, `redis://127.0.0.1:${port}`);
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    } finally {
      process.off('exit', end);
      const gone = once(server, 'exit');
      end();
      await gone;
    }
  });
}

/** Opens a store as soon as its server is there. */
async function openWithin(ms, url) {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const codec = { encode: encodeRow, decode: decodeRow };
  for (const endsAt = performance.now() + ms; ; ) {
    try {
      const ports = { alarms: systemAlarms, clock: systemClock, log: silent };
      return await openRedisStore({ url, cluster: 'bench', codec, ...ports });
    } catch (error) {
      if (performance.now() > endsAt) throw error;
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
