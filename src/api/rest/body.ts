// Receives and reads the bodies of HTTP requests.
//
//   R1  A body larger than the limit is refused before it is read to its end.

import type { IncomingMessage } from 'node:http';
import type { JsonValue } from '../../definition/json.ts';
import { readYaml } from '../../definition/yaml.ts';
import { exactNumbers, readJson } from '../json.ts';
import { ApiError } from '../service.ts';

/** The caller went away before the request was whole: there is nobody to answer. */
export class CallerGone extends Error {}

/** A request whose body is not read to its end. The rest of it must be taken from the connection, or ended with it. */
export class BodyTooLarge extends ApiError {
  constructor(limit: number) {
    super('payload-too-large', `a body has at most ${limit} bytes`);
  }
}

/** A body that was received, read as whoever asked for it wants it. */
export class Body {
  readonly #bytes: Uint8Array;
  readonly #isYaml: boolean;

  constructor(bytes: Uint8Array, contentType: string) {
    this.#bytes = bytes;
    this.#isYaml = /yaml/i.test(contentType);
  }

  /** The value in the body, JSON or YAML as its type says; undefined when there is none. */
  value(): JsonValue | undefined {
    if (this.#bytes.length === 0) return undefined;
    return this.#isYaml ? exactNumbers(this.yaml()) : this.#read('JSON', readJson);
  }

  /** The body as YAML, whatever its type says, with all whole numbers as bigint. */
  yaml(): JsonValue {
    return this.#read('YAML', readYaml);
  }

  #read(format: string, read: (text: string) => JsonValue): JsonValue {
    try {
      return read(new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes));
    } catch (error) {
      throw unreadable(format, error);
    }
  }
}

function unreadable(format: string, cause: unknown): ApiError {
  const message = cause instanceof Error ? cause.message : String(cause);
  // Readers go down by recursion.
  const isTooDeep = cause instanceof RangeError;
  const why = isTooDeep ? 'too many objects and lists lie inside one another' : message;
  return new ApiError('invalid', `the body is not ${format}: ${why}`, { cause });
}

/** Receives the body of a request. Throws BodyTooLarge, CallerGone. */
export async function receiveBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Body(await readBytes(request, limit), request.headers['content-type'] ?? '');
}

/** Events, and not iteration, which would take the connection down with a refused body. */
function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (): void => {
      request.removeAllListeners('data');
      chunks.length = 0;
      reject(new BodyTooLarge(limit));
    };
    request.once('error', () => reject(new CallerGone()));
    request.once('close', () => reject(new CallerGone()));
    request.once('end', () => resolve(Buffer.concat(chunks)));
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      refuse();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) refuse();
      else chunks.push(chunk);
    });
  });
}
