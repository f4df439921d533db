// `npm run chaos -- [--rounds 5] [--starts 300]`: breaks a cluster of real processes again and again under load, and counts
// what was lost or doubled. The check runs a short form of the same (test/integration/cluster.test.ts).

import { parseArgs } from 'node:util';
import { findServers } from './servers.mjs';
import { run } from './stage.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '300' },
  },
});
const servers = await findServers(false);
if (!servers.ok) {
  console.error(servers.message);
  process.exit(1);
}
await run('node', ['scripts/build.mjs']);
const { ok, output } = await run(
  'vitest',
  ['run', 'test/integration/cluster', '--reporter=default', '--disableConsoleIntercept=true'],
  { env: { BATON_CHAOS_ROUNDS: values.rounds, BATON_CHAOS_STARTS: values.starts } },
);
process.stdout.write(output);
process.exitCode = ok ? 0 : 1;
