// The transactions of an embedded store: one after the other, each answered after its flush.
//
//   X1  A transaction is applied as a whole or not at all, also when the disk is full.
//   X2  A small one is written at once, which is quickest for a caller who waits alone; a large one by LMDB's own thread,
//       so that turns go on meanwhile. (13 rows: 0.48 ms against 0.68 ms; 220 rows in 20 places: this thread is held for
//       2.7 ms against 0.1 ms.)
//   X3  Two transactions are never under way at the same time: one that writes at once would wait for the other's lock.
//   X4  After a failure it is asked whether the environment can still be used: LMDB gives itself up when the write that
//       makes a commit one has failed, since nobody knows then what is on the disk.

import { rowKeyBytes } from './row-key-bytes.ts';

/** What is used of an LMDB environment. */
export interface Environment {
  transactionSync(work: () => void): unknown;
  batch(work: () => void): Promise<unknown>;
  put(key: Buffer, value: Uint8Array): Promise<unknown>;
  remove(key: Buffer): Promise<unknown>;
  putSync(key: Buffer, value: Uint8Array): unknown;
  removeSync(key: Buffer): unknown;
}

/** A row to be written, or with undefined removed. */
export type BytesWrite = readonly [key: string, bytes: Uint8Array | undefined];

/** How a transaction failed: nothing was applied; or that is not known, and the environment is of no use any more. */
export type TransactionFailure =
  | { readonly kind: 'not-applied'; readonly cause: unknown }
  | { readonly kind: 'given-up'; readonly cause: unknown };

/** Rows of a transaction that is written at once. */
const SMALL = 16;

export class Transactions {
  readonly #environment: Environment;
  #last: Promise<unknown> = Promise.resolve();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** @returns undefined once the writes are durable */
  write(writes: readonly BytesWrite[]): Promise<TransactionFailure | undefined> {
    const written = this.#last.then(() => this.#write(writes));
    this.#last = written;
    return written;
  }

  /** Resolves when nothing is under way. */
  async rest(): Promise<void> {
    await this.#last;
  }

  async #write(writes: readonly BytesWrite[]): Promise<TransactionFailure | undefined> {
    try {
      if (writes.length <= SMALL) this.#writeAtOnce(writes);
      else await this.#writeBeside(writes);
    } catch (error) {
      const kind = this.#isGivenUp() ? 'given-up' : 'not-applied';
      return { kind, cause: await reasonOf(error) };
    }
    return undefined;
  }

  /** Finds out by a transaction without writes, which touches no disk (X4). */
  #isGivenUp(): boolean {
    try {
      this.#environment.transactionSync(() => undefined);
      return false;
    } catch (error) {
      return error instanceof Error && error.message.includes('MDB_PANIC');
    }
  }

  #writeAtOnce(writes: readonly BytesWrite[]): void {
    this.#environment.transactionSync(() => {
      for (const [key, bytes] of writes) {
        if (bytes === undefined) this.#environment.removeSync(rowKeyBytes(key));
        else this.#environment.putSync(rowKeyBytes(key), bytes);
      }
    });
  }

  async #writeBeside(writes: readonly BytesWrite[]): Promise<void> {
    await this.#environment.batch(() => {
      for (const [key, bytes] of writes) {
        const write =
          bytes === undefined
            ? this.#environment.remove(rowKeyBytes(key))
            : this.#environment.put(rowKeyBytes(key), bytes);
        write.catch(reportedByBatch);
      }
    });
  }
}

/** The batch of a write reports the failure for all of its writes. */
const reportedByBatch = (): undefined => undefined;

/** The library's errors promise the reason they were made for. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
