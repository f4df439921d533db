// Three to seven nodes on one store and one bus, with one lane and with four.

import { counters } from './counters.ts';
import { engine } from './engine.ts';
import { simulationSuite } from './suite.ts';

const cluster = {
  nodes: (seed: number) => 3 + (seed % 5),
  lanes: (seed: number) => (seed % 2 === 0 ? 4 : 1),
};

simulationSuite(
  {
    'cluster counters': { make: counters, restMs: 120_000, seeds: 200, ...cluster },
    'cluster engine': { make: engine, restMs: 7_200_000, seeds: 60, ...cluster },
  },
  [
    ['effectBeforeCommit', 'cluster counters', 5],
    ['attemptNotCompared', 'cluster counters', 60],
    ['batchChangedOnRetry', 'cluster counters', 20],
    ['acknowledgeBeforeCommit', 'cluster counters', 60],
    ['leaseIgnored', 'cluster counters', 60],
    ['standingIgnored', 'cluster counters', 120],
    ['markNotStored', 'cluster counters', 5],
    ['outboxForgotten', 'cluster counters', 5],
    ['effectsForgotten', 'cluster engine', 3],
  ],
);
