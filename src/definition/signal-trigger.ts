// Signal triggers: which signals, taken together, start a workflow.

import { checkExpression } from './condition.ts';
import { Fields } from './fields.ts';
import type { JsonObject, JsonValue } from './json.ts';
import {
  NO_PARAMS,
  type ParamDefinitions,
  paramDefinitionsToJson,
  parseParamDefinitions,
} from './param-definition.ts';
import { type Problem, problem } from './problem.ts';
import { MATCH_OPERATORS, type MatchOperator } from './step-signal.ts';
import { nameRule } from './tag.ts';

/** A value that a signal must carry. */
interface TriggerMatch {
  readonly name: string;
  readonly value: string | number | bigint;
  readonly operator: MatchOperator;
}

/** One of the signals of a trigger. */
interface TriggerSignal {
  readonly name: string;
  readonly matches: readonly TriggerMatch[];
  /** Parameters whose values, key by key, are the same in all signals of the trigger. */
  readonly joinKeys: readonly string[];
}

export interface SignalTrigger {
  readonly signals: readonly TriggerSignal[];
  readonly params: ParamDefinitions;
  /** A BOOLEAN expression. */
  readonly condition?: string;
  /** A STRING expression: executions with the same text start one instance. */
  readonly dedupExpression?: string;
}

/** Signals of one trigger, at most. */
const SIGNALS = 8;

/** Reads a trigger; `json` is how answers show it. */
export function parseSignalTrigger(
  json: JsonValue,
  path: string,
  problems: Problem[],
): { readonly trigger: SignalTrigger; readonly json: JsonObject } | undefined {
  const fields = Fields.of(json, path, problems);
  if (fields === undefined) return undefined;
  const signals = parseSignals(fields);
  const params = parseTriggerParams(fields);
  const condition = expression(fields, 'condition');
  const dedupExpression = expression(fields, 'dedup_expr');
  const trigger = {
    signals,
    params,
    ...(condition === undefined ? {} : { condition }),
    ...(dedupExpression === undefined ? {} : { dedupExpression }),
  };
  return { trigger, json: fields.close() };
}

function parseTriggerParams(fields: Fields): ParamDefinitions {
  const json = fields.read('params');
  if (json === undefined) return NO_PARAMS;
  const params = parseParamDefinitions(json, fields.pathOf('params'), fields.problems);
  fields.keep('params', paramDefinitionsToJson(params));
  return params;
}

function expression(fields: Fields, name: string): string | undefined {
  const text = fields.text(name);
  if (text !== undefined) checkExpression(text, fields.pathOf(name), fields.problems);
  return text;
}

function parseSignals(fields: Fields): readonly TriggerSignal[] {
  const json = fields.object('definitions') ?? {};
  const names = Object.keys(json);
  if (names.length < 1 || names.length > SIGNALS) {
    const found = `${names.length} signals`;
    const path = fields.pathOf('definitions');
    fields.problems.push({ path, rule: `name from 1 to ${SIGNALS} signals`, found });
  }
  const kept = new Map<string, JsonValue>();
  const signals: TriggerSignal[] = [];
  for (const [name, value] of Object.entries(json)) {
    const path = `${fields.pathOf('definitions')}.${name}`;
    const rule = nameRule(name);
    if (rule !== undefined)
      fields.problems.push(problem(path, `have a name that must ${rule}`, name));
    const inner = Fields.of(value ?? {}, path, fields.problems);
    if (inner === undefined) continue;
    const matches = parseMatches(inner);
    const joinKeys = inner.texts('join_keys') ?? [];
    checkJoinKeys(inner, matches, joinKeys);
    kept.set(name, inner.close());
    signals.push({ name, matches, joinKeys });
  }
  const lengths = new Set(signals.map(({ joinKeys }) => joinKeys.length));
  if (lengths.size > 1) {
    const found = signals.map(({ name, joinKeys }) => `${name} ${joinKeys.length}`).join(', ');
    const path = fields.pathOf('definitions');
    fields.problems.push({ path, rule: 'have equally many join_keys for every signal', found });
  }
  fields.keep('definitions', Object.fromEntries(kept));
  return signals;
}

function checkJoinKeys(
  fields: Fields,
  matches: readonly TriggerMatch[],
  joinKeys: readonly string[],
): void {
  for (const [index, key] of joinKeys.entries()) {
    const path = `${fields.pathOf('join_keys')}[${index}]`;
    if (matches.some(({ name }) => name === key)) {
      fields.problems.push(problem(path, 'not be one of match_params too', key));
    }
    if (joinKeys.indexOf(key) !== index) {
      fields.problems.push(problem(path, 'differ from the other join_keys', key));
    }
  }
}

function parseMatches(fields: Fields): readonly TriggerMatch[] {
  const json = fields.object('match_params');
  if (json === undefined) return [];
  const kept = new Map<string, JsonValue>();
  const matches: TriggerMatch[] = [];
  for (const [name, given] of Object.entries(json)) {
    const path = `${fields.pathOf('match_params')}.${name}`;
    const inner = Fields.of(given, path, fields.problems);
    if (inner === undefined) continue;
    const value = inner.read('value');
    const operator = inner.word('operator', MATCH_OPERATORS) ?? '=';
    inner.close();
    if (typeof value !== 'string' && typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
      inner.refuse('value', 'be a string or a whole number');
    } else if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'bigint'
    ) {
      matches.push({ name, value, operator });
      kept.set(name, { value, operator });
    }
  }
  fields.keep('match_params', Object.fromEntries(kept));
  return matches;
}
