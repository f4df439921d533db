// JSON and YAML on the command line, with whole numbers of 64 bits kept as bigint.

import { parse, stringify } from 'yaml';
import { readYaml, YAML_LIMIT } from '../definition/yaml.ts';

/** JSON whose long numbers a double would round. */
const LONG_DIGITS = /\d{16}/;

/** Reads JSON of any length, or YAML as a node would read it. Throws SyntaxError, whose message says what is wrong. */
export function readDocument(text: string): unknown {
  // JSON is YAML, too: only what is too long for that is asked what it is.
  return text.length > YAML_LIMIT && isJson(text) ? readJson(text) : narrowed(readYaml(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Reads JSON. Throws SyntaxError. */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG_DIGITS.test(text)) return value;
  return narrowed(parse(text, { intAsBigInt: true, uniqueKeys: false }));
}

/** Numbers where they are exact. */
function narrowed(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(narrowed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, narrowed(field)]));
}

/** Writes JSON, two spaces per level. */
export function jsonText(value: unknown, indent = ''): string {
  if (typeof value === 'bigint') return value.toString();
  if (Object.is(value, -0)) return '-0.0';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const items = Array.isArray(value)
    ? value.map((item) => jsonText(item, inner))
    : Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(([key, field]) => `${JSON.stringify(key)}: ${jsonText(field, inner)}`);
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

/** Writes YAML. */
export const yamlText = (value: unknown): string => stringify(value).trimEnd();
