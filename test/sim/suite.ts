// What every world of the simulation is held to: seeds, each with its own crowd of clients and faults; the same run for
// the same seed; and planted defects that must be found. `npm run sim` chooses other seeds.

import { describe, expect, test } from 'vitest';
import { type MakeWorkload, simulate, type SimulationResult } from './simulation.ts';
import type { Plants } from './workload.ts';

/** One workload in one world. */
export interface Setting {
  readonly make: MakeWorkload;
  /** Virtual time after the faults, at most: retries of steps wait for minutes. */
  readonly restMs: number;
  /** Seeds of every check. */
  readonly seeds: number;
  readonly nodes: (seed: number) => number;
  readonly lanes: (seed: number) => number;
}

/** A planted defect, and the number of seeds within which it must be found. */
export type Plant = readonly [name: keyof Plants, setting: string, within: number];

/** What `npm run sim` asks for; without it the seeds of every check. */
const firstSeed = Number(process.env['SIM_SEED'] ?? 1);
const chosenSeeds = process.env['SIM_SEEDS'];
const plant = process.env['SIM_PLANT'];
const plants: Plants = plant === undefined ? {} : { [plant]: true };

function run(
  { make, restMs, nodes, lanes }: Setting,
  seed: number,
  more: { readonly plants?: Plants; readonly without?: ReadonlySet<string> } = {},
): Promise<SimulationResult> {
  return simulate(seed, make, { plants, restMs, nodes: nodes(seed), lanes: lanes(seed), ...more });
}

/** Leaves out kinds of faults that a failure does not need. @returns those that it needs */
async function shrink(setting: Setting, seed: number, result: SimulationResult): Promise<string> {
  const without = new Set<string>();
  for (const kind of Object.keys(result.faults)) {
    without.add(kind);
    const { broken } = await run(setting, seed, { without });
    if (broken.length === 0) without.delete(kind);
  }
  const needed = Object.keys(result.faults).filter((kind) => !without.has(kind));
  return needed.length === 0 ? 'no fault at all' : needed.join(', ');
}

/** Runs the suite over the workloads of one world. */
export function simulationSuite(
  settings: { readonly [name: string]: Setting },
  planted: readonly Plant[],
): void {
  describe.each(Object.entries(settings))('%s', (name, setting) => {
    test('no seed breaks an invariant', async () => {
      const seeds = Number(chosenSeeds ?? setting.seeds);
      const kinds = new Set<string>();
      for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
        const result = await run(setting, seed);
        for (const kind of Object.keys(result.faults)) kinds.add(kind);
        if (seeds === 1) process.stdout.write(`seed ${seed} ${name}: ${JSON.stringify(result)}\n`);
        if (result.broken.length > 0) {
          const needed = await shrink(setting, seed, result);
          expect(result.broken, `npm run sim -- --seed ${seed} (needs ${needed})`).toEqual([]);
        }
      }
      if (seeds > 1) expect([...kinds]).not.toEqual([]);
    }, 3_600_000);

    test('the same seed gives the same run, to the last choice', async () => {
      for (const seed of [3, 14, 15]) {
        const { traceHash, steps } = await run(setting, seed);
        expect(await run(setting, seed)).toMatchObject({ traceHash, steps });
      }
    }, 60_000);
  });

  test.each(planted)(
    'the planted defect %s is found with %s within %i seeds',
    async (name, workload, within) => {
      const setting = settings[workload];
      for (let seed = 1; setting !== undefined && seed <= within; seed++) {
        const found = await run(setting, seed, { plants: { [name]: true } }).then(
          ({ broken }) => broken.length > 0,
          () => true,
        );
        if (found) return;
      }
      expect.fail(`${name} was not found within ${within} seeds`);
    },
    240_000,
  );
}
