// Unused files, exports and dependencies: what neither `bin/baton`, nor a script, nor a test reaches is an error.

export default {
  entry: [
    'src/cli/main.ts',
    // Started by its path, in a thread of its own.
    'src/server/evaluate-worker.ts',
    'bin/baton',
    'scripts/*.mjs',
    'test/**/*.test.ts',
  ],
  project: ['src/**/*.ts', 'cluster/**/*.ts', 'scripts/**/*.mjs', 'test/**/*.ts'],
  ignoreDependencies: ['@bufbuild/buf', 'ts-proto'],
  ignoreBinaries: ['ip', 'nats-server', 'redis-server'],
};
