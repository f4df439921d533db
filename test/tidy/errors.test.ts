// Every error code has its entry in docs/errors.md, and no entry speaks of a code that is gone.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLUSTER_ERROR_CODES } from '../../cluster/core/errors.ts';
import { ENGINE_ERROR_CODES } from '../../src/errors.ts';

test('the codes of docs/errors.md are those of the code', async () => {
  const text = await readFile(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect(documented.toSorted()).toEqual([...CLUSTER_ERROR_CODES, ...ENGINE_ERROR_CODES].toSorted());
});
