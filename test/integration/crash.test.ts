// A real node that is killed, or whose machine loses power, while clients start: what was acknowledged is there
// afterwards, once, and goes on.
//
// BATON_KILLS says how often; the check is content with a few.

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NodeProcess, Starters } from '../support/node-process.ts';

const KILLS = Number(process.env['BATON_KILLS'] ?? 5);
const LOSSES = 3;

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

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** Ends an ext4 file system as a loss of power does: what was not flushed is gone (EXT4_IOC_SHUTDOWN, NOLOGFLUSH). */
const SHUTDOWN =
  'open(my $d, "<", $ARGV[0]) or die $!; ioctl($d, 0x8004587d, my $f = pack("L", 2)) or die $!;';

test('a loss of power loses no acknowledged start either', async () => {
  const image = join(folder, 'image');
  const mountPoint = join(folder, 'disk');
  await writeFile(image, '');
  await truncate(image, 256 * 1024 * 1024);
  await mkdir(mountPoint);
  run('mkfs.ext4', '-q', '-F', image);
  run('mount', '-o', 'loop', image, mountPoint);
  try {
    const starters = new Starters();
    node = await NodeProcess.start(join(mountPoint, 'data'));
    await starters.push(node);
    for (let loss = 0; loss < LOSSES; loss++) {
      const victim = node;
      await starters.startUntilGone(victim, 25, () => {
        run('perl', '-e', SHUTDOWN, mountPoint);
        void victim.kill();
      });
      await victim.kill();
      run('umount', mountPoint);
      run('mount', '-o', 'loop', image, mountPoint);
      node = await NodeProcess.start(join(mountPoint, 'data'));
    }
    expect(starters.known.size).toBeGreaterThan(LOSSES);
    expect(await starters.problems(node)).toEqual([]);
  } finally {
    await node?.kill();
    run('umount', mountPoint);
  }
}, 300_000);
