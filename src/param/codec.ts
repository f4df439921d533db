// Parameters as rows: plain values that keep every type apart. A LONG is a bigint, a DOUBLE a number, arrays and maps say
// what they are.

import { type JsonObject, type JsonValue, isJsonObject } from '../definition/json.ts';
import {
  NO_PARAMS,
  type ParamDefinitions,
  paramDefinitionToJson,
  parseParamDefinition,
} from '../definition/param-definition.ts';
import type { Evaluated } from './evaluated.ts';
import { NO_PARAMETERS, type Parameter, type Parameters } from './parameter.ts';

/**
 * Row form: `d` definition, `r` result, `t` time, `i` or `w` the note of a conversion.
 * @param base definitions that the reader of the rows has as well (definedParams, definedStepParams): what is in it
 * unchanged is not written again
 */
export function encodeParameters(
  parameters: Parameters,
  base: ParamDefinitions = NO_PARAMS,
): JsonObject {
  const rows: [string, JsonObject][] = [];
  for (const [name, parameter] of parameters) {
    rows.push([name, encodeParameter(parameter, base.get(name) === parameter.definition)]);
  }
  return Object.fromEntries(rows);
}

function encodeParameter(parameter: Parameter, known: boolean): JsonObject {
  const { definition, evaluated, evaluatedAtMs, note } = parameter;
  const row = { r: encodeEvaluated(evaluated), t: evaluatedAtMs };
  if (known && note === undefined) return row;
  return {
    ...row,
    ...(known ? {} : { d: paramDefinitionToJson(definition) }),
    ...(note === undefined ? {} : 'info' in note ? { i: note.info } : { w: note.warn }),
  };
}

/**
 * Reads rows back. Throws on anything encodeParameters does not write.
 * @param base the definitions they were written beside
 */
export function decodeParameters(
  rows: { readonly [name: string]: unknown },
  base: ParamDefinitions = NO_PARAMS,
): Parameters {
  const parameters = new Map<string, Parameter>();
  for (const [name, row] of Object.entries(rows)) {
    parameters.set(name, decodeParameter(name, row, base));
  }
  return parameters.size === 0 ? NO_PARAMETERS : parameters;
}

function decodeParameter(name: string, row: unknown, base: ParamDefinitions): Parameter {
  if (!isJsonObject(row)) throw new TypeError(`parameter ${name} is not a row`);
  const { d, r, t, i, w } = row;
  const definition = d === undefined ? base.get(name) : parseParamDefinition(d, name, []);
  if (definition === undefined || typeof t !== 'number' || r === undefined) {
    throw new TypeError(`parameter ${name} is not a row of definition, result and time`);
  }
  const parameter = { definition, evaluated: decodeEvaluated(r), evaluatedAtMs: t };
  if (typeof i === 'string') return { ...parameter, note: { info: i } };
  return typeof w === 'string' ? { ...parameter, note: { warn: w } } : parameter;
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
