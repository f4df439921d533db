// Types a declaration may name, and what a variable of each holds before it is set.

import type { DeclaredType } from './ast.ts';
import { ArrayOperand, type ArrayType, type Operand, Unset, UNSET_STRING } from './operand.ts';

const INITIAL: ReadonlyMap<string, Operand> = new Map<string, Operand>([
  ...['int', 'long', 'Integer', 'Long'].map((name): [string, Operand] => [name, 0n]),
  ...['float', 'double', 'Float', 'Double'].map((name): [string, Operand] => [name, 0]),
  ['boolean', false],
  ['Boolean', false],
  ['String', UNSET_STRING],
  ...['Map', 'HashMap', 'LinkedHashMap'].map((name): [string, Operand] => [name, new Unset('MAP')]),
  ['DateTime', new Unset('DATETIME')],
  ['DateTimeZone', new Unset('DATETIME_ZONE')],
  ['DateTimeFormatter', new Unset('DATETIME_FORMATTER')],
  ['DateTimeFormat', new Unset('DATETIME_FORMATTER')],
  ['Property', new Unset('DATETIME_PROPERTY')],
  ['Days', new Unset('DATETIME_DAYS')],
  ['UUID', new Unset('UUID')],
]);

/** What a declared variable holds at first; undefined when there is no such type. */
export function initialValue(
  declared: DeclaredType,
  arrayType: ArrayType | undefined,
): Operand | undefined {
  if (!declared.isArray) return INITIAL.get(declared.name);
  return arrayType === undefined ? undefined : ArrayOperand.own(arrayType, []);
}
