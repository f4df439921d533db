// Run parameters on the command line: `--param name=value` or `--param name:TYPE=value`.

import { PARAM_TYPES } from '../definition/param-type.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { jsonText, readJson } from './json-value.ts';

/** Gathers repeated `--param`. */
export const gather = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  text,
];

/** The definitions as JSON; empty when there are none. */
export function runParamsJson(params: readonly string[]): string {
  if (params.length === 0) return '';
  return jsonText(Object.fromEntries(params.map(definitionOf)));
}

const FORM = /^([^=:]+)(?::([A-Za-z_]+))?=([\s\S]*)$/;

/** A value that is JSON is taken as JSON, everything else (and everything that is to be a STRING) as a text. */
function definitionOf(param: string): readonly [name: string, definition: unknown] {
  const [, name, typeName, text = ''] = FORM.exec(param) ?? [];
  if (name === undefined) {
    throw usage(`--param must be name=value or name:TYPE=value, but is "${param}"`);
  }
  const type = PARAM_TYPES.find((known) => known === typeName?.toUpperCase());
  if (typeName !== undefined && type === undefined) {
    throw usage(`--param ${name} must have a type of ${PARAM_TYPES.join(', ')}, not ${typeName}`);
  }
  const value = type === 'STRING' ? text : looseValue(text);
  return [name, type === undefined ? { value } : { value, type }];
}

function looseValue(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    // Not JSON: a text without its quotes.
    return text;
  }
}

const usage = (message: string): CommandFailure => new CommandFailure(EXIT.usage, message);
