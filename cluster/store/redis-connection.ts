// One connection to Redis, with the rules that make an answer mean something.
//
//   C1  Nothing is queued while the connection is away and nothing is sent twice by the library: whoever sends knows.
//   C2  A command that was sent and not answered in time, or whose connection broke, has an unknown outcome
//       (`outcome-unknown`). One that was not sent, or refused before it did anything, has none (`store-unavailable`,
//       `store-full`).
//   C3  The connection comes back by itself, for ever.

import { Redis, ReplyError } from 'ioredis';
import { because, ClusterError } from '../core/errors.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Log } from '../port/log.ts';

/** How long a command may take, in milliseconds. It may still be carried out afterwards. */
const ANSWER_MS = 2_000;
const CONNECT_MS = 2_000;
/**
 * A socket on which a reply is awaited and nothing arrives for so long is given up: soon enough for a node to renew its
 * lease over the next one.
 */
const SILENT_SOCKET_MS = 2_500;
const RECONNECT_MS_MAX = 1_000;
/** How often a server that reads its data is asked whether it is ready. */
const LOADING_MS = 200;

export type RedisArgument = string | number | Uint8Array;

/** A Lua script, which Redis runs as one step. */
export interface RedisScript {
  readonly text: string;
  /** SHA-1 of the text, in hexadecimal digits. */
  readonly digest: string;
}

export interface RedisConnectionOptions {
  /** redis://[user:password@]host[:port][/database], or rediss:// for TLS. */
  readonly url: string;
  readonly alarms: Alarms;
  readonly log: Log;
  /** How long a command may take, in milliseconds. */
  readonly answerMs?: number;
  /** Told each time the connection is there again, after the first. */
  readonly onReconnect?: (connection: RedisConnection) => void;
}

export class RedisConnection {
  readonly #redis: Redis;
  readonly #alarms: Alarms;
  readonly #answerMs: number;

  private constructor(redis: Redis, { alarms, answerMs = ANSWER_MS }: RedisConnectionOptions) {
    this.#redis = redis;
    this.#alarms = alarms;
    this.#answerMs = answerMs;
  }

  /** Connects. Rejects with `store-unavailable` when the server does not answer. */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const { url, log, onReconnect = () => undefined } = options;
    const server = serverOf(url);
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      // The two go together: without the second, commands in flight are never answered when the connection breaks.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_SOCKET_MS,
      maxLoadingRetryTime: LOADING_MS,
      disableClientInfo: true,
      protocol: 2,
      retryStrategy: (times) => Math.min(50 * times, RECONNECT_MS_MAX),
    });
    const connection = new RedisConnection(redis, options);
    let state: 'first' | 'ready' | 'away' = 'first';
    let reason: unknown;
    redis.on('error', (error: unknown) => {
      reason = error;
    });
    redis.on('close', () => {
      // Closed by us, it has ended already.
      if (state !== 'ready' || redis.status === 'end') return;
      state = 'away';
      log.warn({ server, err: reason }, 'store connection has gone');
    });
    redis.on('ready', () => {
      const isBack = state === 'away';
      state = 'ready';
      reason = undefined;
      if (!isBack) return;
      log.info({ server }, 'store connection is back');
      onReconnect(connection);
    });
    try {
      await redis.connect();
    } catch (error) {
      redis.disconnect();
      throw because(
        reason ?? error,
        'store-unavailable',
        `the store at ${server} does not answer: ${messageOf(reason ?? error)}`,
      );
    }
    return connection;
  }

  /** Runs a script. Answers are buffers, numbers, nulls and lists of them. Rejects with a ClusterError (C2). */
  async run(
    { text, digest }: RedisScript,
    keys: readonly string[],
    values: readonly RedisArgument[],
  ): Promise<unknown> {
    const more = [keys.length, ...keys, ...values];
    try {
      return await this.command('EVALSHA', [digest, ...more]);
    } catch (error) {
      // The server has not seen this script since it started, so nothing was done.
      if (!isRefusal(error, /^NOSCRIPT/)) throw error;
      return this.command('EVAL', [text, ...more]);
    }
  }

  /** Sends a command. Rejects with a ClusterError (C2). */
  command(name: string, values: readonly RedisArgument[]): Promise<unknown> {
    if (this.#redis.status !== 'ready') {
      return Promise.reject(new ClusterError('store-unavailable', 'the store is not connected'));
    }
    return new Promise((resolve, reject) => {
      const cancel = this.#alarms.after(this.#answerMs, () =>
        reject(new ClusterError('outcome-unknown', 'the store did not answer in time')),
      );
      this.#redis.callBuffer(name, ...values.map(asArgument)).then(
        (answer) => {
          cancel();
          resolve(answer);
        },
        (error: unknown) => {
          cancel();
          reject(asClusterError(error));
        },
      );
    });
  }

  /** Breaks the connection; it comes back (C3). Whatever is in flight has an unknown outcome. */
  renew(): void {
    this.#redis.disconnect(true);
  }

  /** Waits for what is in flight, as long as a command may take. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#alarms.after(this.#answerMs, resolve);
      const done = (): void => {
        cancel();
        resolve();
      };
      this.#redis.quit().then(done, done);
    });
    this.#redis.disconnect();
  }
}

function asArgument(value: RedisArgument): string | number | Buffer {
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Refusals after which nothing has been done. */
const REFUSALS =
  /^(NOSCRIPT|MISCONF|READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|MOVED|ASK|TRYAGAIN|CROSSSLOT|ERR unknown command)\b/;
/** What the library says of a command that it did not send. */
const NOT_SENT = /isn't writeable/;

function asClusterError(error: unknown): ClusterError {
  const message = messageOf(error);
  if (error instanceof ReplyError) {
    if (message.startsWith('OOM'))
      return because(error, 'store-full', 'the store has no memory left');
    if (REFUSALS.test(message))
      return because(error, 'store-unavailable', `the store refuses: ${message}`);
    return because(error, 'outcome-unknown', `the store failed: ${message}`);
  }
  if (NOT_SENT.test(message))
    return because(error, 'store-unavailable', 'the store is not connected');
  return because(error, 'outcome-unknown', `the store did not answer: ${message}`);
}

/** Is this error, as a connection gives it, what the server said, and does that match? */
export function isRefusal(error: unknown, pattern: RegExp): boolean {
  if (!(error instanceof ClusterError) || !(error.cause instanceof ReplyError)) return false;
  return pattern.test(messageOf(error.cause));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where a server is, without its password. Throws when the address is none. */
function serverOf(url: string): string {
  const { protocol, host, search } = URL.canParse(url)
    ? new URL(url)
    : { protocol: '', host: '', search: '' };
  // The library would take options from the query, and they would win over C1.
  if (!/^rediss?:$/.test(protocol) || host === '' || search !== '') {
    throw new ClusterError(
      'store-unavailable',
      'the address of the store is not of the form redis://[user:password@]host[:port][/database]',
    );
  }
  return host;
}
