// A node of this build for a benchmark: its own process, its own data folder, ended and removed afterwards.

import { spawn } from 'node:child_process';
import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../stage.mjs';

const READY = /^baton ready http=(\S+) grpc=(\S+) store=(\S+)/;

/** @typedef {{ http: string, grpc: string, store: string, pid: number, stop: (signal?: NodeJS.Signals) => Promise<void> }} BenchNode */

/**
 * Starts a node.
 * @param {string | undefined} data its folder; left out in a cluster @param {readonly string[]} flags
 * @returns {Promise<BenchNode>}
 */
export function startNode(data, flags = []) {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'bin/baton'),
      ...['server', '--http', '127.0.0.1:0', '--grpc', '127.0.0.1:0'],
      ...(data === undefined ? [] : ['--data', data]),
      ...['--log-level', 'warn', ...flags],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const stop = (signal = 'SIGTERM') =>
    new Promise((resolve) => {
      process.off('exit', end);
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('close', () => resolve());
      child.kill(signal);
    });
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      reject(new Error(`the node ended before it was ready (${code})`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, http, grpc, store] = READY.exec(line) ?? [];
      if (grpc !== undefined) resolve({ http, grpc, store, pid: child.pid ?? 0, stop });
    });
  });
}

/** Runs `work` with a folder that is removed afterwards. */
export async function withFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Memory of a process in MiB: anonymous pages, and all that is resident. */
export async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field) =>
    Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
  return { anonymous_mib: mebibytes('RssAnon'), resident_mib: mebibytes('VmRSS') };
}

/** Ticks of the processor's clock in a second, as Linux counts them for everybody. */
const TICKS = 100;

/** Seconds of processor time that a process has used. */
export async function processorSeconds(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the command may have spaces; what follows it has none.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return (user + system) / TICKS;
}

/** The value at a share of sorted numbers, with two decimals. */
export function percentile(sorted, share) {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 100) / 100;
}
