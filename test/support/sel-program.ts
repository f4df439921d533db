// Programs of the expression language for tests: source and plain inputs in, a short text of the result out.

import type { Environment } from '../../src/sel/environment.ts';
import { jsonText } from '../../src/sel/json-text.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/sel/limits.ts';
import { compile, evaluate } from '../../src/sel/program.ts';
import type { SelValue } from '../../src/sel/value.ts';

export type Inputs = { readonly [name: string]: SelValue };

/** An environment whose clock and chance stand still. */
export function stillEnvironment(
  inputs: Inputs = {},
  limits: Limits = DEFAULT_LIMITS,
): Environment {
  const known = new Map(Object.entries(inputs));
  return {
    read: (name) => known.get(name),
    nowMs: () => 1_709_210_096_789,
    random: () => 0.25,
    uuid: () => '12345678-1234-4234-8234-123456789abc',
    limits,
  };
}

/** `LONG 5`, `STRING "a"`, `VOID`, `ERROR boom`, `eval: message` or `limit memory`. */
export function outcomeOf(source: string, inputs: Inputs = {}, limits = DEFAULT_LIMITS): string {
  const compiled = compile(source);
  if (compiled.kind === 'refused') return shownError(compiled.error);
  const outcome = evaluate(compiled.program, stillEnvironment(inputs, limits));
  return outcome.kind === 'failed' ? shownError(outcome.error) : shownValue(outcome.value);
}

function shownError(error: {
  readonly class: string;
  readonly message: string;
  readonly limit?: string;
}): string {
  return error.class === 'limit' ? `limit ${error.limit}` : `${error.class}: ${error.message}`;
}

function shownValue(value: SelValue): string {
  if ('text' in value) return `${value.type} ${value.text}`;
  return 'value' in value ? `${value.type} ${jsonText(value)}` : value.type;
}

export const long = (value: number | bigint): SelValue => ({ type: 'LONG', value: BigInt(value) });
export const string = (value: string | null): SelValue => ({ type: 'STRING', value });
export const longs = (...value: number[]): SelValue => ({
  type: 'LONG_ARRAY',
  value: value.map(BigInt),
});
export const map = (entries: Inputs): SelValue => ({
  type: 'MAP',
  value: new Map(Object.entries(entries)),
});
