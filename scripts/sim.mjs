// `npm run sim -- --seed N [--seeds COUNT] [--plant NAME]`: runs seeds of the simulation.
//
// One seed prints its trace hash, which is the same for the same seed. Ends with 1 at the first broken invariant and says
// which seed it was. A planted defect (the files of test/sim name them) should end so.

import { parseArgs } from 'node:util';
import { run } from './stage.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    plant: { type: 'string' },
  },
});
const { ok, output } = await run(
  'vitest',
  ['run', '--reporter=default', 'test/sim', '-t', 'no seed breaks an invariant'],
  {
    env: {
      SIM_SEED: values.seed,
      SIM_SEEDS: values.seeds,
      ...(values.plant === undefined ? {} : { SIM_PLANT: values.plant }),
    },
  },
);
const results = output.split('\n').filter((line) => line.startsWith('seed '));
const report = ok ? `${results.join('\n')}\n${values.seeds} seeds, nothing broken` : output;
process.stdout.write(`${report.trim()}\n`);
process.exitCode = ok ? 0 : 1;
