// One connection to Redis, with the rules that make an answer mean something.
//
//   C1  Nothing is queued while the connection is away and nothing is sent twice by the library: whoever sends knows.
//   C2  A command that was not answered in time, or whose connection broke, has an unknown outcome (`outcome-unknown`);
//       one that was refused before it did anything has none (`store-unavailable`, `store-full`).
//   C3  The connection comes back by itself, for ever.

import { Redis, ReplyError } from 'ioredis';
import { because, ClusterError } from '../core/errors.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Log } from '../port/log.ts';

/** How long a command may take, in milliseconds. It may still be carried out afterwards. */
const ANSWER_MS = 2_000;
const CONNECT_MS = 2_000;
/** A socket on which a reply is awaited and nothing arrives for so long is given up. */
const SILENT_SOCKET_MS = 5_000;
const RECONNECT_MS_MAX = 1_000;

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
  /** Told each time the connection is there again, after the first. */
  readonly onReconnect?: () => void;
}

export class RedisConnection {
  readonly #redis: Redis;
  readonly #alarms: Alarms;

  private constructor(redis: Redis, alarms: Alarms) {
    this.#redis = redis;
    this.#alarms = alarms;
  }

  /** Connects. Rejects with `store-unavailable` when the server does not answer. */
  static async open({
    url,
    alarms,
    log,
    onReconnect,
  }: RedisConnectionOptions): Promise<RedisConnection> {
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_SOCKET_MS,
      protocol: 2,
      retryStrategy: (times) => Math.min(50 * times, RECONNECT_MS_MAX),
    });
    let wasReady = false;
    redis.on('error', (error: unknown) => log.warn({ err: error }, 'store connection has failed'));
    redis.on('ready', () => {
      if (wasReady) onReconnect?.();
      wasReady = true;
    });
    try {
      await redis.connect();
    } catch (error) {
      redis.disconnect();
      throw because(error, 'store-unavailable', `the store at ${hostOf(url)} does not answer`);
    }
    return new RedisConnection(redis, alarms);
  }

  /** Runs a script. Answers are buffers, numbers and lists of them. Rejects with a ClusterError (C2). */
  async run(
    { text, digest }: RedisScript,
    keys: readonly string[],
    values: readonly RedisArgument[],
  ): Promise<unknown> {
    const more = [keys.length, ...keys, ...values];
    try {
      return await this.#send('EVALSHA', [digest, ...more]);
    } catch (error) {
      // The server has not seen this script since it started, so nothing was done.
      if (!(error instanceof ClusterError) || !isMissingScript(error.cause)) throw error;
      return this.#send('EVAL', [text, ...more]);
    }
  }

  /** Sends a command. Rejects with a ClusterError (C2). */
  command(name: string, values: readonly RedisArgument[]): Promise<unknown> {
    return this.#send(name, values);
  }

  async close(): Promise<void> {
    await this.#redis.quit().catch(() => undefined);
    this.#redis.disconnect();
  }

  #send(name: string, values: readonly RedisArgument[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel = this.#alarms.after(ANSWER_MS, () =>
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
}

function asArgument(value: RedisArgument): string | number | Buffer {
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Refusals after which nothing has been done. */
const REFUSALS =
  /^(MISCONF|READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|NOAUTH|WRONGPASS)/;
/** What the library says of a command that it did not send. */
const NOT_SENT = /isn't writeable|Connection is closed before|enableOfflineQueue/;

function asClusterError(error: unknown): ClusterError {
  const message = error instanceof Error ? error.message : String(error);
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

function isMissingScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** Where a server is, without its password. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is none';
}
