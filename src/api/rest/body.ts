// Reads the body of an HTTP request.
//
//   R1  A body larger than the limit is refused before it is read to its end.

import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import type { JsonValue } from '../../definition/json.ts';
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

/** The value in a body of JSON or YAML; undefined when there is none. */
export async function readBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const bytes = await readBytes(request, limit);
  if (bytes.length === 0) return undefined;
  const isYaml = /yaml/i.test(request.headers['content-type'] ?? '');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return isYaml ? readYaml(text) : readJson(text);
  } catch (error) {
    throw unreadable(isYaml ? 'YAML' : 'JSON', error);
  }
}

function readYaml(text: string): JsonValue {
  // What the text only warns of stays between it and its author: errors are enough for an answer.
  const value: JsonValue = parseYaml(text, { intAsBigInt: true, logLevel: 'error' });
  return exactNumbers(value);
}

function unreadable(format: string, cause: unknown): ApiError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ApiError('invalid', `the body is not ${format}: ${why}`, { cause });
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
