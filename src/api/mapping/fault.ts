// What went wrong, in the terms of the wire.

import { GRPC_CODE, WIRE_STATUS } from '../status.ts';
import { ApiError } from '../service.ts';
import type { StartError } from '../../../proto/gen/baton/v1/instance.ts';

/** A refused or failed call, before it is put on the wire. */
export interface Fault {
  /** A google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  /** A code of docs/errors.md. */
  readonly reason: string;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
  /** 0 when repeating the call changes nothing. */
  readonly retryAfterMs: number;
}

/** @returns the fault, or undefined for an error that is none of the known ones: a defect of ours */
export function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const violations = error.problems.map(({ path, rule, found }) => ({
    field: path,
    description: `must ${rule}, but is ${found}`,
  }));
  const more = error.errors.filter((line) => line !== error.message);
  return {
    code: GRPC_CODE[WIRE_STATUS[error.code].grpc],
    message: violations.length > 0 ? error.message : [error.message, ...more].join('; '),
    reason: error.code,
    violations,
    retryAfterMs: Math.ceil(error.retryAfterMs ?? 0),
  };
}

/** What a caller is told of a defect: that it is one. The node's log says more. */
export const DEFECT: Fault = {
  code: GRPC_CODE.INTERNAL,
  message: 'an internal error; the log of the node says more',
  reason: 'violation',
  violations: [],
  retryAfterMs: 0,
};

/** A fault as one answer of many. */
export function startError({ code, reason, message, violations, retryAfterMs }: Fault): StartError {
  const rules = violations.map(({ field, description }) => `${field} ${description}`);
  return { code, reason, message: [message, ...rules].join('; '), retryAfterMs };
}
