// Values as compact JSON text, with numbers as the language prints them.

import { doubleText } from './number-text.ts';
import type { SelValue } from './value.ts';

/** A DOUBLE that JSON cannot say is a text in quotes; what is not storable is null. */
export function jsonText(value: SelValue): string {
  switch (value.type) {
    case 'STRING':
      return stringText(value.value);
    case 'LONG':
    case 'BOOLEAN':
      return String(value.value);
    case 'DOUBLE':
      return numberText(value.value);
    case 'STRING_ARRAY':
      return `[${value.value.map(stringText).join(',')}]`;
    case 'LONG_ARRAY':
    case 'BOOLEAN_ARRAY':
      return `[${value.value.join(',')}]`;
    case 'DOUBLE_ARRAY':
      return `[${value.value.map(numberText).join(',')}]`;
    case 'MAP':
      return value.value === null ? 'null' : mapText(value.value);
    default:
      return 'null';
  }
}

const stringText = (text: string | null): string => (text === null ? 'null' : JSON.stringify(text));

const numberText = (value: number): string =>
  Number.isFinite(value) ? doubleText(value) : `"${doubleText(value)}"`;

function mapText(map: ReadonlyMap<string, SelValue>): string {
  const entries = [...map].map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`);
  return `{${entries.join(',')}}`;
}
