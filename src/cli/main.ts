// The process behind `bin/baton`.

import { text } from 'node:stream/consumers';
import { runProgram } from './program.ts';

// Whoever reads the output may have seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
  environment: process.env,
  input: () => text(process.stdin),
});
