// What a store makes of the ways in which LMDB fails, which no disk of a test machine can be made to show at will.

import { expect, test } from 'vitest';
import { type Environment, Transactions } from '../../../cluster/store/embedded-transactions.ts';

/** An environment whose writes fail, and which is or is not good for another transaction afterwards. */
function failing(message: string, afterwards: string | undefined): Environment {
  let isWriting = false;
  const refuse = (): never => {
    throw new Error(message);
  };
  return {
    transactionSync(work) {
      isWriting = false;
      work();
      if (isWriting) refuse();
      if (afterwards !== undefined) throw new Error(afterwards);
    },
    putSync: () => {
      isWriting = true;
    },
    removeSync: () => undefined,
    put: () => Promise.reject(new Error('Commit failed')),
    remove: () => Promise.reject(new Error('Commit failed')),
    batch: (work) => {
      work();
      return Promise.reject(new Error(message));
    },
  };
}

const PANIC = 'MDB_PANIC: Update of meta page failed or environment had fatal error';

const rows = (count: number) =>
  Array.from({ length: count }, (_, row) => [`row-${row}`, Buffer.from('x')] as const);

test.each([1, 100])(
  'a refused write of %i rows was not applied, and the next may do',
  async (n) => {
    const transactions = new Transactions(failing('Input/output error', undefined));
    expect(await transactions.write(rows(n))).toMatchObject({ kind: 'not-applied' });
  },
);

test.each([1, 100])(
  'a write of %i rows after which LMDB gives itself up is reported as such, with the reason of the write',
  async (n) => {
    const transactions = new Transactions(failing('Input/output error', PANIC));
    expect(await transactions.write(rows(n))).toMatchObject({
      kind: 'given-up',
      cause: { message: 'Input/output error' },
    });
  },
);
