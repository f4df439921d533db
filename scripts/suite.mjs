// The test suite as a stage: vitest, and the numbers it reports.
//
//   T1  Tests that start a node start what is compiled, so it is compiled first: a stale one would answer for code that
//       is not there any more.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServers } from './servers.mjs';
import { run } from './stage.mjs';

/**
 * Runs vitest and counts its tests. A file that fails before its first test counts as one failure, so that a suite
 * which cannot be loaded is never a green zero.
 * @param {readonly string[]} filters file name parts, as vitest takes them; none for everything
 * @param {{ withoutServers?: boolean }} [options] do without nats-server and redis-server
 * @returns {Promise<import('./stage.mjs').Outcome>}
 */
export async function runSuite(filters = [], { withoutServers = false } = {}) {
  const servers = await findServers(withoutServers);
  if (!servers.ok) return { ok: false, output: `${servers.message}\n`, passed: 0, failed: 1 };
  const build = await run('node', ['scripts/build.mjs']);
  if (!build.ok) return { ...build, passed: 0, failed: 1 };
  const folder = await mkdtemp(join(tmpdir(), 'baton-suite-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { ok, output } = await run('vitest', ['run', ...reporters, ...filters], {
      env: servers.environment,
    });
    const counts = countTests(JSON.parse(await readFile(report, 'utf8')));
    const note = servers.message === '' ? {} : { note: servers.message };
    return { ok: ok && counts.failed === 0, output, ...counts, ...note };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns {{ passed: number, failed: number }} of a vitest JSON report */
export function countTests(report) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}
