// The request memory of one shard: the first answer to a request id is given to its repeats.
//
//   Q1  An answer is remembered in the commit of the turn that gave it, so a repeat after a crash either finds the answer
//       or finds that nothing was applied.
//   Q2  A repeat that comes while the first call is still under way waits for the first one's answer.
//
// Starts do not come here: a workflow remembers its own (architecture decision 13).

import type { BatchDraft } from '../core/batch.ts';
import type { PlainObject, Plain } from '../core/plain.ts';
import { requestExpiryKey, requestKey } from '../core/row-key.ts';

export class RequestMemory {
  /** Calls under way: request id → asks that wait for the same answer, the first being the one that was delivered. */
  readonly #underWay = new Map<string, number[]>();
  readonly #requestOf = new Map<number, string>();

  /** Joins a call that is under way (Q2). */
  join(requestId: string, ask: number): boolean {
    const asks = this.#underWay.get(requestId);
    if (asks === undefined) return false;
    asks.push(ask);
    return true;
  }

  begin(requestId: string, ask: number): void {
    this.#underWay.set(requestId, [ask]);
    this.#requestOf.set(ask, requestId);
  }

  /** An answer was decided by a turn: remembers it in that turn's batch (Q1). Repeats keep joining until `finish`. */
  answer(ask: number, value: PlainObject, batch: BatchDraft, expiresAtMs: number): void {
    const requestId = this.#requestOf.get(ask);
    if (requestId === undefined) return;
    batch.put(requestKey(requestId), { value, expiresAtMs });
    batch.put(requestExpiryKey(expiresAtMs, requestId), null);
  }

  /**
   * A call is over: its answer is durable, or it came to nothing.
   * @returns the other asks that end the same way
   */
  finish(ask: number): readonly number[] {
    if (this.#requestOf.size === 0) return [];
    const requestId = this.#requestOf.get(ask);
    return requestId === undefined ? [] : this.#end(ask, requestId);
  }

  #end(ask: number, requestId: string): readonly number[] {
    this.#requestOf.delete(ask);
    const asks = this.#underWay.get(requestId) ?? [];
    this.#underWay.delete(requestId);
    return asks.filter((other) => other !== ask);
  }
}

/** The remembered answer in a stored row. */
export function rememberedAnswer(stored: Plain | undefined): PlainObject | undefined {
  if (
    typeof stored !== 'object' ||
    stored === null ||
    Array.isArray(stored) ||
    stored instanceof Uint8Array
  )
    return undefined;
  const { value } = stored as PlainObject;
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    value instanceof Uint8Array
  )
    return undefined;
  return value as PlainObject;
}
