// Errors as gRPC carries them: a code and a message for everybody, and in `grpc-status-details-bin` a google.rpc.Status
// with what programs act on: the engine's error code (ErrorInfo), broken rules (BadRequest), when to retry (RetryInfo).

import { Metadata, type ServerErrorResponse } from '@grpc/grpc-js';
import type { Any } from '../../../proto/gen/google/protobuf/any.ts';
import { BadRequest, ErrorInfo, RetryInfo } from '../../../proto/gen/google/rpc/error_details.ts';
import { Status } from '../../../proto/gen/google/rpc/status.ts';
import type { Fault } from '../mapping/fault.ts';

const DOMAIN = 'baton';
/** Trailers have a limit of their own (8 KiB in most clients); what does not fit is left out. */
const TEXT_LIMIT = 1_000;
const VIOLATION_LIMIT = 10;

/** What a handler answers a refused call with. */
export function errorResponse(fault: Fault): ServerErrorResponse {
  const message = shortened(fault.message);
  const bytes = Status.encode({ code: fault.code, message, details: detailsOf(fault) }).finish();
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(bytes));
  return Object.assign(new Error(message), { code: fault.code, details: message, metadata });
}

function detailsOf({ reason, violations, retryAfterMs }: Fault): Any[] {
  const info = ErrorInfo.encode({ reason, domain: DOMAIN, metadata: {} }).finish();
  const details = [any('ErrorInfo', info)];
  if (violations.length > 0) {
    const fieldViolations = violations.slice(0, VIOLATION_LIMIT).map(({ field, description }) => ({
      field: field.slice(0, 100),
      description: description.slice(0, 150),
    }));
    details.push(any('BadRequest', BadRequest.encode({ fieldViolations }).finish()));
  }
  if (retryAfterMs > 0) {
    const seconds = Math.floor(retryAfterMs / 1000);
    const retryDelay = { seconds, nanos: Math.floor(retryAfterMs % 1000) * 1_000_000 };
    details.push(any('RetryInfo', RetryInfo.encode({ retryDelay }).finish()));
  }
  return details;
}

const any = (name: string, value: Uint8Array): Any => ({
  typeUrl: `type.googleapis.com/google.rpc.${name}`,
  value: Buffer.from(value),
});

const shortened = (text: string): string =>
  text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)}…`;
