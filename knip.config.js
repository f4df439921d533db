// Unused files, exports and dependencies.
//
// A module may land before the module that uses it, so below src and cluster every file is an entry for now: its imports
// count, its exports are not reported. Once `bin/baton` reaches everything, STRICT becomes true and what nothing reaches
// is an error everywhere.

const STRICT = false;

// Pinned with the toolchain, used by modules that are still to land. A name leaves this list in the commit of its first
// import.
const AWAITED = ['@types/luxon'];

const SOURCES = STRICT
  ? ['src/cli/main.ts!', 'src/step-runtime/**/*worker.ts!']
  : ['src/**/*.ts', 'cluster/**/*.ts', 'proto/gen/**/*.ts'];

export default {
  entry: [...SOURCES, 'bin/baton', 'scripts/*.mjs', 'test/**/*.test.ts'],
  project: ['src/**/*.ts', 'cluster/**/*.ts', 'scripts/**/*.mjs', 'test/**/*.ts'],
  ignoreDependencies: [...AWAITED, '@bufbuild/buf', 'ts-proto', '@swc/core'],
  ignoreBinaries: ['buf', 'nats-server', 'redis-server'],
  rules: STRICT ? {} : { exports: 'off', types: 'off', nsExports: 'off', nsTypes: 'off' },
};
