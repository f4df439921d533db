// The error codes of the cluster half and the two ways in which they travel.
//
// An operating error (ClusterError) is expected: a full mailbox, a store that does not answer, an owner that moved.
// A violation (InvariantViolation) is a defect: it drops the activation it happened in and never a durable row.

export const CLUSTER_ERROR_CODES = [
  'mailbox-full',
  'shard-full',
  'payload-too-large',
  'deadline-exceeded',
  'draining',
  'not-owner',
  'fenced',
  'quarantined',
  'violation',
  'outcome-unknown',
  'store-full',
  'store-unavailable',
  'store-failed',
  'store-corrupt',
  'store-locked',
  'store-unsafe',
  'store-version',
  'transport-unavailable',
  'fact-missing',
] as const;

export type ClusterErrorCode = (typeof CLUSTER_ERROR_CODES)[number];

/** Details that help an operator; never payloads, never secrets. */
export type ErrorDetails = { readonly [field: string]: string | number | boolean };

export interface ClusterErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
  /** When a caller may try again, in milliseconds from now. */
  readonly retryAfterMs?: number;
}

/** May the same call succeed later without any change by the caller? */
const RETRYABLE: { readonly [Code in ClusterErrorCode]: boolean } = {
  'mailbox-full': true,
  'shard-full': true,
  'payload-too-large': false,
  'deadline-exceeded': true,
  draining: true,
  'not-owner': true,
  fenced: true,
  quarantined: false,
  violation: false,
  'outcome-unknown': true,
  'store-full': true,
  'store-unavailable': true,
  'store-failed': false,
  'store-corrupt': false,
  'store-locked': false,
  'store-unsafe': false,
  'store-version': false,
  'transport-unavailable': true,
  'fact-missing': false,
};

/** An expected refusal or failure of the runtime, told apart by `code`. */
export class ClusterError extends Error {
  readonly code: ClusterErrorCode;
  readonly retryable: boolean;
  readonly details: ErrorDetails;
  readonly retryAfterMs: number | undefined;

  constructor(code: ClusterErrorCode, message: string, options: ClusterErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ClusterError';
    this.code = code;
    this.retryable = RETRYABLE[code];
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** An operating error that another error led to. */
export function because(cause: unknown, code: ClusterErrorCode, message: string): ClusterError {
  return new ClusterError(code, message, { cause });
}

/** A broken invariant: something that cannot happen has happened. */
export class InvariantViolation extends Error {
  readonly details: ErrorDetails;

  constructor(rule: string, details: ErrorDetails = {}) {
    super(`violated: ${rule} ${JSON.stringify(details)}`);
    this.name = 'InvariantViolation';
    this.details = details;
  }
}

/**
 * Throws InvariantViolation unless the condition holds. Always on, in production too.
 * @param rule what must hold, as a sentence without its subject's values
 */
export function assert(
  condition: boolean,
  rule: string,
  details?: ErrorDetails,
): asserts condition {
  if (!condition) throw new InvariantViolation(rule, details);
}

/** Marks a branch that the types rule out; a value that gets here anyway is a violation. */
export function unreachable(value: never): never {
  throw new InvariantViolation('every case is handled', {
    value: JSON.stringify(value) ?? 'undefined',
  });
}
