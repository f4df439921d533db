// Names in the text of a literal parameter: `$name` and `${name}`, with `$$` for a dollar sign.

import { type SelError, toSelError, Fault } from './fault.ts';
import { jsonText } from './json-text.ts';
import { doubleText } from './number-text.ts';
import type { SelValue } from './value.ts';

export type Interpolation =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: SelError };

/** A dollar sign and what it begins, if anything: another dollar sign, a bare name, a name in braces. */
const DOLLAR = /\$(?:\$|([a-zA-Z][_a-zA-Z0-9]*)|\{([a-zA-Z][-_./a-zA-Z0-9]*)\})/g;

/**
 * Replaces names by their values, once from left to right; what was inserted is not read again. Arrays and maps are
 * inserted as compact JSON, everything else as `+` prints it. `read` is asked at every occurrence.
 * Fails (`eval`) at the first name that `read` does not know.
 */
export function interpolate(
  text: string,
  read: (name: string) => SelValue | undefined,
): Interpolation {
  if (!text.includes('$')) return { kind: 'text', text };
  let result = '';
  let from = 0;
  for (const match of text.matchAll(DOLLAR)) {
    result += text.slice(from, match.index);
    from = match.index + match[0].length;
    const name = match[1] ?? match[2];
    const value = name === undefined ? undefined : read(name);
    if (name !== undefined && value === undefined) return unknown(text, name, match.index, from);
    result += value === undefined ? '$' : insertedText(value);
  }
  return { kind: 'text', text: result + text.slice(from) };
}

function unknown(text: string, name: string, start: number, end: number): Interpolation {
  const fault = new Fault('eval', `there is no parameter '${name}'`, { span: { start, end } });
  return { kind: 'failed', error: toSelError(fault, text, { start, end }) };
}

/** The names a text interpolates, each once, in the order of their first appearance. */
export function interpolatedNames(text: string): readonly string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(DOLLAR)) {
    const name = match[1] ?? match[2];
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

function insertedText(value: SelValue): string {
  switch (value.type) {
    case 'STRING':
      return value.value ?? 'null';
    case 'LONG':
    case 'BOOLEAN':
      return String(value.value);
    case 'DOUBLE':
      return doubleText(value.value);
    default:
      return jsonText(value);
  }
}
