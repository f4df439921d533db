// Three nodes in network namespaces of their own, and one whose machine's clock is set: `npm run chaos` as root, with
// iproute2 and faketime.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { canSeparate } from '../support/namespace.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { isChaos, STARTS, underLoad, until } from '../support/under-load.ts';

const NAMES = ['one', 'two', 'three'] as const;

describe.skipIf(!isChaos || !canSeparate())('in namespaces', () => {
  underLoad(
    'with cables that are pulled',
    () => TestCluster.startApart(NAMES),
    (world) => {
      const { rounds } = world;
      const cuts = ['cut', 'mute', 'deafen'] as const;
      const sentences = {
        cut: 'a node whose cable is pulled is voted out, and ends when it is plugged in',
        mute: 'a node whose packets go nowhere is voted out, and ends when they arrive again',
        deafen: 'a node that no packet reaches is voted out, and ends when they do again',
      };
      for (const cut of cuts) {
        rounds(sentences[cut], async () => {
          const namespace = world.cluster().namespace('three');
          const node = world.cluster().leave('three');
          namespace[cut]();
          await until(async () => (await world.cluster().members('one')).length === 2);
          await world.load().more(STARTS);
          namespace.heal();
          expect(await node.ended()).toBe(5);
          await world.cluster().startNode('three');
          await until(() => world.isWhole(3));
        });
      }

      rounds('a cable that is pulled for a moment ends no node', async () => {
        const namespace = world.cluster().namespace('three');
        namespace.cut();
        await world.load().more(1);
        namespace.heal();
        await until(() => world.isWhole(3));
      });
    },
  );
});

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

describe.skipIf(!isChaos || !existsSync(FAKETIME))('with a clock that is set', () => {
  let folder = '';

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const setClock = (offset: string): Promise<void> => writeFile(join(folder, 'offset'), offset);

  const begin = async (): Promise<TestCluster> => {
    folder = await mkdtemp(join(tmpdir(), 'baton-clock-'));
    await setClock('+0');
    const cluster = await TestCluster.start(['one', 'two']);
    await cluster.startNode('three', {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: join(folder, 'offset'),
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    return cluster;
  };

  underLoad('to another hour', begin, (world) => {
    world.rounds('no timer rings early or late, and no lease ends', async () => {
      await until(() => world.isWhole(3));
      const before = await world.cluster().owners('one');
      for (const offset of ['+3600', '-3600', '+0']) {
        await setClock(offset);
        for (let nap = 0; nap < 3; nap++) {
          const tookMs = await world.load().nap();
          // It may begin a moment before its start is answered.
          expect(tookMs).toBeGreaterThan(1_900);
          expect(tookMs).toBeLessThan(30_000);
        }
      }
      expect(await world.cluster().owners('one')).toEqual(before);
    });
  });
});
