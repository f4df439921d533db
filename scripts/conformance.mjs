// Runs a black-box REST conformance suite against a node of this build, and adds up what it reports.
//
//   node scripts/conformance.mjs [FOLDER]
//
// FOLDER (or BATON_CONFORMANCE, or ../shared/conformance beside the checkout) holds run.mjs and its scenarios. Without a
// folder, or before there is a server to start, nothing is run and the counts are zero.
//
//   K1  The node is ended and its data removed whatever happens, and never outlives this process.
//   K2  A node that does not get ready, and a suite that does not report, count as a failure.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, run } from './stage.mjs';

/** What Baton does today. A scenario is run if every one of its features is named here. */
const FEATURES = [
  'dag',
  'joins',
  'order',
  'conditions',
  'failure-modes',
  'retries',
  'timeouts',
  'run-strategy',
  'versions',
  'properties',
  'params',
  'param-modes',
  'cross-step-params',
  'sel',
  'stop-kill',
  'timeline',
  'overview',
  'pagination',
  'validation',
  'idempotency',
  'delete',
  'generated',
  'samples',
  'aggregated-view',
  'yaml-dsl',
];

/** Scenarios left out by name, each with its reason. */
const LEFT_OUT = {
  'aggregated-listing': 'it restarts an instance',
  'sel-failures': 'it expects && and || to evaluate both sides; ours do not (docs/sel.md)',
  'failure-ignored': 'its failing step is a subworkflow',
  'failure-immediately': 'its failing step is a subworkflow',
  'failure-other-branches-finish': 'its failing step is a subworkflow',
};

/** Capabilities a scenario may require that Baton lacks. */
const LACKING = ['signal-triggers'];

/** How a node is started; its working directory is an empty folder of its own. */
const SERVER = [
  'server',
  '--http',
  '127.0.0.1:0',
  '--grpc',
  '127.0.0.1:0',
  '--data',
  'data',
  '--log-level',
  'warn',
];

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const READY = /^baton ready http=(\S+)/;

/** The folder of the suite, or undefined. */
function findSuite() {
  const named = process.argv[2] ?? process.env.BATON_CONFORMANCE;
  if (named !== undefined && named !== '') {
    if (existsSync(join(named, 'run.mjs'))) return named;
    throw new Error(`no run.mjs in ${named}`);
  }
  const beside = join(ROOT, '../shared/conformance');
  return existsSync(join(beside, 'run.mjs')) ? beside : undefined;
}

/** Scenarios of a suite, read from its folders of JSON files. */
function readScenarios(folders) {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))),
  );
}

/** Those that Baton should pass. */
function chooseScenarios(scenarios) {
  const supported = new Set(FEATURES);
  return scenarios.filter(
    ({ name, features }) =>
      !(name in LEFT_OUT) && features.every((feature) => supported.has(feature)),
  );
}

/** A pattern that matches exactly these names. */
const patternOf = (names) =>
  `^(?:${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;

/** Starts a node and waits for its ready line. @returns the child and its HTTP address */
async function startNode(folder) {
  const child = spawn(process.execPath, [join(ROOT, 'bin/baton'), ...SERVER], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const tail = [];
  const keep = (line) => {
    tail.push(line);
    if (tail.length > 50) tail.shift();
  };
  createInterface({ input: child.stderr }).on('line', keep);
  const address = new Promise((resolve, reject) => {
    const explain = (why) => reject(new Error([why, ...tail].join('\n')));
    const timer = setTimeout(() => explain('the node is not ready'), READY_MS_MAX);
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      const [, http] = READY.exec(line) ?? [];
      if (http === undefined) return;
      clearTimeout(timer);
      resolve(http);
    });
    child.once('error', (error) => explain(error.message));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      explain(`the node ended before it was ready (${signal ?? code})`);
    });
  });
  const stop = () => stopNode(child).finally(() => process.off('exit', end));
  return { address, stop };
}

/** Asks a node to end, and ends it if it does not. */
function stopNode(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Runs the suite against an address. @returns {Promise<{ passed: number, failed: number }>} */
async function runAgainst(address, suite, folders, names, report) {
  const { output } = await run(process.execPath, [
    join(suite, 'run.mjs'),
    '--url',
    `http://${address}`,
    ...folders.flatMap((folder) => ['--dir', folder]),
    '--only',
    patternOf(names),
    '--without',
    LACKING.join(','),
    '--json',
    report,
  ]);
  const lines = output.trimEnd().split('\n');
  console.log(lines.filter((line) => !line.startsWith('PASS ')).join('\n'));
  const { passed, failed } = JSON.parse(await readFile(report, 'utf8'));
  return { passed, failed };
}

async function runConformance() {
  const suite = findSuite();
  const nothing = { passed: 0, failed: 0 };
  if (suite === undefined) {
    console.log('conformance: no suite here, nothing is run');
    return nothing;
  }
  if (!existsSync(join(ROOT, 'dist/src/cli/main.js'))) {
    console.log('conformance: there is no server to start, nothing is run');
    return nothing;
  }
  const folders = ['scenarios', 'generated']
    .map((name) => join(suite, name))
    .filter((folder) => existsSync(folder));
  const scenarios = readScenarios(folders);
  const names = chooseScenarios(scenarios).map(({ name }) => name);
  console.log(`conformance: ${names.length} of ${scenarios.length} scenarios of ${suite}`);
  const folder = await mkdtemp(join(tmpdir(), 'baton-conformance-'));
  try {
    const { address, stop } = await startNode(folder);
    try {
      return await runAgainst(await address, suite, folders, names, join(folder, 'report.json'));
    } finally {
      await stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const { passed, failed } = await runConformance().catch((error) => {
  console.log(`conformance: ${error.message}`);
  return { passed: 0, failed: 1 };
});
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
