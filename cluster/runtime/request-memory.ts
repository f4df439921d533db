// The request memory of one shard: the first answer to a request id is given to its repeats.
//
//   Q1  An answer is remembered in the commit of the turn that gave it, so a repeat after a crash either finds the answer
//       or finds that nothing was applied.
//   Q2  A repeat that comes while the first call is still under way waits for the first one's answer.
//
// Starts do not come here: a workflow remembers its own (promise P5).

import type { BatchDraft } from '../core/batch.ts';
import type { PlainObject, Plain } from '../core/plain.ts';
import type { ReplyTo } from '../core/reduction.ts';
import { requestExpiryKey, requestKey } from '../core/row-key.ts';

const callKey = ({ node, ask }: ReplyTo): string => `${ask}@${node}`;

export class RequestMemory {
  /** Calls under way: request id → who waits for the same answer, the first being the one that was delivered. */
  readonly #underWay = new Map<string, ReplyTo[]>();
  readonly #requestOf = new Map<string, string>();

  /** Joins a call that is under way (Q2). */
  join(requestId: string, caller: ReplyTo): boolean {
    const callers = this.#underWay.get(requestId);
    if (callers === undefined) return false;
    const key = callKey(caller);
    if (!callers.some((known) => callKey(known) === key)) callers.push(caller);
    return true;
  }

  begin(requestId: string, caller: ReplyTo): void {
    this.#underWay.set(requestId, [caller]);
    this.#requestOf.set(callKey(caller), requestId);
  }

  /** An answer was decided by a turn: remembers it in that turn's batch (Q1). Repeats keep joining until `finish`. */
  answer(caller: ReplyTo, value: PlainObject, batch: BatchDraft, expiresAtMs: number): void {
    if (this.#requestOf.size === 0) return;
    const requestId = this.#requestOf.get(callKey(caller));
    if (requestId === undefined) return;
    batch.put(requestKey(requestId), { value, expiresAtMs });
    batch.put(requestExpiryKey(expiresAtMs, requestId), null);
  }

  /**
   * A call is over: its answer is durable, or it came to nothing.
   * @returns the others that wait for the same end
   */
  finish(caller: ReplyTo): readonly ReplyTo[] {
    if (this.#requestOf.size === 0) return [];
    const key = callKey(caller);
    const requestId = this.#requestOf.get(key);
    if (requestId === undefined) return [];
    this.#requestOf.delete(key);
    const callers = this.#underWay.get(requestId) ?? [];
    this.#underWay.delete(requestId);
    return callers.filter((other) => callKey(other) !== key);
  }

  /** The shard is gone. @returns everybody who waits */
  clear(): readonly ReplyTo[] {
    const callers = [...this.#underWay.values()].flat();
    this.#underWay.clear();
    this.#requestOf.clear();
    return callers;
  }
}

/** The remembered answer in a stored row. */
export function rememberedAnswer(stored: Plain | undefined): PlainObject | undefined {
  return isPlainObject(stored) && isPlainObject(stored['value']) ? stored['value'] : undefined;
}

function isPlainObject(value: Plain | undefined): value is PlainObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
