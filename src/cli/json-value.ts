// JSON and YAML on the command line, with whole numbers of 64 bits kept as bigint.

import { parse, stringify } from 'yaml';

/** JSON whose long numbers a double would round. */
const LONG_DIGITS = /\d{16}/;

/** Reads JSON or YAML. Throws what the reader throws. */
export function readYaml(text: string): unknown {
  return narrowed(parse(text, { intAsBigInt: true }));
}

/** Reads JSON. */
export function readJson(text: string): unknown {
  return LONG_DIGITS.test(text) ? readYaml(text) : JSON.parse(text);
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
