// Rows of a table of programs: one program with its inputs per row, evaluated to a plain result that can be compared.
//
// A row asks for one of three things: the value of a program (`expr`), the names a program needs (`expr` in the group
// `refs`), or a literal with its names replaced (`literal`).

import { interpolate } from './interpolate.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { doubleText } from './number-text.ts';
import { compile, evaluate } from './program.ts';
import { type PlainValue, fromPlain, toPlain } from './row-codec.ts';
import type { SelValue } from './value.ts';

export interface Row {
  readonly group?: string;
  readonly expr?: string;
  readonly literal?: PlainValue;
  readonly vars?: { readonly [name: string]: PlainValue };
}

export type RowResult =
  | PlainValue
  | { readonly error: 'parse' | 'eval' | 'limit'; readonly message: string }
  | { readonly refs: readonly string[] };

/** What a row without a clock sees as the time, in milliseconds since 1970. */
const NOW_MS = 1_700_000_000_000;

/** Evaluates one row. Deterministic: the time stands still, chance is one half. */
export function evaluateRow(row: Row): RowResult {
  const inputs = readInputs(row.vars ?? {});
  if (row.literal !== undefined) return evaluateLiteral(row.literal, inputs);
  const compiled = compile(row.expr ?? '');
  if (compiled.kind === 'refused') return failure(compiled.error);
  if (row.group === 'refs') return { refs: compiled.program.references };
  const outcome = evaluate(compiled.program, {
    read: (name) => inputs.get(name),
    nowMs: () => NOW_MS,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    limits: DEFAULT_LIMITS,
  });
  return outcome.kind === 'failed' ? failure(outcome.error) : toPlain(outcome.value);
}

type Inputs = ReadonlyMap<string, SelValue>;

function readInputs(vars: { readonly [name: string]: PlainValue }): Inputs {
  return new Map(Object.entries(vars).map(([name, value]) => [name, fromPlain(value)]));
}

function failure(error: {
  readonly class: 'parse' | 'eval' | 'limit';
  readonly message: string;
}): RowResult {
  return { error: error.class, message: error.message };
}

function evaluateLiteral(literal: PlainValue, inputs: Inputs): RowResult {
  const missing: string[] = [];
  const replaced = (text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    const answer = interpolate(text, (name) => inputs.get(name));
    if (answer.kind === 'text') return answer.text;
    missing.push(answer.error.message);
    return text;
  };
  const { type, value } = literal;
  const result = replaceIn(type, value, replaced);
  if (result === undefined) return { error: 'eval', message: 'two keys became the same' };
  const [message] = missing;
  if (message !== undefined) return { error: 'eval', message };
  return type === 'DOUBLE'
    ? { type, value, text: doubleText(Number(value)) }
    : { type, value: result };
}

/** A literal's value with `replaced` applied to its texts; undefined when two keys of a map become the same. */
function replaceIn(type: string, value: unknown, replaced: (text: unknown) => unknown): unknown {
  switch (type) {
    case 'STRING':
      return replaced(value);
    case 'STRING_ARRAY':
      return Array.isArray(value) ? value.map(replaced) : value;
    case 'STRING_MAP': {
      const entries = Object.entries(value ?? {}).map(([key, text]) => [
        String(replaced(key)),
        replaced(text),
      ]);
      const keys = new Set(entries.map(([key]) => key));
      return keys.size < entries.length ? undefined : Object.fromEntries(entries);
    }
    default:
      return value;
  }
}
