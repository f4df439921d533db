// The expression language, in this process, with programs that were compiled before.

import { TURN_NODES } from '../../dist/src/param/evaluation.js';
import { compile, evaluate } from '../../dist/src/sel/program.js';
import { DEFAULT_LIMITS } from '../../dist/src/sel/limits.js';

const environment = {
  read: (name) => (name === 'x' ? { type: 'LONG', value: 5n } : undefined),
  nowMs: () => 0,
  random: () => 0.5,
  uuid: () => '',
  limits: { ...DEFAULT_LIMITS, visitedNodes: TURN_NODES },
};

/** Microseconds of one warm evaluation: the median of several rounds. */
export function evaluationMicroseconds(source, times) {
  const { program } = compile(source);
  let visited = 0;
  const rounds = Array.from({ length: 9 }, () => {
    const startedAt = performance.now();
    // The results are looked at, so that the work cannot be left out.
    for (let time = 0; time < times; time++) visited += evaluate(program, environment).visitedNodes;
    return ((performance.now() - startedAt) * 1_000) / times;
  });
  if (!(visited > 0)) throw new Error(`${source} fails`);
  const sorted = rounds.toSorted((a, b) => a - b);
  return Math.round((sorted[4] ?? 0) * 100) / 100;
}
