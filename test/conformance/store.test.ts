// Every store of one machine, held to the same rules.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { openEmbeddedStore } from '../../cluster/store/embedded.ts';
import { MemoryStore } from '../../cluster/store/memory.ts';
import { storeSuite } from './store-suite.ts';

storeSuite('memory', async () => {
  const store = new MemoryStore();
  return { store, reopen: async () => store, close: () => store.close() };
});

storeSuite('embedded', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'baton-store-'));
  const codec = { encode: encodeRow, decode: decodeRow };
  let store = await openEmbeddedStore({ directory, codec });
  return {
    store,
    async reopen() {
      await store.close();
      store = await openEmbeddedStore({ directory, codec });
      return store;
    },
    async close() {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});
