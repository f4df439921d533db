// The REST door: HTTP to handlers and back.
//
//   R1  is that of body.ts: a body larger than the limit is refused before it is read to its end.
//   R2  Every answer is JSON, errors too: {status, message, errors, retryable}. HEAD is answered like GET.
//   R3  After `close` is called no new connection is served, requests under way get their answers, and each connection
//       ends with its answer.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../../../cluster/port/log.ts';
import { asApiError } from '../actors.ts';
import { writeJson } from '../json.ts';
import { ApiError, type Services } from '../service.ts';
import { WIRE_STATUS } from '../status.ts';
import { refuse as refuseField } from '../workflow-handlers.ts';
import { BodyTooLarge, CallerGone, receiveBody } from './body.ts';
import type { RestAnswer } from './request.ts';
import { type Match, Router } from './router.ts';
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

/** How long a caller whose body was refused may be silent before the connection ends. */
const LINGER_MS = 1_000;

interface Door {
  readonly options: RestOptions;
  readonly router: Router<Route>;
  readonly server: Server;
}

/** An answer as it goes out. */
interface Written {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Starts to listen. Rejects when the address is taken. */
export async function startRest(options: RestOptions): Promise<RestDoor> {
  const server = createServer();
  const door: Door = { options, server, router: new Router(routesOf(options.services)) };
  server.on('request', (request, response) => {
    void serve(door, request, response);
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
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const written = await handle(door, request, response);
    send(door, response, written);
    response.end(written.text);
  } catch (error) {
    if (error instanceof CallerGone) return;
    const written = refusal(asApiError(error), response, door.options.log);
    if (error instanceof BodyTooLarge) {
      sendEarly(door, request, response, written);
    } else {
      send(door, response, written);
      response.end(written.text);
    }
  }
}

/** Sends the head of an answer. */
function send({ server }: Door, response: ServerResponse, { status, type, text }: Written): void {
  // R3: whoever keeps asking over one connection must not keep the door open.
  if (!server.listening) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
}

/** Answers a caller who may still be sending: were the connection ended at once, the answer would be lost with it. */
function sendEarly(
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
  written: Written,
): void {
  response.setHeader('connection', 'close');
  send(door, response, written);
  response.write(written.text);
  const end = (): void => {
    response.end();
  };
  request.once('end', end).once('close', end).resume();
  request.socket.setTimeout(LINGER_MS, end);
}

async function handle(
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Written> {
  const { options, router } = door;
  const { path, query } = targetOf(request);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  if (!path.startsWith(`${PREFIX}/`)) {
    const found = OPERATOR_ROUTES.find(method, path);
    if (found.kind !== 'route') return unrouted(found, request, path, response);
    return found.route(options);
  }
  const found = router.find(method, path.slice(PREFIX.length));
  if (found.kind !== 'route') return unrouted(found, request, path, response);
  const caller = callerOf(request, method);
  const deadlineMs = options.services.monotonicMs() + DEADLINE_MS;
  const body = await receiveBody(request, options.bodyLimit);
  return json(await found.route({ parts: found.parts, query, body, call: { caller, deadlineMs } }));
}

function unrouted(
  found: Exclude<Match<unknown>, { kind: 'route' }>,
  { method = 'GET' }: IncomingMessage,
  path: string,
  response: ServerResponse,
): Written {
  if (found.kind === 'none') throw new ApiError('not-found', `there is nothing at [${path}]`);
  const methods = found.methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  response.setHeader('allow', methods.join(', '));
  const message = `[${path}] takes ${methods.join(', ')}, not ${method}`;
  return json({ status: 405, body: errorBody('METHOD_NOT_ALLOWED', message) });
}

/** The path and the query of a request. The target may be a whole address, as proxies send it. */
function targetOf({ url = '/' }: IncomingMessage): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  if (!url.startsWith('/')) {
    if (!URL.canParse(url)) throw new ApiError('invalid', `[${url}] is no path`);
    const { pathname, searchParams } = new URL(url);
    return { path: pathname, query: searchParams };
  }
  const at = url.indexOf('?');
  if (at < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

/** Whoever changes something says who they are; readers need not. */
function callerOf({ headers: { user } }: IncomingMessage, method: string): string {
  if (typeof user === 'string' && user !== '') return user;
  if (method === 'GET') return '';
  return refuseField('header user', 'say who makes the change', user);
}

/** Metrics and health, for operators. */
const OPERATOR_ROUTES = new Router<(options: RestOptions) => Promise<Written>>({
  'GET /metrics': async ({ metrics }) => ({
    status: 200,
    type: 'text/plain; version=0.0.4',
    text: await metrics(),
  }),
  'GET /healthz': async () => json({ status: 200, body: { status: 'alive' } }),
  'GET /readyz': async ({ isReady }) =>
    isReady()
      ? json({ status: 200, body: { status: 'ready' } })
      : json({ status: 503, body: { status: 'stopping' } }),
});

function json({ status, body }: RestAnswer): Written {
  return { status, type: 'application/json', text: writeJson(body) };
}

function refusal(error: ApiError, response: ServerResponse, log: Log): Written {
  const { http, name } = WIRE_STATUS[error.code];
  if (http >= 500) log.warn({ code: error.code, err: error }, 'request failed');
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) {
    response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000));
  }
  const body = errorBody(name, error.message, error.errors, retryAfterMs !== undefined);
  return json({ status: http, body });
}

function errorBody(
  status: string,
  message: string,
  errors: readonly string[] = [],
  retryable = false,
): object {
  return { status, message, errors, retryable };
}
