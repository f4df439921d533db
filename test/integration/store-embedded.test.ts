// What only a store on a disk has to keep: its lock, its format, its checksums, and commits through a crash.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { openEmbeddedReader, openEmbeddedStore } from '../../cluster/store/embedded.ts';
import { LossyDisk } from '../support/lossy-disk.ts';
import { acquire } from '../conformance/store-suite.ts';

const IDENTITY = { shardCount: 4, instanceLanes: 1, hash: 'test' };
const codec = { encode: encodeRow, decode: decodeRow };
let directory = '';

const openStore = () => openEmbeddedStore({ directory, codec });

/** What a check finds, from beside whoever has the store open. */
async function findings(folder = directory) {
  const reader = await openEmbeddedReader({ directory: folder, codec });
  const { findings: found } = reader.check();
  await reader.close();
  return found;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'baton-store-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Commits rows per number, and says each number after its commit was answered. */
const COMMITTER = `
  import { openEmbeddedReader, openEmbeddedStore } from './dist/cluster/store/embedded.js';
  import { decodeRow, encodeRow } from './dist/cluster/adapter/row-codec.js';
  const codec = { encode: encodeRow, decode: decodeRow };
  const store = await openEmbeddedStore({ directory: process.argv[1], codec });
  await store.identify(${JSON.stringify(IDENTITY)});
  const { epoch, seq } = await store.acquire(1, { owner: 'child', living: [] });
  for (let next = seq + 1; ; next++) {
    const writes = [['n/' + next, next], ['last', next]];
    while (writes.length < Number(process.argv[2])) writes.push(['m/' + writes.length, next]);
    await store.commit({ shard: 1, epoch, seq: next, writes });
    process.stdout.write(next + '\\n');
  }
`;

/** Starts a committer and calls `fault`, which has to end it, after so many answers. @returns the last number it said */
function commitUntil(
  answers: number,
  fault: (child: ChildProcess) => void,
  { folder = directory, rows = 2 } = {},
): Promise<number> {
  const args = ['--input-type=module', '-e', COMMITTER, folder, String(rows)];
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    let last = 0;
    let said = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = Number(line);
      if (++said === answers) fault(child);
    });
    child.once('error', reject);
    // After the fault it may also end by itself: its commit is refused before it is killed.
    child.once('close', (code) =>
      said >= answers ? resolve(last) : reject(new Error(`the committer ended with ${code}`)),
    );
  });
}

/** Is all there that was answered, and nothing of a commit without the rest of it? */
async function expectWhole(folder: string, last: number): Promise<void> {
  const store = await openEmbeddedStore({ directory: folder, codec });
  const [stored] = store.get(1, ['last']);
  expect(stored).toBeGreaterThanOrEqual(last);
  const numbers = store.range(1, { from: 'n/', to: 'n0', limit: 100_000 });
  expect(numbers).toHaveLength(Number(stored));
  const others = store.range(1, { from: 'm/', to: 'm0', limit: 100_000 });
  expect(new Set(others.map(([, number]) => number)).size).toBeLessThan(2);
  await store.close();
  expect(await findings(folder)).toEqual([]);
}

test('a process that is killed while it commits has lost nothing that was answered', async () => {
  for (const answers of [1, 7, 40, 90]) {
    const last = await commitUntil(answers, (child) => child.kill('SIGKILL'));
    await expectWhole(directory, last);
  }
});

test.each([2, 40])(
  'a loss of power while %i rows are committed has lost nothing that was answered',
  async (rows) => {
    const disk = await LossyDisk.make(directory);
    try {
      const folder = join(disk.path, 'data');
      for (const answers of [1, 30, 31, 57, 80, 90]) {
        const fault = (child: ChildProcess): void => {
          disk.losePower();
          child.kill('SIGKILL');
        };
        const last = await commitUntil(answers, fault, { folder, rows });
        disk.restart();
        await expectWhole(folder, last);
      }
    } finally {
      disk.unmount();
    }
  },
  60_000,
);

test('a second opening of the folder is refused while the first one lasts', async () => {
  const store = await openStore();
  await expect(openStore()).rejects.toMatchObject({ code: 'store-locked' });
  await store.close();
  await (await openStore()).close();
});

test('a folder of a newer format is refused, naming both, and left as it is', async () => {
  await (await openStore()).close();
  await writeFile(join(directory, 'format'), 'baton 7\n');
  await expect(openStore()).rejects.toMatchObject({
    code: 'store-version',
    details: { found: 7, known: 1 },
  });
  expect(await readFile(join(directory, 'format'), 'utf8')).toBe('baton 7\n');
});

test('a damaged byte in a row is reported when the row is read, and by a check', async () => {
  const store = await openStore();
  await store.identify(IDENTITY);
  const { epoch } = await acquire(store, 1, 'a');
  const writes = [['a/x', 'a text that can be found'] as const];
  await store.commit({ shard: 1, epoch, seq: 1, writes });
  await store.close();
  const path = join(directory, 'data.mdb');
  const bytes = await readFile(path);
  for (
    let at = bytes.indexOf('can be found');
    at >= 0;
    at = bytes.indexOf('can be found', at + 1)
  ) {
    bytes[at] = 0x43;
  }
  await writeFile(path, bytes);
  const again = await openStore();
  expect(() => again.get(1, ['a/x'])).toThrow(/checksum/);
  expect(await findings()).toMatchObject([{ key: 's0001/a/x' }]);
  await again.close();
});

test('a data file that was cut short or overwritten is refused with a clear error', async () => {
  const store = await openStore();
  await store.identify(IDENTITY);
  await store.close();
  const path = join(directory, 'data.mdb');
  const file = await open(path, 'r+');
  await file.truncate(5_000);
  await file.close();
  await expect(openStore()).rejects.toMatchObject({ code: 'store-corrupt' });
  await writeFile(path, Buffer.alloc(8_192, 7));
  await expect(openStore()).rejects.toMatchObject({ code: 'store-corrupt' });
});

test('a backup of a running store is a store of its own', async () => {
  const store = await openStore();
  await store.identify(IDENTITY);
  const { epoch } = await acquire(store, 1, 'a');
  await store.commit({ shard: 1, epoch, seq: 1, writes: [['a/x', 1]] });
  const copy = join(directory, 'copy');
  const reader = await openEmbeddedReader({ directory, codec });
  await reader.backup(copy);
  await expect(reader.backup(copy)).rejects.toThrow(/empty folder/);
  await reader.close();
  await store.commit({ shard: 1, epoch, seq: 2, writes: [['a/x', 2]] });
  const copied = await openEmbeddedStore({ directory: copy, codec });
  expect(copied.get(1, ['a/x'])).toEqual([1]);
  await copied.close();
  expect(await findings(copy)).toEqual([]);
  await store.close();
});
