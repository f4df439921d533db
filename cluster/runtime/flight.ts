// A batch on its way to the store: what was closed into it, and what it sets free once it is durable (promise P1).

import type { Batch, RowWrite } from '../port/store.ts';
import type { BatchDraft } from '../core/batch.ts';
import { journalKey } from '../core/row-key.ts';
import type { Activation, AnyState } from './activation.ts';
import type { Admission } from './admission.ts';
import type { NodeCounters } from './counters.ts';
import type { EffectDriver } from './effect-driver.ts';
import type { Erasures } from './erasures.ts';
import type { Outbox } from './outbox.ts';
import { writeActor } from './rows.ts';
import type { ShardTimers } from './shard-timers.ts';
import type { Watchers } from './watchers.ts';

export interface Flight {
  readonly batch: Batch;
  readonly draft: BatchDraft;
  /** The journal records in it, as row writes. */
  readonly journals: readonly (readonly [Activation, readonly [string, RowWrite[1]]])[];
  /** What each actor with a part in it is once it is durable. */
  readonly states: readonly (readonly [Activation, AnyState | undefined])[];
  /** By shard, the last commit before that had messages for it. */
  readonly previousOf: ReadonlyMap<number, number>;
  /** Rows of timers that turns of the batch took. */
  readonly timersTaken: readonly string[];
  readonly sentAtMs: number;
}

/** Writes what actors have become. @returns the journal records among it */
export function writeTouched(
  touched: readonly Activation[],
  draft: BatchDraft,
  seq: number,
): Flight['journals'] {
  const journals: Flight['journals'][number][] = [];
  for (const activation of touched) {
    writeActor(activation, draft);
    if (activation.journal.length === 0) continue;
    const key = journalKey(activation.address, seq);
    draft.putFresh(key, activation.journal);
    journals.push([activation, [key, activation.journal]]);
    activation.journal = [];
  }
  return journals;
}

/** Lets actors go from a batch that closes. @returns what they are in it */
export function rest(touched: readonly Activation[], seq: number): Flight['states'] {
  return touched.map((activation) => {
    activation.touched = false;
    activation.batchSeq = seq;
    return [activation, activation.state] as const;
  });
}

/** Whom a durable batch concerns. */
interface Waiting {
  readonly admission: Admission;
  readonly effects: EffectDriver;
  readonly outbox: Outbox;
  readonly timers: ShardTimers;
  readonly watchers: Watchers;
  readonly erasures: Erasures;
  readonly counters: NodeCounters;
}

/** Sets free what waited for a batch that is durable now, in the order of S3 (shard.ts). */
export function release(
  { draft, batch, journals, previousOf, timersTaken }: Flight,
  { admission, effects, outbox, timers, watchers, erasures, counters }: Waiting,
): void {
  for (const { to, value } of draft.replies) admission.reply(to, value);
  for (const opened of draft.opened.values()) {
    counters.effectsStarted++;
    effects.start(opened);
  }
  for (const { key } of draft.settled) effects.settle(key);
  outbox.release(draft, batch.seq, previousOf);
  for (const key of timersTaken) timers.done(key);
  for (const timer of draft.armed.values()) timers.add(timer);
  for (const [activation, [, entries]] of journals) {
    if (Array.isArray(entries)) watchers.tell(activation.text, batch.seq, entries);
  }
  for (const address of draft.erased) erasures.begin(address);
}
