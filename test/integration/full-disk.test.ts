// A disk that fills up under a store: a small file system in memory, mounted as root.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import type { ClusterError } from '../../cluster/core/errors.ts';
import { openEmbeddedReader, openEmbeddedStore } from '../../cluster/store/embedded.ts';
import { acquire } from '../conformance/store-suite.ts';

const VALUE = 'x'.repeat(200_000);
let mountPoint = '';

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

beforeEach(async () => {
  mountPoint = await mkdtemp(join(tmpdir(), 'baton-full-'));
  run('mount', '-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mountPoint);
});

afterEach(async () => {
  run('umount', mountPoint);
  await rm(mountPoint, { recursive: true, force: true });
});

test.each([1, 100])(
  'a commit of %i rows that finds no room changes nothing, and goes through once there is',
  async (rows) => {
    const codec = { encode: encodeRow, decode: decodeRow };
    const store = await openEmbeddedStore({ directory: join(mountPoint, 'data'), codec });
    await store.identify({ shardCount: 1, instanceLanes: 1, hash: 'test' });
    const { epoch } = await acquire(store, 0, 'a');
    const batchOf = (seq: number) => {
      const writes = Array.from(
        { length: rows },
        (_, row) => [`a/${seq}/${row}`, VALUE.slice(0, VALUE.length / rows)] as const,
      );
      return { shard: 0, epoch, seq, writes };
    };
    let seq = 0;
    let refusal: ClusterError | undefined;
    while (refusal === undefined) {
      seq++;
      await store.commit(batchOf(seq)).catch((error: ClusterError) => {
        refusal = error;
      });
    }
    expect(refusal).toMatchObject({ code: 'store-full', retryable: true });
    expect(seq).toBeGreaterThan(1);
    const [lost, kept] = store.get(0, [`a/${seq}/0`, `a/${seq - 1}/0`]);
    expect(lost).toBeUndefined();
    expect(kept).toHaveLength(VALUE.length / rows);
    run('mount', '-o', 'remount,size=64m', mountPoint);
    expect(await store.commit(batchOf(seq))).toBe('committed');
    await store.close();
    const reader = await openEmbeddedReader({ directory: join(mountPoint, 'data'), codec });
    expect(reader.check().findings).toEqual([]);
    await reader.close();
  },
);
