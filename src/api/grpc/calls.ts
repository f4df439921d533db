// What every call has in common: who calls, until when, and how a failure is told.

import type { handleUnaryCall, ServerErrorResponse } from '@grpc/grpc-js';
import type { Clock } from '../../../cluster/port/clock.ts';
import type { Log } from '../../../cluster/port/log.ts';
import { DEFECT, type Fault, faultOf } from '../mapping/fault.ts';
import { optional } from '../mapping/request.ts';
import type { Call, Services } from '../service.ts';
import { errorResponse } from './status-details.ts';

/** What the handlers of all services share. */
export interface Door {
  readonly services: Services;
  readonly clock: Clock;
  readonly log: Log;
}

/** For callers without a deadline of their own. */
export const ANSWER_WITHIN_MS = 30_000;
/** For callers that await the end of a run without a deadline of their own. */
export const END_WITHIN_MS = 86_400_000;
/** Left for an answer to travel, at most: at the deadline itself the transport answers by itself, without details. */
const TRAVEL_MS = 20;

const ANONYMOUS = 'anonymous';

/** The parts of a transport's call that are read here. */
interface Incoming {
  /** A date, a number or infinity. */
  getDeadline(): unknown;
  readonly metadata: { get(name: string): readonly (string | Buffer)[] };
}

/**
 * The caller's deadline on the monotonic clock.
 * @param withinMs how long a caller without a deadline waits
 */
export function deadlineOf({ services, clock }: Door, call: Incoming, withinMs: number): number {
  // A date gives its milliseconds, no deadline is infinite.
  const remainingMs = Math.min(Number(call.getDeadline()) - clock.wallMs(), withinMs);
  return services.monotonicMs() + remainingMs - Math.min(TRAVEL_MS, Math.max(0, remainingMs / 10));
}

/** Who calls: the request's own word, else the header `user` that REST callers send too. */
export function callerOf(call: Incoming, user: string): string {
  if (user !== '') return user;
  const [header] = call.metadata.get('user');
  return header === undefined || header === '' ? ANONYMOUS : String(header);
}

/** What a failed call is told; a defect is logged. */
export function faultFor({ log }: Door, error: unknown): Fault {
  const fault = faultOf(error) ?? DEFECT;
  if (fault.reason === DEFECT.reason) log.error({ err: error }, 'a call failed on a defect');
  return fault;
}

/** The same as an error of the transport. */
export const errorFor = (door: Door, error: unknown): ServerErrorResponse =>
  errorResponse(faultFor(door, error));

/** A handler of one request and one answer. */
export function unary<Request extends object, Answer>(
  door: Door,
  work: (request: Request, call: Call) => Promise<Answer>,
  withinMs = ANSWER_WITHIN_MS,
): handleUnaryCall<Request, Answer> {
  return (incoming, respond) => {
    const { request } = incoming;
    const call: Call = {
      caller: callerOf(incoming, textField(request, 'user')),
      deadlineMs: deadlineOf(door, incoming, withinMs),
      requestId: optional(textField(request, 'requestId')),
    };
    work(request, call).then(
      (answer) => respond(null, answer),
      (error: unknown) => respond(errorFor(door, error)),
    );
  };
}

function textField(request: object, name: string): string {
  const value: unknown = Reflect.get(request, name);
  return typeof value === 'string' ? value : '';
}
