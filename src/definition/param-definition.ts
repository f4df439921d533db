// Parameter definitions: what a person, a trigger, a parent workflow or the system says about a parameter before it is
// evaluated. A definition names a type and holds either a literal value or an expression.
//
// Invariants
// 1. At most one of value and expression is present; neither is only ever seen in the system's own defaults.
// 2. A value has the shape of its type: nothing that reads a definition checks it again.
// 3. The order of ParamDefinitions is the order in which they were written.

import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { type SimpleLiteral, impliedType, parseSimpleLiteral } from './param-literal.ts';
import { type ParamType, parseParamType } from './param-type.ts';
import { type Problem, problem } from './problem.ts';
import { type Tag, parseTags, tagToJson } from './tag.ts';

/** When a parameter may be changed, from the loosest to the strictest. */
export const PARAM_MODES = [
  'MUTABLE',
  'MUTABLE_ON_START_RESTART',
  'MUTABLE_ON_START',
  'IMMUTABLE',
  'CONSTANT',
] as const;

export type ParamMode = (typeof PARAM_MODES)[number];

/** A value as written, with the type that gives it its shape. */
export type ParamLiteral =
  | SimpleLiteral
  | { readonly type: 'MAP'; readonly value: ParamDefinitions };

interface ParamTraits {
  readonly mode?: ParamMode;
  /** Kept and shown, never run. */
  readonly validator?: string;
  readonly tags?: readonly Tag[];
  /** Keys without a meaning of their own, among them `source` and `internal_mode` of merged definitions. */
  readonly meta?: JsonObject;
}

export type LiteralDefinition = ParamTraits & { readonly kind: 'literal' } & ParamLiteral;

interface ExpressionDefinition extends ParamTraits {
  readonly kind: 'expression';
  readonly type: ParamType;
  readonly expression: string;
}

/** A name and a type without a value: the system's way to say what may or must be given. */
interface BlankDefinition extends ParamTraits {
  readonly kind: 'blank';
  readonly type: ParamType;
}

export type ParamDefinition = LiteralDefinition | ExpressionDefinition | BlankDefinition;

export type ParamDefinitions = ReadonlyMap<string, ParamDefinition>;

/** No parameters; shared. */
export const NO_PARAMS: ParamDefinitions = new Map();

const NAME = /^[_a-zA-Z][.\-_a-zA-Z0-9]*$/;
const NAME_LENGTH = 128;

/** Between a step's id and a parameter's name in a reference, therefore in neither of them. */
export const STEP_PARAM_SEPARATOR = '__';

/** The rule for step ids and parameter names, or undefined when `name` keeps it. */
export function referenceIdRule(name: string): string | undefined {
  if (name.length > NAME_LENGTH) return `have at most ${NAME_LENGTH} characters`;
  if (!NAME.test(name)) return 'begin with a letter or _ and hold only letters, digits, _ . and -';
  if (name.includes(STEP_PARAM_SEPARATOR)) return `not contain ${STEP_PARAM_SEPARATOR}`;
  if (/^maestro_/i.test(name)) return 'not begin with maestro_';
  return undefined;
}

/**
 * Reads an object of parameter definitions by name. Absent or null is none. Definitions with a problem are reported
 * under `path` and left out of the result.
 *
 * Without a `type` an expression is a STRING and a value says itself what it is. Unknown keys are kept in `meta`.
 */
export function parseParamDefinitions(
  json: unknown,
  path: string,
  problems: Problem[],
): ParamDefinitions {
  return parseEntries(json, { path, depth: 0 }, problems);
}

interface Level {
  readonly path: string;
  /** MAPs around. */
  readonly depth: number;
}

/** MAPs inside one another, at most. */
const DEPTH_LIMIT = 32;

function parseEntries(json: unknown, level: Level, problems: Problem[]): ParamDefinitions {
  const { path, depth } = level;
  if (json === undefined || json === null) return NO_PARAMS;
  if (!isJsonObject(json)) {
    problems.push(problem(path, 'be an object of parameters by name', json));
    return NO_PARAMS;
  }
  if (depth > DEPTH_LIMIT) {
    problems.push(problem(path, `lie in at most ${DEPTH_LIMIT} MAPs`, json));
    return NO_PARAMS;
  }
  const parsed = new Map<string, ParamDefinition>();
  for (const [name, value] of Object.entries(json)) {
    const at = `${path}.${name}`;
    const rule = referenceIdRule(name);
    if (rule !== undefined) problems.push(problem(at, `have a name that must ${rule}`, name));
    const definition = parseEntry(value, { path: at, depth }, problems);
    if (definition !== undefined) parsed.set(name, definition);
  }
  return parsed.size === 0 ? NO_PARAMS : parsed;
}

/** Reads one definition. Reports to `problems` and returns undefined when it is not one. */
export function parseParamDefinition(
  json: unknown,
  path: string,
  problems: Problem[],
): ParamDefinition | undefined {
  return parseEntry(json, { path, depth: 0 }, problems);
}

function parseEntry(json: unknown, level: Level, problems: Problem[]): ParamDefinition | undefined {
  const { path, depth } = level;
  if (!isJsonObject(json)) {
    problems.push(problem(path, 'be an object with a value or an expression', json));
    return undefined;
  }
  const before = problems.length;
  const traits = parseTraits(json, path, problems);
  const type = parseParamType(json['type'], `${path}.type`, problems);
  const body = parseBody(json, { path, depth, type }, problems);
  if (problems.length > before || body === undefined) return undefined;
  return { ...body, ...traits };
}

interface Place extends Level {
  readonly type: ParamType | undefined;
}

function parseBody(
  json: JsonObject,
  place: Place,
  problems: Problem[],
): ExpressionDefinition | ({ readonly kind: 'literal' } & ParamLiteral) | undefined {
  const value = json['value'] ?? undefined;
  const expression = json['expression'] ?? undefined;
  if ((value === undefined) === (expression === undefined)) {
    const found = value === undefined ? undefined : json;
    problems.push(problem(place.path, 'have either a value or an expression', found));
    return undefined;
  }
  if (value !== undefined) {
    const literal = parseLiteral(value, place, problems);
    return literal === undefined ? undefined : { kind: 'literal', ...literal };
  }
  if (typeof expression !== 'string') {
    problems.push(problem(`${place.path}.expression`, 'be a string', expression));
    return undefined;
  }
  return { kind: 'expression', type: place.type ?? 'STRING', expression };
}

const OWN_KEYS: ReadonlySet<string> = new Set([
  'name',
  'value',
  'expression',
  'type',
  'validator',
  'tags',
  'mode',
]);

function parseTraits(json: JsonObject, path: string, problems: Problem[]): ParamTraits {
  const mode = parseMode(json['mode'], `${path}.mode`, problems);
  const validator = json['validator'] ?? undefined;
  if (validator !== undefined && typeof validator !== 'string') {
    problems.push(problem(`${path}.validator`, 'be a string', validator));
  }
  const tags = parseTags(json['tags'], `${path}.tags`, problems);
  const rest = Object.entries(json).filter(([key]) => !OWN_KEYS.has(key));
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(typeof validator === 'string' ? { validator } : {}),
    ...((json['tags'] ?? undefined) === undefined ? {} : { tags }),
    ...(rest.length === 0 ? {} : { meta: Object.fromEntries(rest) }),
  };
}

/** The entries of a MAP are definitions of their own. */
function parseLiteral(
  json: JsonValue,
  place: Place,
  problems: Problem[],
): ParamLiteral | undefined {
  const path = `${place.path}.value`;
  const type = place.type ?? impliedType(json);
  if (type !== 'MAP') return parseSimpleLiteral(json, type, path, problems);
  const before = problems.length;
  const value = parseEntries(json, { path, depth: place.depth + 1 }, problems);
  return problems.length > before ? undefined : { type, value };
}

function parseMode(
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): ParamMode | undefined {
  if (json === undefined || json === null) return undefined;
  const upper = typeof json === 'string' ? json.toUpperCase() : '';
  const mode = PARAM_MODES.find((known) => known === upper);
  if (mode === undefined) problems.push(problem(path, `be one of ${PARAM_MODES.join(', ')}`, json));
  return mode;
}

/** Definitions as they are written: what parsing reads back as the same definitions. */
export function paramDefinitionsToJson(definitions: ParamDefinitions): JsonObject {
  return Object.fromEntries(
    [...definitions].map(([name, definition]) => [name, paramDefinitionToJson(definition)]),
  );
}

/** One definition as it is written. Keys in the order value or expression, type, validator, tags, mode, meta. */
export function paramDefinitionToJson(definition: ParamDefinition): JsonObject {
  return {
    ...bodyToJson(definition),
    type: definition.type,
    ...(definition.validator === undefined ? {} : { validator: definition.validator }),
    ...(definition.tags === undefined ? {} : { tags: definition.tags.map(tagToJson) }),
    ...(definition.mode === undefined ? {} : { mode: definition.mode }),
    ...definition.meta,
  };
}

function bodyToJson(definition: ParamDefinition): JsonObject {
  switch (definition.kind) {
    case 'literal':
      return { value: literalToJson(definition) };
    case 'expression':
      return { expression: definition.expression };
    case 'blank':
      return {};
  }
}

/** A literal's value as JSON; LONG values stay numbers or bigints as they were given. */
function literalToJson(literal: ParamLiteral): JsonValue {
  switch (literal.type) {
    case 'STRING_MAP':
      return Object.fromEntries(literal.value);
    case 'MAP':
      return paramDefinitionsToJson(literal.value);
    case 'STRING':
    case 'LONG':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'STRING_ARRAY':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return literal.value;
  }
}
