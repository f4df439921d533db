// Values as plain JSON, the way rows write them: `{ "type": …, "value": … }`.

import { doubleText } from './number-text.ts';
import type { SelValue } from './value.ts';

/**
 * A typed value in JSON. A LONG is a number, or a string beyond ±2^53; a DOUBLE without a JSON form is the string `NaN`,
 * `Infinity` or `-Infinity`, and on the way out `text` is what the language prints for it.
 */
export interface PlainValue {
  readonly type: string;
  readonly value?: unknown;
  readonly text?: unknown;
}

/** @throws TypeError for a value that is not of its type */
export function fromPlain(plain: PlainValue): SelValue {
  const { type, value } = plain;
  switch (type) {
    case 'STRING':
      return { type, value: value === null ? null : text(value) };
    case 'LONG':
      return { type, value: long(value) };
    case 'DOUBLE':
      return { type, value: double(value) };
    case 'BOOLEAN':
      return { type, value: truth(value) };
    case 'STRING_ARRAY':
      return { type, value: list(value).map((item) => (item === null ? null : text(item))) };
    case 'LONG_ARRAY':
      return { type, value: list(value).map(long) };
    case 'DOUBLE_ARRAY':
      return { type, value: list(value).map(double) };
    case 'BOOLEAN_ARRAY':
      return { type, value: list(value).map(truth) };
    case 'MAP':
      return {
        type,
        value: value === null ? null : mapOf(value, (item) => fromPlain(typed(item))),
      };
    case 'STRING_MAP':
      return {
        type: 'MAP',
        value: mapOf(value, (item) => ({ type: 'STRING', value: text(item) })),
      };
    case 'NULL':
      return { type };
    default:
      throw new TypeError(`${type} cannot be an input`);
  }
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`a STRING is text, not ${typeof value}`);
  return value;
}

function long(value: unknown): bigint {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new TypeError(`a LONG is a number or its digits, not ${typeof value}`);
  }
  if (!/^[-+]?\d{1,19}$/.test(String(value))) throw new TypeError(`${value} is no LONG`);
  const whole = BigInt(value);
  if (BigInt.asIntN(64, whole) !== whole) throw new TypeError(`${value} does not fit a LONG`);
  return whole;
}

/** Texts that mean a DOUBLE without a JSON form, or write one out. */
const DOUBLE_TEXT = /^(?:NaN|[-+]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))$/;

function double(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && DOUBLE_TEXT.test(value)) return Number(value);
  throw new TypeError(`${JSON.stringify(value)} is no DOUBLE`);
}

function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`a BOOLEAN is true or false, not ${JSON.stringify(value)}`);
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`an array is a list, not ${typeof value}`);
  return value;
}

function typed(value: unknown): PlainValue {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    throw new TypeError('an entry of a MAP has a type');
  }
  const { type } = value;
  return { type: text(type), value: 'value' in value ? value.value : undefined };
}

function mapOf(value: unknown, read: (item: unknown) => SelValue): ReadonlyMap<string, SelValue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('a MAP is an object');
  }
  return new Map(Object.entries(value).map(([key, item]) => [key, read(item)]));
}

export function toPlain(value: SelValue): PlainValue {
  const { type } = value;
  switch (value.type) {
    case 'STRING':
    case 'BOOLEAN':
    case 'STRING_ARRAY':
    case 'BOOLEAN_ARRAY':
      return { type, value: value.value };
    case 'LONG':
      return { type, value: plainLong(value.value) };
    case 'LONG_ARRAY':
      return { type, value: value.value.map(plainLong) };
    case 'DOUBLE':
      return { type, value: plainDouble(value.value), text: doubleText(value.value) };
    case 'DOUBLE_ARRAY':
      return { type, value: value.value.map(plainDouble), text: value.value.map(doubleText) };
    case 'MAP':
      return { type, value: value.value === null ? null : plainMap(value.value) };
    case 'NULL':
    case 'VOID':
      return { type };
    case 'DATETIME_FORMATTER':
      return { type };
    default:
      return { type, value: value.text };
  }
}

const LARGEST = 2n ** 53n;

const plainLong = (value: bigint): number | string =>
  value > LARGEST || value < -LARGEST ? String(value) : Number(value);

const plainDouble = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value);

/** Without a prototype, so that a key may have any name. */
function plainMap(map: ReadonlyMap<string, SelValue>): { readonly [key: string]: PlainValue } {
  const plain: { [key: string]: PlainValue } = Object.create(null);
  for (const [key, value] of map) plain[key] = toPlain(value);
  return plain;
}
