// JSON that keeps whole numbers of 64 bits, those a double cannot hold as bigint, and the sign of a zero.
//
// Almost every text has none, and is read and written by the language's own JSON.

import { holdsNegativeZero, isNegativeZero } from '../../cluster/core/plain.ts';
import { isJsonObject, type JsonValue } from '../definition/json.ts';

/** A run of digits that may not fit into a double; inside a text it does no harm, only costs the slower reader. */
const LONG_DIGITS = /\d{16}/;

/** Reads JSON. Throws SyntaxError. */
export function readJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return LONG_DIGITS.test(text) ? new Reader(text).read() : value;
}

/** Writes JSON; fields without a value are left out. */
export function writeJson(value: unknown): string {
  if (holdsNegativeZero(value)) return write(value);
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return write(value);
  }
}

function write(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (isNegativeZero(value)) return '-0.0';
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [`${JSON.stringify(name)}:${write(field)}`],
  );
  return `{${fields.join(',')}}`;
}

const TOKEN = /\s*(?:([[\]{}:,])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null))/y;

/** Reads a text that is known to be JSON. */
class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
  }

  read(): JsonValue {
    return this.#value(this.#next());
  }

  #next(): RegExpExecArray {
    const match = TOKEN.exec(this.#text);
    if (match === null) throw new SyntaxError('the text ends too early');
    return match;
  }

  #value(token: RegExpExecArray): JsonValue {
    const [, mark, quoted, digits, word] = token;
    if (quoted !== undefined) return JSON.parse(quoted);
    if (digits !== undefined) return numberOf(digits);
    if (mark === '[') return this.#list();
    if (mark === '{') return this.#object();
    return word === 'null' ? null : word === 'true';
  }

  #list(): JsonValue {
    const items: JsonValue[] = [];
    for (let token = this.#next(); token[1] !== ']'; token = this.#next()) {
      if (token[1] !== ',') items.push(this.#value(token));
    }
    return items;
  }

  #object(): JsonValue {
    const entries: [string, JsonValue][] = [];
    for (let token = this.#next(); token[1] !== '}'; token = this.#next()) {
      if (token[2] === undefined) continue;
      const name: string = JSON.parse(token[2]);
      this.#next();
      entries.push([name, this.#value(this.#next())]);
    }
    return Object.fromEntries(entries);
  }
}

/** Whole numbers as numbers where a double holds them exactly, as bigint elsewhere. */
export function exactNumbers(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') {
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, exactNumbers(field)]),
    );
  }
  return value.map(exactNumbers);
}

function numberOf(digits: string): JsonValue {
  const value = Number(digits);
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? BigInt(digits) : value;
}
