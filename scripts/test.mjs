// `npm test`: the whole test suite. Arguments are file name parts that narrow it; --without-servers leaves out what needs
// nats-server and redis-server.

import { runSuite } from './suite.mjs';

const WITHOUT = '--without-servers';
const given = process.argv.slice(2);
const { ok, output, passed, failed, note } = await runSuite(
  given.filter((argument) => argument !== WITHOUT),
  { withoutServers: given.includes(WITHOUT) },
);
process.stdout.write(`${output.trimEnd()}\n`);
if (note !== undefined) console.log(note);
// Vitest can fail without a failing test: an unhandled rejection after the last one.
const unexplained = !ok && failed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed + unexplained} failed`);
process.exitCode = ok ? 0 : 1;
