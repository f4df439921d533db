import { expect, test } from 'vitest';
import { Loader } from '../../../cluster/runtime/loader.ts';
import { Reader } from '../../../cluster/runtime/reader.ts';
import type { ShardServices } from '../../../cluster/runtime/services.ts';
import { MemoryStore } from '../../../cluster/store/memory.ts';

/** A reader of a shard whose commit is in flight until it is said to have landed. */
function readerInFlight() {
  const store = new MemoryStore();
  // Lists need no more of them.
  const services = { store } as unknown as ShardServices;
  const world = { isQuiet: false };
  const reader = new Reader(0, services, new Loader(store, 0, services.facts), {
    durableState: () => undefined,
    isQuiet: () => world.isQuiet,
    onDone: () => undefined,
  });
  return { world, reader };
}

test('a read waits while a commit is in flight', async () => {
  const { world, reader } = readerInFlight();
  const list = reader.list('all', { limit: 1 });
  world.isQuiet = true;
  reader.betweenCommits();
  expect(await list).toEqual([]);
});

test('a read that waits when its shard goes away is sent to the next owner', async () => {
  const { reader } = readerInFlight();
  const list = reader.list('all', { limit: 1 });
  reader.stop();
  await expect(list).rejects.toMatchObject({ code: 'not-owner' });
});
