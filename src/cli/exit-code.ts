// How commands end (docs/cli.md), and what a person reads when one fails.

import { type ServiceError, status } from '@grpc/grpc-js';
import { BadRequest } from '../../proto/gen/google/rpc/error_details.ts';
import { Status } from '../../proto/gen/google/rpc/status.ts';

export const EXIT = {
  success: 0,
  /** The run did not succeed, the definition has problems, the store has findings. */
  unsuccessful: 1,
  /** The command line or a file it names cannot be used. */
  usage: 2,
  /** The node refused the request. */
  refused: 3,
  /** The node did not answer, or not in time. */
  unreachable: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with an exit code and, unless it is empty, a message. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** The failure that another error leads to. */
export const failure = (exitCode: ExitCode, message: string, cause: unknown): CommandFailure =>
  new CommandFailure(exitCode, message, cause);

const UNREACHABLE: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
]);

/** A failed call, as the failure of its command. */
export function callFailure(error: ServiceError, address: string): CommandFailure {
  const name = status[error.code] ?? 'UNKNOWN';
  if (UNREACHABLE.has(error.code)) {
    const message = `${address}: ${name}: ${error.details}`;
    return new CommandFailure(EXIT.unreachable, message, error);
  }
  const lines = [`${name}: ${error.details}`, ...violationsOf(error)];
  return new CommandFailure(EXIT.refused, lines.join('\n  '), error);
}

/** One line per broken rule. */
function violationsOf({ metadata }: ServiceError): string[] {
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(bytes)) return [];
  const details = Status.decode(bytes).details.filter(({ typeUrl }) =>
    typeUrl.endsWith('/google.rpc.BadRequest'),
  );
  return details
    .flatMap(({ value }) => BadRequest.decode(value).fieldViolations)
    .map(({ field, description }) => `${field} ${description}`.trim());
}
