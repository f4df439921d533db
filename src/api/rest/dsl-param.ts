// Parameters of the YAML form of a definition: a key says name, type and mode, `!` in front of it that the value is an
// expression.
//
//   limit: 10                           a LONG, as the value says
//   ratios<array<double>>: []           what an empty list cannot say itself
//   '!twice<long>(constant)': n * 2     an expression, without a type a STRING
//   'http<pmap>': {url: …}              a MAP, whose entries are parameters in turn
//
// Whole numbers arrive as bigint, so that 1.0 is a DOUBLE and 1 a LONG.

import { isJsonObject, type JsonObject, type JsonValue } from '../../definition/json.ts';
import { PARAM_TYPES, type ParamType } from '../../definition/param-type.ts';
import { exactNumbers } from '../json.ts';
import type { Place, Translation } from './dsl-place.ts';

/** Names of types that are not those of parameters themselves. */
const TYPE_NAMES: { readonly [name: string]: ParamType } = {
  MAP: 'STRING_MAP',
  PMAP: 'MAP',
  'ARRAY<STRING>': 'STRING_ARRAY',
  'ARRAY<LONG>': 'LONG_ARRAY',
  'ARRAY<DOUBLE>': 'DOUBLE_ARRAY',
  'ARRAY<BOOLEAN>': 'BOOLEAN_ARRAY',
};

/** Types that take the values of another, beside their own. */
const WIDER: { readonly [Type in ParamType]?: readonly ParamType[] } = {
  DOUBLE: ['LONG'],
  DOUBLE_ARRAY: ['LONG_ARRAY'],
  MAP: ['STRING_MAP'],
};

const KEY = /^(!?)([^<(]*)(?:<([^()]*)>)?\s*(?:\(([^()]*)\))?$/;

/** A parameter as it was written. */
export interface WrittenParam {
  readonly key: string;
  readonly value: JsonValue;
  /** Where it stands in the document. */
  readonly written: string;
}

/** Remembers where a parameter was written: its key says what is a field of its own in the request. */
export function noteParam({ written, becomes }: Place, translation: Translation): void {
  translation.note({ written, becomes });
  for (const field of ['value', 'expression', 'type', 'mode']) {
    translation.note({ written, becomes: `${becomes}.${field}` });
  }
}

/**
 * Parameter definitions as JSON. Names and modes are checked where those are read.
 * @param path where they come to stand in the request
 */
export function paramsOf(
  entries: readonly WrittenParam[],
  path: string,
  translation: Translation,
): JsonObject {
  const params = new Map<string, JsonValue>();
  for (const { key, value, written: at } of entries) {
    const [, mark, written = '', typeName, mode] = KEY.exec(key.trim()) ?? [];
    const name = written.trim();
    if (name === '') {
      translation.refuse(at, 'be named like name, !name, name<type> or name(mode)', key);
      continue;
    }
    if (params.has(name)) translation.refuse(at, 'be given once', name);
    const place = { written: at, becomes: `${path}.${name}` };
    noteParam(place, translation);
    const type = typeName === undefined ? undefined : typeOf(typeName, at, translation);
    const body =
      mark === '!'
        ? expressionOf(value, type, at, translation)
        : literalOf(value, type, place, translation);
    params.set(name, mode === undefined ? body : { ...body, mode: mode.trim() });
  }
  return Object.fromEntries(params);
}

function typeOf(name: string, path: string, translation: Translation): ParamType | undefined {
  const upper = name.replaceAll(/\s/g, '').toUpperCase();
  const type = TYPE_NAMES[upper] ?? PARAM_TYPES.find((known) => known === upper);
  if (type === undefined) {
    const rule = `have a type such as string, long, double, boolean, array<long>, map or pmap`;
    translation.refuse(path, rule, name);
  }
  return type;
}

function expressionOf(
  value: JsonValue,
  type: ParamType | undefined,
  path: string,
  translation: Translation,
): JsonObject {
  if (typeof value === 'object') translation.refuse(path, 'be an expression', value);
  return { expression: String(value), type: type ?? 'STRING' };
}

function literalOf(
  value: JsonValue,
  declared: ParamType | undefined,
  { written, becomes }: Place,
  translation: Translation,
): JsonObject {
  const implied = impliedType(value);
  if (implied === undefined) {
    const rule = 'be a value, a list of values of one type, or an object';
    translation.refuse(written, rule, value);
    return {};
  }
  const type = declared ?? implied;
  if (type !== implied && !isEmpty(value, type) && !(WIDER[type]?.includes(implied) ?? false)) {
    translation.refuse(written, `be a ${type}, as its key says`, value);
    return {};
  }
  if (type !== 'MAP' || !isJsonObject(value)) return { value: exactNumbers(value), type };
  const entries = Object.entries(value).map(
    ([key, inner]): WrittenParam => ({ key, value: inner, written: `${written}.${key}` }),
  );
  return { value: paramsOf(entries, `${becomes}.value`, translation), type };
}

/** An empty list is a list of anything, an empty object both kinds of map. */
function isEmpty(value: JsonValue, type: ParamType): boolean {
  if (isJsonObject(value)) return type === 'STRING_MAP' && Object.keys(value).length === 0;
  return Array.isArray(value) && type.endsWith('_ARRAY') && value.length === 0;
}

function impliedType(value: JsonValue): ParamType | undefined {
  switch (typeof value) {
    case 'string':
      return 'STRING';
    case 'bigint':
      return 'LONG';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    default:
      if (value === null) return undefined;
      return isJsonObject(value) ? impliedMapType(value) : impliedListType(value);
  }
}

function impliedMapType(value: JsonObject): ParamType {
  const values = Object.values(value);
  const isOfTexts = values.length > 0 && values.every((item) => typeof item === 'string');
  return isOfTexts ? 'STRING_MAP' : 'MAP';
}

function impliedListType(items: readonly JsonValue[]): ParamType | undefined {
  const types = new Set(items.map((item) => typeof item));
  // Of whole and other numbers both, the whole ones are a way to write the others.
  if (types.has('number')) types.delete('bigint');
  if (types.size > 1) return undefined;
  const [type = 'string'] = types;
  switch (type) {
    case 'string':
      return 'STRING_ARRAY';
    case 'bigint':
      return 'LONG_ARRAY';
    case 'number':
      return 'DOUBLE_ARRAY';
    case 'boolean':
      return 'BOOLEAN_ARRAY';
    default:
      return undefined;
  }
}
