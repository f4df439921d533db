// Faults of a cluster of real processes, each under load, and what must hold after each: every acknowledged start is there
// once, every instance ends well, no step is recorded twice, and no attempt of a step has called under two keys.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withoutServers } from './server-process.ts';
import { Load, type TestCluster } from './test-cluster.ts';

/** Starts acknowledged before, between and after faults; `npm run chaos` asks for more. */
export const STARTS = Number(process.env['BATON_CHAOS_STARTS'] ?? 30);
const ROUNDS = Number(process.env['BATON_CHAOS_ROUNDS'] ?? 1);
/** Is this `npm run chaos`, which may take its time and more of the machine than a check? */
export const isChaos = process.env['BATON_CHAOS_ROUNDS'] !== undefined;

export interface World {
  cluster(): TestCluster;
  load(): Load;
  /** A test that does something to the cluster again and again. */
  rounds(sentence: string, fault: (round: number) => Promise<void>): void;
  /** Has the cluster so many members, all active and connected, and all with shards? */
  isWhole(members: number): Promise<boolean>;
}

/** Waits, with a look now and then. What fails counts as not yet. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) await pause(100);
}

/** Tests on one cluster, each with clients that start instances all the time. */
export function underLoad(
  title: string,
  begin: () => Promise<TestCluster>,
  define: (world: World) => void,
): void {
  describe.skipIf(withoutServers)(title, () => {
    let cluster: TestCluster;
    let load: Load;

    beforeAll(async () => {
      cluster = await begin();
    }, 60_000);

    afterAll(() => cluster.stop());

    beforeEach(async () => {
      load = await Load.begin(cluster);
      await load.more(STARTS);
    }, 60_000);

    afterEach(async ({ task }) => {
      await load.end();
      expect(await load.problems()).toEqual([]);
      const { known, failures, repeats } = load;
      const counts = `${known.size} starts, ${failures} calls repeated, ${repeats} launches repeated`;
      if (isChaos) process.stdout.write(`${task.name}: ${counts}\n`);
    }, 300_000);

    define({
      cluster: () => cluster,
      load: () => load,
      rounds: (sentence, fault) => {
        test(sentence, async () => {
          for (let round = 0; round < ROUNDS; round++) {
            await fault(round);
            await load.more(STARTS);
          }
        }, 300_000);
      },
      isWhole: async (count) => {
        const members = await cluster.members('one');
        const isActive = members.every(({ state, connected }) => state === 'active' && connected);
        const owners = new Set((await cluster.owners('one')).values());
        return isActive && members.length === count && owners.size === count;
      },
    });
  });
}
