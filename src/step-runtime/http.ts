// The Http step: one call. What its answer means is decided by the step's state_expr, in the instance.
//
//   H1  Nothing is called but hosts on the list; an empty list lets nothing through. A redirect is not followed: it
//       would lead past the list.
//   H2  Every launch of an attempt carries the same idempotency key, so that whoever is called knows a repeat (promise P4).
//   H3  An answer is read up to a limit; what is longer fails the attempt for good.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import { type LaunchEffect, type LaunchState, traceOf } from '../effect.ts';
import type { Launch, Launched, Report, StepRuntime } from './contract.ts';

export interface HttpOptions {
  /** Hosts that may be called: `name`, `name:port`, `*.name` for every name below, `*` for all. */
  readonly allow: readonly string[];
  /** Bytes of an answer, at most. */
  readonly answerLimit: number;
  /** Milliseconds for a whole call. */
  readonly callMs: number;
}

export const DEFAULT_HTTP_OPTIONS: HttpOptions = {
  allow: [],
  answerLimit: 1024 * 1024,
  callMs: 30_000,
};

const IDEMPOTENCY = 'idempotency-key';
const TRACE = 'traceparent';

interface Call {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

/** Ends an attempt with a state and a reason. */
class CallFailure extends Error {
  readonly state: LaunchState;

  constructor(message: string, { state, ...options }: ErrorOptions & { state: LaunchState }) {
    super(message, options);
    this.state = state;
  }
}

/** The runtime of Http steps. */
export function httpRuntime(options: HttpOptions): StepRuntime {
  return {
    launch(launch, report) {
      const controller = new AbortController();
      void run(launch, options, controller, report);
      return { stop: () => controller.abort(STOPPED) } satisfies Launched;
    },
  };
}

const STOPPED = 'the attempt has ended otherwise';

async function run(
  { effect }: Launch,
  options: HttpOptions,
  controller: AbortController,
  report: Report,
): Promise<void> {
  const tell: Report = (outcome) => {
    if (controller.signal.reason !== STOPPED) report(outcome);
  };
  const timer = setTimeout(() => controller.abort('timeout'), options.callMs);
  let call: Call | undefined;
  try {
    call = callOf(effect, options.allow);
    tell({ kind: 'started' });
    const answer = await fetch(requestOf(call, controller.signal));
    const body = await readAnswer(answer, options.answerLimit);
    tell({
      kind: 'ended',
      state: 'DONE',
      output: { status_code: answer.status, response_body: body },
      artifacts: artifact(call, { status: 'SUCCESS', status_code: answer.status, body }),
    });
  } catch (error) {
    const failure = asFailure(error, controller.signal, options.callMs);
    tell({
      kind: 'ended',
      state: failure.state,
      messages: [failure.message],
      ...(call === undefined ? {} : { artifacts: artifact(call, { status: 'FAILED' }) }),
    });
  } finally {
    clearTimeout(timer);
  }
}

/** What cannot be asked at all will not be possible at the next attempt either. */
function requestOf({ url, method, headers, body }: Call, signal: AbortSignal): Request {
  try {
    return new Request(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CallFailure(`params.http cannot be called: ${why}`, {
      state: 'FATAL_ERROR',
      cause: error,
    });
  }
}

function artifact({ url, method }: Call, outcome: PlainObject): PlainObject {
  return { maestro_http: { request: { url: url.href, method }, ...outcome } };
}

function asFailure(error: unknown, signal: AbortSignal, callMs: number): CallFailure {
  if (error instanceof CallFailure) return error;
  if (signal.aborted) {
    return new CallFailure(`the call took longer than ${callMs} ms`, { state: 'PLATFORM_ERROR' });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CallFailure(`the call failed: ${why}`, { state: 'PLATFORM_ERROR' });
}

function callOf({ params, token }: LaunchEffect, allow: readonly string[]): Call {
  const http = objectOf(params['http']);
  const url = urlOf(http['url']);
  if (!isAllowed(url, allow)) {
    const rule = `${url.host} is not among the hosts that Http steps may call`;
    throw new CallFailure(rule, { state: 'FATAL_ERROR' });
  }
  const given = Object.entries(objectOf(http['headers']));
  const headers = given.map(([name, value]) => [name, String(value)] as const);
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  for (const name of ['content-type', 'accept']) {
    if (!named.has(name)) headers.push([name, 'application/json']);
  }
  if (!named.has(IDEMPOTENCY)) headers.push([IDEMPOTENCY, token.step_instance_uuid]);
  const { traceId, spanId } = traceOf(token.step_instance_uuid);
  if (!named.has(TRACE)) headers.push([TRACE, `00-${traceId}-${spanId}-00`]);
  const { method, body } = http;
  return {
    url,
    method: typeof method === 'string' ? method.toUpperCase() : 'GET',
    headers,
    body: typeof body === 'string' && body !== '' ? body : undefined,
  };
}

function urlOf(value: Plain | undefined): URL {
  const text = typeof value === 'string' ? value : '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new CallFailure(`params.http.url must be an http or https address: ${text}`, {
    state: 'FATAL_ERROR',
  });
}

function isAllowed({ hostname, host }: URL, allow: readonly string[]): boolean {
  return allow.some((entry) => {
    const rule = entry.toLowerCase();
    if (rule === '*' || rule === hostname || rule === host) return true;
    return rule.startsWith('*.') && hostname.endsWith(rule.slice(1));
  });
}

function objectOf(value: Plain | undefined): PlainObject {
  const isObject =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array);
  return isObject ? (value as PlainObject) : {};
}

async function readAnswer(answer: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    const bytes: Uint8Array = chunk;
    length += bytes.length;
    if (length > limit) {
      throw new CallFailure(`the answer has more than ${limit} bytes`, { state: 'FATAL_ERROR' });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
