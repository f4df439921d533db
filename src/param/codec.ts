// Parameters as rows: plain values that keep every type apart. A LONG is a bigint, a DOUBLE a number, arrays and maps say
// what they are.

import { type JsonObject, type JsonValue, isJsonObject } from '../definition/json.ts';
import { paramDefinitionToJson, parseParamDefinition } from '../definition/param-definition.ts';
import type { Evaluated } from './evaluated.ts';
import { NO_PARAMETERS, type Parameter, type Parameters } from './parameter.ts';

/** Row form: `d` definition, `r` result, `t` time, `i` or `w` the note of a conversion. */
export function encodeParameters(parameters: Parameters): JsonObject {
  const rows: [string, JsonObject][] = [];
  for (const [name, parameter] of parameters) rows.push([name, encodeParameter(parameter)]);
  return Object.fromEntries(rows);
}

function encodeParameter(parameter: Parameter): JsonObject {
  const { definition, evaluated, evaluatedAtMs, note } = parameter;
  return {
    d: paramDefinitionToJson(definition),
    r: encodeEvaluated(evaluated),
    t: evaluatedAtMs,
    ...(note === undefined ? {} : 'info' in note ? { i: note.info } : { w: note.warn }),
  };
}

/** Reads rows back. Throws on anything encodeParameters does not write. */
export function decodeParameters(rows: { readonly [name: string]: unknown }): Parameters {
  const parameters = new Map<string, Parameter>();
  for (const [name, row] of Object.entries(rows)) parameters.set(name, decodeParameter(name, row));
  return parameters.size === 0 ? NO_PARAMETERS : parameters;
}

function decodeParameter(name: string, row: unknown): Parameter {
  if (!isJsonObject(row)) throw new TypeError(`parameter ${name} is not a row`);
  const definition = parseParamDefinition(row['d'], name, []);
  const time = row['t'];
  if (definition === undefined || typeof time !== 'number' || row['r'] === undefined) {
    throw new TypeError(`parameter ${name} is not a row of definition, result and time`);
  }
  const parameter = { definition, evaluated: decodeEvaluated(row['r']), evaluatedAtMs: time };
  if (typeof row['i'] === 'string') return { ...parameter, note: { info: row['i'] } };
  return typeof row['w'] === 'string' ? { ...parameter, note: { warn: row['w'] } } : parameter;
}

/** A value as plain data: scalars as they are, `[type, items]` for arrays, `['MAP', [[key, value], …]]` for maps. */
export function encodeEvaluated(value: Evaluated): JsonValue {
  switch (value.type) {
    case 'STRING':
    case 'LONG':
    case 'DOUBLE':
    case 'BOOLEAN':
      return value.value;
    case 'STRING_ARRAY':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return [value.type, value.value];
    case 'MAP':
      return [value.type, [...value.value].map(([key, item]) => [key, encodeEvaluated(item)])];
  }
}

/** Reads a value back. Throws on anything encodeEvaluated does not write. */
export function decodeEvaluated(plain: JsonValue): Evaluated {
  switch (typeof plain) {
    case 'string':
      return { type: 'STRING', value: plain };
    case 'bigint':
      return { type: 'LONG', value: plain };
    case 'number':
      return { type: 'DOUBLE', value: plain };
    case 'boolean':
      return { type: 'BOOLEAN', value: plain };
    default:
      return decodeTagged(plain);
  }
}

function decodeTagged(plain: JsonValue): Evaluated {
  if (!Array.isArray(plain) || !Array.isArray(plain[1]))
    throw new TypeError('not an encoded value');
  const [type, items]: readonly JsonValue[] = plain;
  if (!Array.isArray(items)) throw new TypeError('not an encoded value');
  switch (type) {
    case 'STRING_ARRAY':
      return { type, value: items.map((item) => (item === null ? null : String(item))) };
    case 'LONG_ARRAY':
      return { type, value: items.map((item) => BigInt(String(item))) };
    case 'DOUBLE_ARRAY':
      return { type, value: items.map(Number) };
    case 'BOOLEAN_ARRAY':
      return { type, value: items.map((item) => item === true) };
    case 'MAP':
      return { type, value: decodeEntries(items) };
    default:
      throw new TypeError(`not an encoded value: ${String(type)}`);
  }
}

function decodeEntries(items: readonly JsonValue[]): ReadonlyMap<string, Evaluated> {
  const entries = new Map<string, Evaluated>();
  for (const item of items) {
    if (!Array.isArray(item)) throw new TypeError('not an encoded entry');
    const [key, value]: readonly JsonValue[] = item;
    if (typeof key !== 'string' || value === undefined) throw new TypeError('not an encoded entry');
    entries.set(key, decodeEvaluated(value));
  }
  return entries;
}
