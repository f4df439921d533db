// A real node that is killed, or whose machine loses power, while clients start: what was acknowledged is there
// afterwards, once, and goes on.
//
// BATON_KILLS and BATON_LOSSES say how often; the check is content with a few.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LossyDisk } from '../support/lossy-disk.ts';
import { NodeProcess, Starters } from '../support/node-process.ts';

const KILLS = Number(process.env['BATON_KILLS'] ?? 5);
const LOSSES = Number(process.env['BATON_LOSSES'] ?? 3);

let folder = '';
let node: NodeProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-crash-'));
});

afterEach(async () => {
  await node?.kill();
  await rm(folder, { recursive: true, force: true });
});

test('a node killed under load loses no acknowledged start, doubles none, and finishes them all', async () => {
  const starters = new Starters();
  node = await NodeProcess.start(folder);
  await starters.push(node);
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = node;
    await starters.startUntilGone(victim, 1 + ((kill * 17) % 40), () => void victim.kill());
    await victim.kill();
    node = await NodeProcess.start(folder);
  }
  expect(starters.known.size).toBeGreaterThan(KILLS);
  expect(await starters.problems(node)).toEqual([]);
}, 3_600_000);

test('a loss of power loses no acknowledged start either', async () => {
  const disk = await LossyDisk.make(folder);
  try {
    const starters = new Starters();
    node = await NodeProcess.start(join(disk.path, 'data'));
    await starters.push(node);
    for (let loss = 0; loss < LOSSES; loss++) {
      const victim = node;
      await starters.startUntilGone(victim, 25, () => {
        disk.losePower();
        void victim.kill();
      });
      await victim.kill();
      disk.restart();
      node = await NodeProcess.start(join(disk.path, 'data'));
    }
    expect(starters.known.size).toBeGreaterThan(LOSSES);
    expect(await starters.problems(node)).toEqual([]);
  } finally {
    await node?.kill();
    disk.unmount();
  }
}, 300_000);
