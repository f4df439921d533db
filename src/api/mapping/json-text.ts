// JSON as text, without losing whole numbers that a double cannot hold: they are bigint on this side.
//
// Ordinary text takes the engine's own reader and writer. Only text with a long run of digits, or a value with a bigint in
// it, is walked here.

import type { JsonValue } from '../../definition/json.ts';
import { problem } from '../../definition/problem.ts';
import { ApiError } from '../service.ts';

const LONG_DIGITS = /\d{16}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|[-\d][\d.eE+-]*|true|false|null|[[\]{}]/g;
const WHOLE = /^-?\d+$/;

/** Reads JSON. @param path names the text in the error @throws ApiError `invalid` */
export function parseJson(text: string, path: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notJson(text, path, cause);
  }
  return LONG_DIGITS.test(text) ? parseLossless(text) : value;
}

function notJson(text: string, path: string, cause: unknown): ApiError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const problems = [problem(path, 'be JSON', text)];
  return new ApiError('invalid', `${path} is not JSON: ${reason}`, { problems, cause });
}

interface Open {
  readonly kind: '[' | '{';
  readonly values: JsonValue[];
}

/** Reads text that is known to be JSON. Keys and values of an object take turns in its list. */
function parseLossless(text: string): JsonValue {
  const root: Open = { kind: '[', values: [] };
  const open: Open[] = [root];
  for (const [token] of text.matchAll(TOKEN)) {
    const inner = open.at(-1) ?? root;
    if (token === '[' || token === '{') {
      open.push({ kind: token, values: [] });
    } else if (token === ']' || token === '}') {
      open.pop();
      (open.at(-1) ?? root).values.push(closed(inner));
    } else {
      inner.values.push(scalar(token));
    }
  }
  return root.values[0] ?? null;
}

function closed({ kind, values }: Open): JsonValue {
  if (kind === '[') return values;
  const entries: [string, JsonValue][] = [];
  for (let at = 0; at < values.length; at += 2) {
    entries.push([String(values[at]), values[at + 1] ?? null]);
  }
  return Object.fromEntries(entries);
}

function scalar(token: string): JsonValue {
  const value: JsonValue = JSON.parse(token);
  const isLost = typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(token);
  return isLost ? BigInt(token) : value;
}

/** Writes a plain value as JSON: fields that are undefined are left out. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // The one thing it refuses in a plain value is a bigint.
    return losslessText(value);
  }
}

function losslessText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => losslessText(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${losslessText(field)}`).join(',')}}`;
}
