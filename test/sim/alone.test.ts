// One node after another on one disk.

import { counters } from './counters.ts';
import { engine } from './engine.ts';
import { simulationSuite } from './suite.ts';

const alone = { seeds: 100, nodes: () => 1, lanes: () => 1 };

simulationSuite(
  {
    counters: { make: counters, restMs: 120_000, ...alone },
    engine: { make: engine, restMs: 7_200_000, ...alone },
  },
  [
    ['effectBeforeCommit', 'counters', 5],
    ['fenceOff', 'counters', 60],
    ['timerDeletedBeforeHandled', 'counters', 60],
    ['attemptNotCompared', 'counters', 60],
    ['batchChangedOnRetry', 'counters', 20],
    ['acknowledgeBeforeCommit', 'counters', 60],
  ],
);
