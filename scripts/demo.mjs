// `npm run demo`: a definition from examples/, run by a node in this process, from the sources as they are.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './stage.mjs';

const run = (...args) =>
  spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;

const built = run(join(ROOT, 'scripts/build.mjs'));
process.exitCode =
  built === 0 ? run(join(ROOT, 'bin/baton'), 'run', 'examples/demo.json', '--allow-shell') : built;
