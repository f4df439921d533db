// The REST door: HTTP to handlers and back.
//
//   R1  A body larger than the limit is refused before it is read to its end.
//   R2  Every answer is JSON, errors too: {status, message, errors, retryable}.
//   R3  After `close` is called no new connection is served, and requests under way get their answers.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse as parseYaml } from 'yaml';
import type { Log } from '../../../cluster/port/log.ts';
import { asApiError } from '../actors.ts';
import { readJson, writeJson } from '../json.ts';
import { ApiError, type Services } from '../service.ts';
import { WIRE_STATUS } from '../status.ts';
import type { RestAnswer } from './request.ts';
import { refuse as refuseField } from '../workflow-handlers.ts';
import { Router } from './router.ts';
import { type Route, routesOf } from './routes.ts';

export interface RestOptions {
  readonly services: Services;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly log: Log;
  /** Bytes of a body, at most. */
  readonly bodyLimit: number;
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<string>;
  /** May requests be sent here? */
  readonly isReady: () => boolean;
}

export interface RestDoor {
  readonly port: number;
  close(): Promise<void>;
}

const PREFIX = '/api/v3';

/** How long a caller who says nothing else waits. */
const DEADLINE_MS = 30_000;

/** Starts to listen. Rejects when the address is taken. */
export async function startRest(options: RestOptions): Promise<RestDoor> {
  const router = new Router(routesOf(options.services));
  const server = createServer((request, response) => {
    void serve(request, response, router, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  router: Router<Route>,
  options: RestOptions,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://node');
    if (!url.pathname.startsWith(`${PREFIX}/`)) {
      await serveNode(url.pathname, response, options);
      return;
    }
    answer(response, await handle(request, url, router, options));
  } catch (error) {
    refuse(response, asApiError(error), options.log);
  }
}

async function handle(
  request: IncomingMessage,
  url: URL,
  router: Router<Route>,
  options: RestOptions,
): Promise<RestAnswer> {
  const method = request.method ?? 'GET';
  const found = router.find(method, url.pathname.slice(PREFIX.length));
  if (found.kind !== 'route') return unrouted(found, method, url.pathname);
  const call = {
    caller: callerOf(request, method),
    deadlineMs: options.services.monotonicMs() + DEADLINE_MS,
  };
  const body = await readBody(request, options.bodyLimit);
  return found.route({ parts: found.parts, query: url.searchParams, body, call });
}

function unrouted(
  found: Exclude<ReturnType<Router<Route>['find']>, { kind: 'route' }>,
  method: string,
  path: string,
): RestAnswer {
  if (found.kind === 'none') {
    throw new ApiError('not-found', `there is nothing at [${path}]`);
  }
  const message = `[${path}] takes ${found.methods.join(', ')}, not ${method}`;
  return { status: 405, body: errorBody('METHOD_NOT_ALLOWED', message, [], false) };
}

/** Whoever changes something says who they are; readers need not. */
function callerOf({ headers: { user } }: IncomingMessage, method: string): string {
  if (typeof user === 'string' && user !== '') return user;
  if (method === 'GET') return '';
  return refuseField('header user', 'say who makes the change', user);
}

async function readBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    // R1.
    if (length > limit) {
      throw new ApiError('payload-too-large', `a body has at most ${limit} bytes`);
    }
    chunks.push(bytes);
  }
  if (length === 0) return undefined;
  const text = Buffer.concat(chunks).toString('utf8');
  const isYaml = /yaml/i.test(request.headers['content-type'] ?? '');
  try {
    return isYaml ? parseYaml(text, { intAsBigInt: false }) : readJson(text);
  } catch (error) {
    throw unreadable(isYaml ? 'YAML' : 'JSON', error);
  }
}

function unreadable(format: string, cause: unknown): ApiError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ApiError('invalid', `the body is not ${format}: ${why}`, { cause });
}

/** Metrics and health, for operators. */
async function serveNode(
  path: string,
  response: ServerResponse,
  options: RestOptions,
): Promise<void> {
  switch (path) {
    case '/metrics':
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(await options.metrics());
      return;
    case '/healthz':
      answer(response, { status: 200, body: { status: 'alive' } });
      return;
    case '/readyz': {
      const isReady = options.isReady();
      const status = isReady ? 'ready' : 'stopping';
      answer(response, { status: isReady ? 200 : 503, body: { status } });
      return;
    }
    default:
      throw new ApiError('not-found', `there is nothing at [${path}]`);
  }
}

function answer(response: ServerResponse, { status, body }: RestAnswer): void {
  const text = writeJson(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function refuse(response: ServerResponse, error: ApiError, log: Log): void {
  const { http, name } = WIRE_STATUS[error.code];
  if (http >= 500) log.warn({ code: error.code, err: error }, 'request failed');
  if (error.retryAfterMs !== undefined) {
    response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  }
  const body = errorBody(name, error.message, error.errors, error.retryAfterMs !== undefined);
  if (!response.headersSent) answer(response, { status: http, body });
  else response.end();
}

function errorBody(
  status: string,
  message: string,
  errors: readonly string[],
  retryable: boolean,
): object {
  return { status, message, errors, retryable };
}
