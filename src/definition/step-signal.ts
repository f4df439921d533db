// Signals of a step: those it waits for before it begins, and those it announces when it is done.

import { Fields } from './fields.ts';
import type { JsonObject, JsonValue } from './json.ts';
import {
  NO_PARAMS,
  type ParamDefinition,
  type ParamDefinitions,
  paramDefinitionsToJson,
  paramDefinitionToJson,
  parseParamDefinition,
  parseParamDefinitions,
} from './param-definition.ts';
import { type Problem, problem } from './problem.ts';
import { nameRule } from './tag.ts';

export const MATCH_OPERATORS = ['=', '>', '>=', '<', '<='] as const;

export type MatchOperator = (typeof MATCH_OPERATORS)[number];

/** A parameter that a signal must carry. */
interface DependencyMatch {
  readonly name: string;
  /** STRING or LONG. */
  readonly param: ParamDefinition;
  readonly operator: MatchOperator;
}

/** A signal a step waits for. */
export interface SignalDependency {
  /** May name parameters. */
  readonly name: string;
  readonly matches: readonly DependencyMatch[];
}

/** A signal a step announces. */
export interface SignalOutput {
  /** May name parameters. */
  readonly name: string;
  /** STRING and LONG. */
  readonly params: ParamDefinitions;
  readonly payload: ParamDefinitions;
}

/** The field signal_dependencies. Absent is none; an empty list is a problem. */
export function parseSignalDependencies(fields: Fields): readonly SignalDependency[] {
  return entries(fields, 'signal_dependencies', (inner) => {
    const name = signalName(inner);
    const matches = parseMatches(inner);
    return name === undefined ? undefined : { name, matches };
  });
}

/** The field signal_outputs. Absent is none; an empty list is a problem. */
export function parseSignalOutputs(fields: Fields): readonly SignalOutput[] {
  return entries(fields, 'signal_outputs', (inner) => {
    const name = signalName(inner);
    const params = parseValues(inner, 'params');
    for (const [param, definition] of params) {
      checkSignalParam(definition, `${inner.pathOf('params')}.${param}`, inner.problems);
    }
    const payload = parseValues(inner, 'payload');
    return name === undefined ? undefined : { name, params, payload };
  });
}

function entries<Entry>(
  fields: Fields,
  name: string,
  read: (inner: Fields) => Entry | undefined,
): readonly Entry[] {
  const list = fields.list(name);
  if (list === undefined) return [];
  if (list.length === 0) fields.refuse(name, 'hold at least one signal, or be left out');
  const found: Entry[] = [];
  const kept: JsonObject[] = [];
  list.forEach((item, index) => {
    const inner = Fields.of(item, `${fields.pathOf(name)}[${index}]`, fields.problems);
    if (inner === undefined) return;
    const entry = read(inner);
    kept.push(inner.close());
    if (entry !== undefined) found.push(entry);
  });
  fields.keep(name, kept);
  return found;
}

function signalName(fields: Fields): string | undefined {
  const name = fields.requiredText('name');
  const rule = name === undefined || name.includes('$') ? undefined : nameRule(name);
  if (rule !== undefined) fields.refuse('name', rule);
  return name;
}

function parseMatches(fields: Fields): readonly DependencyMatch[] {
  const json = fields.object('match_params');
  if (json === undefined) return [];
  const path = fields.pathOf('match_params');
  const kept = new Map<string, JsonValue>();
  const matches: DependencyMatch[] = [];
  for (const [name, value] of Object.entries(json)) {
    const inner = Fields.of(value, `${path}.${name}`, fields.problems);
    if (inner === undefined) continue;
    const param = parseParamDefinition(inner.read('param'), inner.pathOf('param'), inner.problems);
    const operator = inner.word('operator', MATCH_OPERATORS) ?? '=';
    inner.close();
    if (param === undefined) continue;
    checkSignalParam(param, inner.pathOf('param'), inner.problems);
    matches.push({ name, param, operator });
    kept.set(name, { param: paramDefinitionToJson(param), operator });
  }
  const ranges = matches.filter(({ operator }) => operator !== '=');
  if (ranges.length > 1) {
    const found = ranges.map(({ name, operator }) => `${name} ${operator}`).join(', ');
    fields.problems.push({ path, rule: 'have at most one operator other than =', found });
  }
  fields.keep('match_params', Object.fromEntries(kept));
  return matches;
}

function checkSignalParam(param: ParamDefinition, path: string, problems: Problem[]): void {
  if (param.type === 'STRING' || param.type === 'LONG') return;
  problems.push(problem(`${path}.type`, 'be STRING or LONG in a signal', param.type));
}

function parseValues(fields: Fields, name: string): ParamDefinitions {
  const json = fields.read(name);
  if (json === undefined) return NO_PARAMS;
  const params = parseParamDefinitions(json, fields.pathOf(name), fields.problems);
  fields.keep(name, paramDefinitionsToJson(params));
  return params;
}
