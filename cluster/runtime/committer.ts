// Sends one batch until its outcome is known.
//
//   K1  The same batch, unchanged, is sent again until the store says what became of it (store port, D4).
//   K2  A store that refuses (full, unreachable) is tried again for as long as the shard is owned: nothing is recomputed,
//       callers in the batch wait, new ones are refused at the door unless the outcome is only unknown.

import { ClusterError } from '../core/errors.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Log } from '../port/log.ts';
import type { Batch, Store } from '../port/store.ts';
import type { PlantedBugs } from './services.ts';

/** How a batch ended. `fenced`: another owner has the shard. `broken`: the store contradicts itself; stop and tell. */
export type BatchEnd = 'durable' | 'fenced' | 'broken';

export interface CommitterOptions {
  readonly store: Store;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly bugs: PlantedBugs;
  /** Told of each trouble, and with undefined when it is over. */
  readonly onTrouble: (trouble: ClusterError | undefined) => void;
  /** False once the shard was dropped: stop trying. */
  readonly isWanted: () => boolean;
}

const RETRY_FIRST_MS = 20;
const RETRY_MAX_MS = 5_000;

export async function commitUntilKnown(batch: Batch, options: CommitterOptions): Promise<BatchEnd> {
  let sent = batch;
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
    try {
      const answer = await options.store.commit(sent);
      if (delayMs > RETRY_FIRST_MS) options.onTrouble(undefined);
      switch (answer) {
        case 'committed':
        case 'already':
          return 'durable';
        case 'fenced':
          return 'fenced';
        case 'gap':
          options.log.error(
            { shard: batch.shard, seq: batch.seq },
            'store lost a commit that it had acknowledged',
          );
          return 'broken';
      }
    } catch (error) {
      const trouble = asTrouble(error);
      options.onTrouble(trouble);
      if (!trouble.retryable || !options.isWanted())
        return trouble.code === 'fenced' ? 'fenced' : 'broken';
      options.log.warn(
        { shard: batch.shard, seq: batch.seq, code: trouble.code, err: trouble },
        'commit is tried again',
      );
      if (options.bugs.batchChangedOnRetry === true)
        sent = { ...batch, writes: batch.writes.slice(1) };
      await pause(options.alarms, delayMs);
    }
  }
}

function asTrouble(error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError('outcome-unknown', 'the store failed in an unexpected way', {
    cause: error,
  });
}

function pause(alarms: Alarms, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    alarms.after(delayMs, resolve);
  });
}
