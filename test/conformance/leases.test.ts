// Node leases of every store, held to the same rules.

import { MemoryLeases } from '../../cluster/store/memory-leases.ts';
import { leasesSuite } from './leases-suite.ts';

leasesSuite('memory', async () => {
  let nowMs = 1_000_000;
  return {
    leases: new MemoryLeases(() => nowMs),
    async pass(ms) {
      nowMs += ms;
    },
    async close() {},
  };
});
