// The boundaries stage: first proves on a planted tree that every rule bites, then reads the real one.
//
//   C1  A run that read fewer files than there are is a failure, not a pass.
//   C2  Each planted violation is reported for its own file and rule, and the honest files beside them are not.

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import boundaries from './boundaries.mjs';
import { ROOT } from './stage.mjs';

const ZONES = ['src', 'cluster', 'proto/gen'];

/** Files that keep every rule, and give the violations something to reach. */
const HONEST = {
  'cluster/core/address.ts': '',
  'cluster/port/store.ts': "import type {} from '../core/address.ts';",
  'cluster/port/clock.ts': '',
  'cluster/runtime/node.ts': "import '../core/address.ts'; import '../port/store.ts';",
  'cluster/store/embedded.ts':
    "import 'node:fs'; import 'lmdb'; import '../core/address.ts'; import '../port/store.ts';",
  'cluster/adapter/envelope-codec.ts': "import '../../proto/gen/baton/v1/envelope.ts';",
  'proto/gen/baton/v1/envelope.ts': "import '@grpc/grpc-js';",
  'src/ids.ts': "import '../cluster/core/address.ts';",
  'src/effect.ts': "import './instance/message.ts'; import './ids.ts';",
  'src/sel/dates.ts': "import 'luxon';",
  'src/definition/cron.ts': "import '../sel/dates.ts'; import 'cron-parser';",
  'src/param/merge.ts': "import '../definition/cron.ts';",
  'src/instance/message.ts': "import type {} from '../../cluster/core/address.ts';",
  'src/instance/state.ts': "import '../param/merge.ts'; import '../foreach/message.ts';",
  'src/instance/reduce.ts': "import './state.ts'; import '../effect.ts';",
  'src/foreach/message.ts': '',
  'src/foreach/reduce.ts': '',
  'src/view/rollup.ts': "import '../instance/state.ts';",
  'src/step-runtime/contract.ts': "import '../../cluster/port/store.ts';",
  'src/step-runtime/http.ts': "import 'node:http'; import './contract.ts';",
  'src/interpreter/launch.ts': "import '../step-runtime/contract.ts'; import '../effect.ts';",
  'src/api/mapping.ts': "import '../../proto/gen/baton/v1/envelope.ts';",
  'src/api/grpc.ts': "import '@grpc/grpc-js'; import './mapping.ts';",
  'src/server/compose.ts': "import '../../cluster/store/embedded.ts'; import '../api/grpc.ts';",
  'src/cli/server.ts': "import '../server/compose.ts'; import 'commander';",
};

/** One violation per file: what it imports, and the rule that must report it. */
const PLANTED = {
  'cluster/core/planted-io.ts': ["import 'node:fs';", 'not-in-allowed'],
  'cluster/core/planted-port.ts': ["import '../port/clock.ts';", 'not-in-allowed'],
  'cluster/core/planted-reach.ts': [
    "import type {} from '../../src/ids.ts';",
    'cluster-never-reaches-src',
  ],
  'cluster/runtime/planted-library.ts': ["import 'nact';", 'not-in-allowed'],
  'cluster/runtime/planted-store.ts': ["import '../store/embedded.ts';", 'not-in-allowed'],
  'cluster/runtime/planted-type.ts': [
    "import type {} from '../../src/foreach/message.ts';",
    'not-in-allowed',
  ],
  'cluster/adapter/planted-generated.ts': [
    "import '../../proto/gen/baton/v1/envelope.ts';",
    'not-in-allowed',
  ],
  'src/definition/planted-cron.ts': ["import 'cron-parser';", 'not-in-allowed'],
  'src/sel/planted-upwards.ts': ["import '../definition/cron.ts';", 'not-in-allowed'],
  'src/param/planted-actor.ts': ["import '../foreach/message.ts';", 'not-in-allowed'],
  'src/instance/planted-reducer.ts': ["import '../foreach/reduce.ts';", 'not-in-allowed'],
  'src/instance/planted-generated.ts': [
    "import '../../proto/gen/baton/v1/envelope.ts';",
    'pure-reaches-no-io',
  ],
  'src/signal/planted-library.ts': ["import 'ioredis';", 'not-in-allowed'],
  'src/signal/planted-node.ts': ["import 'node:crypto';", 'pure-reaches-no-io'],
  'src/schedule/planted-port.ts': ["import '../../cluster/port/clock.ts';", 'pure-reaches-no-io'],
  'src/view/planted-reducer.ts': ["import '../foreach/reduce.ts';", 'not-in-allowed'],
  'src/interpreter/planted-step.ts': ["import '../step-runtime/http.ts';", 'not-in-allowed'],
  'src/interpreter/planted-node.ts': ["import 'node:net';", 'not-in-allowed'],
  'src/api/planted-runtime.ts': ["import '../../cluster/runtime/node.ts';", 'not-in-allowed'],
  'src/api/planted-generated.ts': [
    "import '../../proto/gen/baton/v1/envelope.ts';",
    'not-in-allowed',
  ],
  'src/cli/planted-server.ts': ["import '../server/compose.ts';", 'not-in-allowed'],
  'src/cli/planted-reducer.ts': ["import '../foreach/reduce.ts';", 'not-in-allowed'],
  'src/permit/planted-missing.ts': ["import './nowhere.ts';", 'resolvable'],
  'src/while/planted-cycle.ts': ["import type {} from './planted-cycle.ts';", 'no-cycles'],
  'src/signal/planted-through.ts': ["import './planted-node.ts';", 'pure-reaches-no-io'],
};

/** Libraries of the planted tree: some installed there, so that both resolved and unresolved names are matched. */
const INSTALLED = ['lmdb', 'luxon', 'cron-parser', '@grpc/grpc-js', 'commander', 'nact', 'ioredis'];

/** @returns {Promise<void>} with every file of `tree` written below `folder` */
async function plant(folder, tree) {
  for (const [name, text] of Object.entries(tree)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${text}\nexport {};\n`);
  }
}

/** @returns {number} TypeScript files below the zones of a tree */
function countSources(folder) {
  return ZONES.map((zone) => join(folder, zone))
    .filter((zone) => existsSync(zone))
    .flatMap((zone) => readdirSync(zone, { recursive: true }))
    .filter((name) => name.endsWith('.ts')).length;
}

/** Cruises a tree. @returns {Promise<{ read: number, violations: { rule: string, from: string, to: string }[] }>} */
async function readTree(folder) {
  const zones = ZONES.filter((zone) => existsSync(join(folder, zone)));
  const { forbidden, allowed, allowedSeverity, options } = boundaries;
  const { output } = await cruise(
    zones,
    {
      ...options,
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden, allowed, allowedSeverity },
    },
    undefined,
    { tsConfig: extractTsConfig(join(folder, options.tsConfig.fileName)) },
  );
  const read = output.modules.filter(({ source }) =>
    ZONES.some((zone) => source.startsWith(`${zone}/`) && source.endsWith('.ts')),
  );
  const existing = read.filter(({ couldNotResolve }) => couldNotResolve !== true);
  const violations = output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
  }));
  return { read: existing.length, violations };
}

/** Proves the rules on a planted tree. @returns {Promise<string[]>} what is wrong with them */
export async function proveBoundaries() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'baton-boundaries-')));
  try {
    await plant(folder, HONEST);
    await plant(
      folder,
      Object.fromEntries(Object.entries(PLANTED).map(([name, [text]]) => [name, text])),
    );
    for (const name of INSTALLED) {
      await plant(join(folder, 'node_modules', name), { 'index.js': '' });
      await writeFile(
        join(folder, 'node_modules', name, 'package.json'),
        JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
      );
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { module: 'nodenext', allowImportingTsExtensions: true } }),
    );
    const { read, violations } = await readTree(folder);
    const planted = Object.keys(HONEST).length + Object.keys(PLANTED).length;
    return [
      ...(read === planted ? [] : [`read ${read} of ${planted} planted files`]),
      ...Object.entries(PLANTED)
        .filter(([from, [, rule]]) => !violations.some((v) => v.from === from && v.rule === rule))
        .map(([from, [text, rule]]) => `${from}: ${text} is not reported as ${rule}`),
      ...violations
        .filter(({ from }) => from in HONEST)
        .map(({ from, to, rule }) => `${from} → ${to} is reported as ${rule} though it is allowed`),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The stage. @returns {Promise<import('./stage.mjs').Outcome>} */
export async function checkBoundaries() {
  const unproven = (await proveBoundaries()).map((line) => `self-test: ${line}`);
  const { read, violations } = await readTree(ROOT);
  const expected = countSources(ROOT);
  const broken = violations.map(({ rule, from, to }) =>
    rule === 'not-in-allowed'
      ? `${from} → ${to}: the table in scripts/boundaries.mjs does not allow this import`
      : `${from} → ${to}: ${rule}`,
  );
  const unread = read === expected ? [] : [`read ${read} of ${expected} files`];
  const problems = [...unproven, ...unread, ...broken];
  return { ok: problems.length === 0, output: problems.join('\n') };
}
