// What each error code is on the wire: one row per code, so that a new code without a row does not compile.

import type { ApiErrorCode } from './service.ts';

/** Codes of gRPC by name, as far as they are used. */
export const GRPC_CODE = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

export interface WireStatus {
  readonly grpc: keyof typeof GRPC_CODE;
  readonly http: number;
  /** As the bodies of REST errors name it. */
  readonly name: string;
}

const INTERNAL: WireStatus = { grpc: 'INTERNAL', http: 500, name: 'INTERNAL_ERROR' };
const UNAVAILABLE: WireStatus = { grpc: 'UNAVAILABLE', http: 503, name: 'SERVICE_UNAVAILABLE' };
const EXHAUSTED: WireStatus = {
  grpc: 'RESOURCE_EXHAUSTED',
  http: 429,
  name: 'TOO_MANY_REQUESTS',
};
const BAD_REQUEST: WireStatus = { grpc: 'INVALID_ARGUMENT', http: 400, name: 'BAD_REQUEST' };

export const WIRE_STATUS: { readonly [Code in ApiErrorCode]: WireStatus } = {
  invalid: BAD_REQUEST,
  'invalid-status': { grpc: 'FAILED_PRECONDITION', http: 400, name: 'BAD_REQUEST' },
  'not-found': { grpc: 'NOT_FOUND', http: 404, name: 'NOT_FOUND' },
  conflict: { grpc: 'ABORTED', http: 409, name: 'CONFLICT' },
  'precondition-failed': {
    grpc: 'FAILED_PRECONDITION',
    http: 412,
    name: 'PRECONDITION_FAILED',
  },
  'mailbox-full': EXHAUSTED,
  'shard-full': EXHAUSTED,
  'payload-too-large': BAD_REQUEST,
  'deadline-exceeded': { grpc: 'DEADLINE_EXCEEDED', http: 408, name: 'REQUEST_TIMEOUT' },
  draining: UNAVAILABLE,
  'not-owner': UNAVAILABLE,
  fenced: UNAVAILABLE,
  quarantined: INTERNAL,
  violation: INTERNAL,
  'outcome-unknown': UNAVAILABLE,
  'store-full': EXHAUSTED,
  'store-unavailable': UNAVAILABLE,
  'store-failed': UNAVAILABLE,
  'store-corrupt': INTERNAL,
  'store-locked': UNAVAILABLE,
  'store-unsafe': INTERNAL,
  'store-version': INTERNAL,
  'transport-unavailable': UNAVAILABLE,
  'fact-missing': INTERNAL,
};
