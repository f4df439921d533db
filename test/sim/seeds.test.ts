// Seeds of the simulation, each with its own crowd of clients, faults and crashes. `npm run sim` chooses others.

import { describe, expect, test } from 'vitest';
import { counters } from './counters.ts';
import { engine } from './engine.ts';
import { type MakeWorkload, type Plants, simulate, type SimulationResult } from './simulation.ts';

/** What `npm run sim` asks for; without it the seeds of every check. */
const firstSeed = Number(process.env['SIM_SEED'] ?? 1);
const seeds = Number(process.env['SIM_SEEDS'] ?? 100);
const plant = process.env['SIM_PLANT'];
const plants: Plants = plant === undefined ? {} : { [plant]: true };

interface Setting {
  readonly make: MakeWorkload;
  /** Virtual time after the faults: retries of steps wait for minutes. */
  readonly restMs: number;
}

const WORKLOADS: { readonly [name: string]: Setting } = {
  counters: { make: counters, restMs: 120_000 },
  engine: { make: engine, restMs: 7_200_000 },
};

const run = ({ make, restMs }: Setting, seed: number): Promise<SimulationResult> =>
  simulate(seed, make, { plants, restMs });

describe.each(Object.entries(WORKLOADS))('%s', (name, setting) => {
  test('no seed breaks an invariant', async () => {
    let crashes = 0;
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const result = await run(setting, seed);
      crashes += result.crashes;
      if (seeds === 1) process.stdout.write(`seed ${seed} ${name}: ${JSON.stringify(result)}\n`);
      expect(result.broken, `npm run sim -- --seed ${seed}`).toEqual([]);
    }
    if (seeds > 1) expect(crashes).toBeGreaterThan(0);
  }, 3_600_000);

  test('the same seed gives the same run, to the last choice', async () => {
    for (const seed of [3, 14, 15]) {
      const { traceHash, steps } = await run(setting, seed);
      expect(await run(setting, seed)).toMatchObject({ traceHash, steps });
    }
  }, 60_000);
});

/** Planted defects, each with the number of seeds within which it must be found. */
const PLANTS: readonly (readonly [keyof Plants, number])[] = [
  ['effectBeforeCommit', 5],
  ['fenceOff', 60],
  ['timerDeletedBeforeHandled', 60],
  ['attemptNotCompared', 60],
  ['batchChangedOnRetry', 20],
  ['acknowledgeBeforeCommit', 60],
];

test.each(PLANTS)(
  'the planted defect %s is found within %i seeds',
  async (name, within) => {
    for (let seed = 1; seed <= within; seed++) {
      const { broken } = await simulate(seed, counters, { plants: { [name]: true } });
      if (broken.length > 0) return;
    }
    expect.fail(`${name} was not found within ${within} seeds`);
  },
  120_000,
);
