// How handlers talk to actors: every refusal and every failure becomes an ApiError, what is left is the answer.

import { ClusterError } from '../../cluster/core/errors.ts';
import type { Address } from '../../cluster/core/address.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Sender } from '../../cluster/port/sender.ts';
import { isEngineErrorCode } from '../errors.ts';
import { problem } from '../definition/problem.ts';
import { ApiError, type Call } from './service.ts';

export class Actors {
  readonly sender: Sender;

  constructor(sender: Sender) {
    this.sender = sender;
  }

  /** Asks an actor to do something. */
  async ask(call: Call, to: Address, message: PlainObject): Promise<PlainObject> {
    const { deadlineMs, requestId } = call;
    checkRequestId(requestId);
    const options = { deadlineMs, ...(requestId === undefined ? {} : { requestId }) };
    return granted(await this.sender.ask(nameable(to), message, options).catch(fail));
  }

  /** Asks an actor for something that it remembers by itself, such as a start: a repeat is answered like the first. */
  async askAgain(deadlineMs: number, to: Address, message: PlainObject): Promise<PlainObject> {
    const options = { deadlineMs, repeatable: true };
    return granted(await this.sender.ask(nameable(to), message, options).catch(fail));
  }

  /** Asks an actor a question. @returns what was found */
  async read(from: Address, query: PlainObject): Promise<PlainObject> {
    const answer = granted(await this.sender.read(nameable(from), query).catch(fail));
    const { value } = answer;
    return isPlainObject(value) ? value : {};
  }
}

/** Characters of a key, at most: ids have 128, and an instance's number follows. Stores take no keys of any length. */
export const KEY_LIMIT = 160;

/** An address that there may be something at. Throws `not-found` for the others. */
function nameable(address: Address): Address {
  if (address.key.length <= KEY_LIMIT) return address;
  const name = `${address.key.slice(0, KEY_LIMIT)}…`;
  throw new ApiError('not-found', `there is no ${address.kind} [${name}]`);
}

/** Throws `invalid` for an id of a request that could not be kept. */
export function checkRequestId(requestId: string | undefined): void {
  if (requestId === undefined || requestId.length <= KEY_LIMIT) return;
  const rule = `have at most ${KEY_LIMIT} characters`;
  const problems = [problem('request_id', rule, requestId)];
  throw new ApiError('invalid', 'the request is not valid', { problems });
}

/** The address of a workflow. */
export function workflowAddress(workflowId: string): Address {
  return { kind: 'workflow', key: workflowId };
}

/** A failure of the cluster as callers see it; anything else is a defect and is thrown on. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ClusterError) {
    const retryAfterMs = error.retryAfterMs ?? (error.retryable ? 1_000 : undefined);
    return new ApiError(error.code, error.message, { cause: error, retryAfterMs });
  }
  return new ApiError('violation', 'the request could not be handled', { cause: error });
}

function fail(error: unknown): never {
  throw asApiError(error);
}

function granted(answer: PlainObject): PlainObject {
  if (answer['kind'] !== 'refused') return answer;
  const { code, message, errors } = answer;
  const lines = Array.isArray(errors) ? errors.map(String) : [];
  throw new ApiError(isEngineErrorCode(code) ? code : 'violation', String(message), {
    errors: lines,
  });
}

export function isPlainObject(value: unknown): value is PlainObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
