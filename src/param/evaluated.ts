// Evaluated results: the values parameters have once they are evaluated, and how they are converted to a declared type.
//
// Every Evaluated is also a value of the expression language, so that reading a parameter from an expression costs
// nothing. A STRING_MAP parameter evaluates to a MAP of STRINGs.

import type { JsonObject, JsonValue } from '../definition/json.ts';
import type { SimpleLiteral } from '../definition/param-literal.ts';
import type { ParamType } from '../definition/param-type.ts';
import { doubleText } from './double-text.ts';

export type Evaluated =
  | { readonly type: 'STRING'; readonly value: string }
  | { readonly type: 'LONG'; readonly value: bigint }
  | { readonly type: 'DOUBLE'; readonly value: number }
  | { readonly type: 'BOOLEAN'; readonly value: boolean }
  | { readonly type: 'STRING_ARRAY'; readonly value: readonly (string | null)[] }
  | { readonly type: 'LONG_ARRAY'; readonly value: readonly bigint[] }
  | { readonly type: 'DOUBLE_ARRAY'; readonly value: readonly number[] }
  | { readonly type: 'BOOLEAN_ARRAY'; readonly value: readonly boolean[] }
  | { readonly type: 'MAP'; readonly value: ReadonlyMap<string, Evaluated> };

/** A result in its declared type; `note` tells that it was converted, and whether that deserves a second look. */
export interface Coerced {
  readonly value: Evaluated;
  readonly note?: ConversionNote;
}

export type ConversionNote = { readonly info: string } | { readonly warn: string };

const WHOLE = /^[+-]?\d{1,19}$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Converts a result to the declared type; undefined when that type cannot take it. */
export function coerce(value: Evaluated, type: ParamType): Coerced | undefined {
  switch (type) {
    case 'STRING':
      return toText(value);
    case 'LONG':
      return toLong(value);
    case 'DOUBLE':
      return toDouble(value);
    case 'BOOLEAN':
      return toBoolean(value);
    case 'STRING_ARRAY':
      return toTextArray(value);
    case 'DOUBLE_ARRAY':
      return toDoubleArray(value);
    case 'STRING_MAP':
      return toStringMap(value);
    case 'LONG_ARRAY':
    case 'BOOLEAN_ARRAY':
    case 'MAP':
      return value.type === type ? { value } : undefined;
  }
}

/** The text of a scalar as the expression language prints it; undefined for arrays and maps. */
export function scalarText(value: Evaluated): string | undefined {
  switch (value.type) {
    case 'STRING':
      return value.value;
    case 'LONG':
    case 'BOOLEAN':
      return String(value.value);
    case 'DOUBLE':
      return doubleText(value.value);
    case 'STRING_ARRAY':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
    case 'MAP':
      return undefined;
  }
}

function toText(value: Evaluated): Coerced | undefined {
  if (value.type === 'STRING') return { value };
  const text = scalarText(value);
  if (text === undefined) return undefined;
  return { value: { type: 'STRING', value: text }, note: converted(value, 'STRING') };
}

function toLong(value: Evaluated): Coerced | undefined {
  if (value.type === 'LONG') return { value };
  if (value.type !== 'STRING' || !WHOLE.test(value.value)) return undefined;
  const long = BigInt(value.value.startsWith('+') ? value.value.slice(1) : value.value);
  if (long !== BigInt.asIntN(64, long)) return undefined;
  return {
    value: { type: 'LONG', value: long },
    note: { warn: 'The evaluated result was converted from STRING to LONG' },
  };
}

function toDouble(value: Evaluated): Coerced | undefined {
  if (value.type === 'DOUBLE') return Number.isFinite(value.value) ? { value } : undefined;
  if (value.type === 'LONG') return { value: { type: 'DOUBLE', value: Number(value.value) } };
  if (value.type !== 'STRING' || !DECIMAL.test(value.value)) return undefined;
  return { value: { type: 'DOUBLE', value: Number(value.value) } };
}

function toBoolean(value: Evaluated): Coerced | undefined {
  if (value.type === 'BOOLEAN') return { value };
  if (value.type !== 'STRING') return undefined;
  const text = value.value.toLowerCase();
  if (text !== 'true' && text !== 'false') return undefined;
  return { value: { type: 'BOOLEAN', value: text === 'true' } };
}

function toTextArray(value: Evaluated): Coerced | undefined {
  switch (value.type) {
    case 'STRING_ARRAY':
      return { value };
    case 'LONG_ARRAY':
    case 'BOOLEAN_ARRAY':
      return texts(value, value.value.map(String));
    case 'DOUBLE_ARRAY':
      return texts(value, value.value.map(doubleText));
    case 'STRING':
    case 'LONG':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'MAP':
      return undefined;
  }
}

function texts(from: Evaluated, value: readonly string[]): Coerced {
  return { value: { type: 'STRING_ARRAY', value }, note: converted(from, 'STRING_ARRAY') };
}

function toDoubleArray(value: Evaluated): Coerced | undefined {
  if (value.type === 'DOUBLE_ARRAY') {
    return value.value.every(Number.isFinite) ? { value } : undefined;
  }
  if (value.type === 'LONG_ARRAY') {
    return { value: { type: 'DOUBLE_ARRAY', value: value.value.map(Number) } };
  }
  if (value.type !== 'STRING_ARRAY') return undefined;
  if (!value.value.every((item) => item !== null && DECIMAL.test(item))) return undefined;
  return { value: { type: 'DOUBLE_ARRAY', value: value.value.map(Number) } };
}

function toStringMap(value: Evaluated): Coerced | undefined {
  if (value.type !== 'MAP') return undefined;
  let changed = false;
  const entries = new Map<string, Evaluated>();
  for (const [key, item] of value.value) {
    const text = scalarText(item);
    if (text === undefined) return undefined;
    changed ||= item.type !== 'STRING';
    entries.set(key, { type: 'STRING', value: text });
  }
  if (!changed) return { value };
  return { value: { type: 'MAP', value: entries }, note: converted(value, 'STRING_MAP') };
}

function converted(from: Evaluated, to: ParamType): ConversionNote {
  return { info: `The evaluated result was converted from ${from.type} to ${to}` };
}

/** The value a literal stands for, before any interpolation. */
export function literalValue(literal: SimpleLiteral): Evaluated {
  switch (literal.type) {
    case 'LONG':
      return { type: 'LONG', value: BigInt(literal.value) };
    case 'LONG_ARRAY':
      return { type: 'LONG_ARRAY', value: literal.value.map(BigInt) };
    case 'STRING_MAP': {
      const entries = new Map<string, Evaluated>();
      for (const [key, value] of literal.value) entries.set(key, { type: 'STRING', value });
      return { type: 'MAP', value: entries };
    }
    case 'STRING':
      return { type: 'STRING', value: literal.value };
    case 'DOUBLE':
      return { type: 'DOUBLE', value: literal.value };
    case 'BOOLEAN':
      return { type: 'BOOLEAN', value: literal.value };
    case 'STRING_ARRAY':
      return { type: 'STRING_ARRAY', value: literal.value };
    case 'DOUBLE_ARRAY':
      return { type: 'DOUBLE_ARRAY', value: literal.value };
    case 'BOOLEAN_ARRAY':
      return { type: 'BOOLEAN_ARRAY', value: literal.value };
  }
}

/** A literal that evaluates to `value`, for every type but MAP. `value` is of type `type`. */
export function valueLiteral(
  value: Evaluated,
  type: SimpleLiteral['type'],
): SimpleLiteral | undefined {
  switch (value.type) {
    case 'LONG':
      return { type: 'LONG', value: plainLong(value.value) };
    case 'LONG_ARRAY':
      return { type: 'LONG_ARRAY', value: value.value.map(plainLong) };
    case 'STRING_ARRAY':
      return { type: 'STRING_ARRAY', value: value.value.map((item) => item ?? '') };
    case 'STRING':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return value;
    case 'MAP':
      return type === 'STRING_MAP' ? { type, value: textEntries(value.value) } : undefined;
  }
}

function textEntries(entries: ReadonlyMap<string, Evaluated>): ReadonlyMap<string, string> {
  return new Map([...entries].map(([key, item]) => [key, scalarText(item) ?? '']));
}

/** A LONG as a number where that is exact, as JSON shows it. */
function plainLong(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A value as JSON. LONGs beyond the exact range of a number stay bigint, for a writer that can tell them. */
export function evaluatedToJson(value: Evaluated): JsonValue {
  switch (value.type) {
    case 'LONG':
      return plainLong(value.value);
    case 'LONG_ARRAY':
      return value.value.map(plainLong);
    case 'MAP': {
      const entries: [string, JsonValue][] = [];
      for (const [key, item] of value.value) entries.push([key, evaluatedToJson(item)]);
      const object: JsonObject = Object.fromEntries(entries);
      return object;
    }
    case 'STRING':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'STRING_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return value.value;
  }
}
