// `npm run check`: the whole gate, cheap stages first. Every stage runs even if one before it failed. --without-servers
// leaves out the tests that need nats-server and redis-server, and says so.

import { checkBoundaries } from './boundary-check.mjs';
import { checkDrift, hasProto } from './generated.mjs';
import { Gate, ROOT, run } from './stage.mjs';
import { runSuite } from './suite.mjs';

const gate = new Gate();
if (hasProto()) {
  await gate.stage('drift', checkDrift);
  await gate.stage('buf lint', () => run('buf', ['lint'], { cwd: `${ROOT}/proto` }));
}
await gate.stage('biome', () => run('biome', ['ci', '--colors=off', '--error-on-warnings', '.']));
await gate.stage('types', () => run('tsc', ['-p', '.', '--noEmit']));
await gate.stage('boundaries', checkBoundaries);
await gate.stage('knip', () => run('knip', ['--no-progress', '--no-config-hints']));
const withoutServers = process.argv.includes('--without-servers');
await gate.stage('tests', () => runSuite([], { withoutServers }));
gate.finish();
