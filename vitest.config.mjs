// The one place that says where tests live. Suites that need servers or child processes sit in folders of their own and
// skip nothing: what they need is installed by .ci/run.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Children of tests inherit no terminal: output compared by tests must not depend on colours.
    env: { NO_COLOR: '1' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    passWithNoTests: true,
  },
});
