// Output parameters: values a step's work reports back for parameters the step declares.

import { type JsonValue, isJsonObject } from '../definition/json.ts';
import {
  NO_PARAMS,
  type ParamDefinition,
  parseParamDefinition,
} from '../definition/param-definition.ts';
import { impliedType, parseSimpleLiteral } from '../definition/param-literal.ts';
import { type Problem, problem } from '../definition/problem.ts';
import { type Evaluated, literalValue } from './evaluated.ts';
import { mergeParams } from './merge.ts';
import { type Parameter, type Parameters, toDefinition } from './parameter.ts';

export type OutputOutcome =
  | { readonly kind: 'merged'; readonly params: Parameters }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/**
 * Lays reported values over a step's parameters. Each must be declared and MUTABLE; MAP and STRING_MAP are merged by
 * key, everything else is replaced. All or nothing.
 * @param output plain values by name; what the parameter is decides how they are read
 */
export function mergeOutput(
  params: Parameters,
  output: { readonly [name: string]: JsonValue },
  nowMs: number,
): OutputOutcome {
  const problems: Problem[] = [];
  const merged = new Map(params);
  for (const [name, json] of Object.entries(output)) {
    const parameter = params.get(name);
    const path = `output.${name}`;
    if (parameter === undefined) {
      problems.push(problem(path, 'be a parameter that the step declares', json));
      continue;
    }
    const after = mergeOne(parameter, { name, json, nowMs }, problems);
    if (after !== undefined) merged.set(name, after);
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'merged', params: merged };
}

interface Reported {
  readonly name: string;
  readonly json: JsonValue;
  readonly nowMs: number;
}

function mergeOne(
  parameter: Parameter,
  reported: Reported,
  problems: Problem[],
): Parameter | undefined {
  const { name, json, nowMs } = reported;
  const incoming = reportedDefinition(parameter.definition, json, `output.${name}`, problems);
  if (incoming === undefined) return undefined;
  const baseline = new Map([[name, settledMode(toDefinition(parameter))]]);
  const before = problems.length;
  const merged = mergeParams(
    baseline,
    new Map([[name, incoming]]),
    { source: 'OUTPUT_PARAMETER' },
    { path: 'output', problems },
  ).get(name);
  if (merged === undefined || problems.length > before) return undefined;
  const evaluated = plainValue(merged);
  return evaluated === undefined
    ? undefined
    : { definition: merged, evaluated, evaluatedAtMs: nowMs };
}

/** A parameter that was never merged (a step's own bookkeeping) counts as CONSTANT. */
function settledMode(definition: ParamDefinition): ParamDefinition {
  return definition.mode === undefined ? { ...definition, mode: 'CONSTANT' } : definition;
}

function reportedDefinition(
  declared: ParamDefinition,
  json: JsonValue,
  path: string,
  problems: Problem[],
): ParamDefinition | undefined {
  if (declared.type !== 'MAP') {
    const literal = parseSimpleLiteral(json, declared.type, path, problems);
    return literal === undefined ? undefined : { kind: 'literal', ...literal };
  }
  if (!isJsonObject(json)) {
    problems.push(problem(path, 'be an object', json));
    return undefined;
  }
  const below = declared.kind === 'literal' && declared.type === 'MAP' ? declared.value : NO_PARAMS;
  const entries = new Map<string, ParamDefinition>();
  for (const [key, value] of Object.entries(json)) {
    const known = below.get(key);
    const entry =
      known === undefined
        ? newEntry(value, `${path}.${key}`, problems)
        : reportedDefinition(known, value, `${path}.${key}`, problems);
    if (entry !== undefined) entries.set(key, entry);
  }
  return { kind: 'literal', type: 'MAP', value: entries };
}

/** An entry the declared MAP does not have: its value says what it is. */
function newEntry(json: JsonValue, path: string, problems: Problem[]): ParamDefinition | undefined {
  const type = impliedType(json);
  if (type !== 'MAP' || !isJsonObject(json)) {
    return parseParamDefinition({ value: json }, path, problems);
  }
  const entries = new Map<string, ParamDefinition>();
  for (const [key, value] of Object.entries(json)) {
    const entry = newEntry(value, `${path}.${key}`, problems);
    if (entry !== undefined) entries.set(key, entry);
  }
  return { kind: 'literal', type: 'MAP', value: entries };
}

/** The value of a definition that is literal through and through: reported texts are not interpolated. */
function plainValue(definition: ParamDefinition): Evaluated | undefined {
  if (definition.kind !== 'literal') return undefined;
  if (definition.type !== 'MAP') return literalValue(definition);
  const entries = new Map<string, Evaluated>();
  for (const [name, entry] of definition.value) {
    const value = plainValue(entry);
    if (value === undefined) return undefined;
    entries.set(name, value);
  }
  return { type: 'MAP', value: entries };
}
