// Literal values of parameters: JSON in, a value of the right shape out.
//
// A value may be written in the neighbouring scalar type, as people do in YAML and in query tools: "5" for a LONG, 5
// for a STRING. Nothing that would lose information is accepted.

import { type JsonValue, isJsonObject } from './json.ts';
import type { ParamType } from './param-type.ts';
import { type Problem, problem } from './problem.ts';

/** A literal of any type but MAP, whose entries are definitions. */
export type SimpleLiteral =
  | { readonly type: 'STRING'; readonly value: string }
  | { readonly type: 'LONG'; readonly value: number | bigint }
  | { readonly type: 'DOUBLE'; readonly value: number }
  | { readonly type: 'BOOLEAN'; readonly value: boolean }
  | { readonly type: 'STRING_MAP'; readonly value: ReadonlyMap<string, string> }
  | { readonly type: 'STRING_ARRAY'; readonly value: readonly string[] }
  | { readonly type: 'LONG_ARRAY'; readonly value: readonly (number | bigint)[] }
  | { readonly type: 'DOUBLE_ARRAY'; readonly value: readonly number[] }
  | { readonly type: 'BOOLEAN_ARRAY'; readonly value: readonly boolean[] };

/** Reads a value of a type that stands at `path`. Reports to `problems` and returns undefined when it is none. */
export function parseSimpleLiteral(
  json: JsonValue,
  type: SimpleLiteral['type'],
  path: string,
  problems: Problem[],
): SimpleLiteral | undefined {
  switch (type) {
    case 'STRING':
      return scalar(text(json), (value) => ({ type, value }), {
        path,
        json,
        rule: 'be a string',
        problems,
      });
    case 'LONG':
      return scalar(whole(json), (value) => ({ type, value }), {
        path,
        json,
        rule: LONG_RULE,
        problems,
      });
    case 'DOUBLE':
      return scalar(decimal(json), (value) => ({ type, value }), {
        path,
        json,
        rule: 'be a number',
        problems,
      });
    case 'BOOLEAN':
      return scalar(truth(json), (value) => ({ type, value }), {
        path,
        json,
        rule: 'be true or false',
        problems,
      });
    case 'STRING_ARRAY':
      return list(json, text, (value) => ({ type, value }), {
        path,
        rule: 'be a string',
        problems,
      });
    case 'LONG_ARRAY':
      return list(json, whole, (value) => ({ type, value }), { path, rule: LONG_RULE, problems });
    case 'DOUBLE_ARRAY':
      return list(json, decimal, (value) => ({ type, value }), {
        path,
        rule: 'be a number',
        problems,
      });
    case 'BOOLEAN_ARRAY':
      return list(json, truth, (value) => ({ type, value }), {
        path,
        rule: 'be true or false',
        problems,
      });
    case 'STRING_MAP':
      return stringMap(json, path, problems);
  }
}

/** The type of a value that comes without one: a list by its items, an object of strings is a STRING_MAP. */
export function impliedType(json: JsonValue): ParamType {
  switch (typeof json) {
    case 'string':
      return 'STRING';
    case 'boolean':
      return 'BOOLEAN';
    case 'bigint':
      return 'LONG';
    case 'number':
      return Number.isInteger(json) ? 'LONG' : 'DOUBLE';
    default:
      return Array.isArray(json) ? impliedListType(json) : impliedMapType(json);
  }
}

function impliedListType(items: readonly JsonValue[]): ParamType {
  if (items.length === 0) return 'STRING_ARRAY';
  if (items.every((item) => typeof item === 'boolean')) return 'BOOLEAN_ARRAY';
  if (items.every((item) => typeof item === 'bigint' || Number.isInteger(item)))
    return 'LONG_ARRAY';
  if (items.every((item) => typeof item === 'number')) return 'DOUBLE_ARRAY';
  return 'STRING_ARRAY';
}

function impliedMapType(json: JsonValue): ParamType {
  if (!isJsonObject(json)) return 'MAP';
  const values = Object.values(json);
  return values.length > 0 && values.every((value) => typeof value === 'string')
    ? 'STRING_MAP'
    : 'MAP';
}

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const LONG_RULE = 'be a whole number of 64 bits';

function text(json: JsonValue): string | undefined {
  switch (typeof json) {
    case 'string':
      return json;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(json);
    default:
      return undefined;
  }
}

function whole(json: JsonValue): number | bigint | undefined {
  // Whole numbers have one zero.
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json + 0 : undefined;
  if (typeof json === 'bigint') return json >= LONG_MIN && json <= LONG_MAX ? json : undefined;
  if (typeof json !== 'string' || !/^[+-]?\d{1,19}$/.test(json)) return undefined;
  const big = BigInt(json.startsWith('+') ? json.slice(1) : json);
  if (big < LONG_MIN || big > LONG_MAX) return undefined;
  const small = Number(big);
  return Number.isSafeInteger(small) ? small : big;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function decimal(json: JsonValue): number | undefined {
  const value = typeof json === 'string' && DECIMAL.test(json) ? Number(json) : json;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  // JSON may say 1e999, but what that gives cannot be written as JSON again.
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
}

function truth(json: JsonValue): boolean | undefined {
  if (typeof json === 'boolean') return json;
  if (typeof json !== 'string') return undefined;
  const lower = json.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

interface Check {
  readonly path: string;
  readonly rule: string;
  readonly problems: Problem[];
}

function scalar<Value>(
  value: Value | undefined,
  build: (value: Value) => SimpleLiteral,
  check: Check & { readonly json: JsonValue },
): SimpleLiteral | undefined {
  if (value !== undefined) return build(value);
  check.problems.push(problem(check.path, check.rule, check.json));
  return undefined;
}

function list<Value>(
  json: JsonValue,
  read: (item: JsonValue) => Value | undefined,
  build: (values: readonly Value[]) => SimpleLiteral,
  check: Check,
): SimpleLiteral | undefined {
  if (!Array.isArray(json)) {
    check.problems.push(problem(check.path, 'be a list', json));
    return undefined;
  }
  const before = check.problems.length;
  const values: Value[] = [];
  json.forEach((item: JsonValue, index) => {
    const value = read(item);
    if (value === undefined)
      check.problems.push(problem(`${check.path}[${index}]`, check.rule, item));
    else values.push(value);
  });
  return check.problems.length > before ? undefined : build(values);
}

function stringMap(json: JsonValue, path: string, problems: Problem[]): SimpleLiteral | undefined {
  if (!isJsonObject(json)) {
    problems.push(problem(path, 'be an object of strings', json));
    return undefined;
  }
  const before = problems.length;
  const entries = new Map<string, string>();
  for (const [key, item] of Object.entries(json)) {
    const value = text(item);
    if (value === undefined) problems.push(problem(`${path}.${key}`, 'be a string', item));
    else entries.set(key, value);
  }
  return problems.length > before ? undefined : { type: 'STRING_MAP', value: entries };
}
