// Enters a turn's reduction into the batch that is being filled.
//
// Pure bookkeeping: nothing here acts. The shard releases what is entered after the commit.

import { type Address, addressText } from '../core/address.ts';
import { type BatchDraft, roughSize } from '../core/batch.ts';
import { assert } from '../core/errors.ts';
import type { Letter } from '../core/envelope.ts';
import { effectKey, erasureKey, headKey, indexKey, timerKey } from '../core/row-key.ts';
import type { Reduction, RowTypes, TimerChange } from '../core/reduction.ts';
import type { Activation } from './activation.ts';
import type { ShardServices } from './services.ts';

export type AnyReduction = Reduction<unknown, RowTypes>;

/** Rows that close writes for one actor, roughly: head, a table row, a journal record. */
const ROWS_PER_ACTOR = 3;

export interface RecorderHooks {
  /** A message for an actor of this shard. */
  readonly deliverLocal: (letter: Letter) => void;
  /** A timer was disarmed. */
  readonly disarmed: (key: string) => void;
  /** An effect was settled. */
  readonly settled: (key: string) => void;
}

/** Marks an actor as having a part in the batch. */
export function touch(activation: Activation, batch: BatchDraft, touched: Activation[]): void {
  if (activation.touched) return;
  activation.touched = true;
  touched.push(activation);
  batch.actorRows += ROWS_PER_ACTOR;
}

/** Enters everything but the state itself. */
export function record(
  activation: Activation,
  reduction: AnyReduction,
  batch: BatchDraft,
  shard: number,
  services: ShardServices,
  hooks: RecorderHooks,
): void {
  const { address } = activation;
  if (reduction.journal !== undefined) activation.journal.push(...reduction.journal);
  for (const change of reduction.timers ?? []) recordTimer(address, change, batch, hooks);
  for (const { list, key, value } of reduction.index ?? []) {
    if (value === undefined) batch.remove(indexKey(list, key));
    else batch.put(indexKey(list, key), value);
  }
  for (const { id, effect } of reduction.open ?? []) {
    const key = effectKey(address, id);
    batch.putFresh(key, effect);
    batch.opened.set(key, { key, from: address, id, effect });
  }
  for (const id of reduction.settle ?? []) {
    const key = effectKey(address, id);
    batch.remove(key);
    hooks.settled(key);
    if (!batch.opened.delete(key)) batch.settled.push({ from: address, id, key });
  }
  for (const send of reduction.sends ?? []) {
    const target = services.shardOfAddress(send.to);
    if (target === shard) {
      hooks.deliverLocal(send);
      continue;
    }
    const bytes = roughSize(send.message, services.limits.messageBytes + 1);
    assert(bytes <= services.limits.messageBytes, 'a message fits into an envelope', {
      to: addressText(send.to),
      bytes,
    });
    batch.bytes += bytes;
    batch.letter(target, send);
  }
  if (reduction.replies !== undefined) batch.replies.push(...reduction.replies);
  if (reduction.erase === true) {
    batch.remove(headKey(address));
    batch.put(erasureKey(address), null);
    batch.erased.push(address);
  }
}

function recordTimer(
  address: Address,
  change: TimerChange,
  batch: BatchDraft,
  hooks: RecorderHooks,
): void {
  const key = timerKey(change.dueAtMs, address, change.name);
  switch (change.kind) {
    case 'arm':
      batch.putFresh(key, null);
      batch.armed.set(key, { key, address, name: change.name, dueAtMs: change.dueAtMs });
      return;
    case 'disarm':
      batch.remove(key);
      batch.armed.delete(key);
      hooks.disarmed(key);
  }
}
