// `npm run build`, and `prepare` after an install: compiles src, cluster and proto/gen into dist.
//
// An install without development dependencies has no compiler; it must bring a dist of its own, so that is not an
// error here.

import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './stage.mjs';

const SOURCES = ['src', 'cluster', 'proto/gen'].map((folder) => join(ROOT, folder));

const hasSource = SOURCES.some(
  (folder) =>
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.ts')),
);

if (!hasSource) {
  console.log('build: no source to compile');
} else if (!existsSync(join(ROOT, 'node_modules/.bin/tsc'))) {
  console.log('build: skipped, the compiler is not installed');
} else {
  // A module that was renamed must not survive as its old output.
  await rm(join(ROOT, 'dist'), { recursive: true, force: true });
  const { ok, output } = await run('tsc', ['-p', 'tsconfig.build.json']);
  process.stdout.write(output);
  process.exitCode = ok ? 0 : 1;
}
