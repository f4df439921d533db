// Values from outside to operands and back.

import { evaluationFault } from './fault.ts';
import {
  ArrayOperand,
  type Item,
  MapOperand,
  Nothing,
  NOTHING,
  type Operand,
  Unset,
  UNSET_STRING,
} from './operand.ts';
import type { SelValue } from './value.ts';

/** @throws Fault `eval` for a value no program can hold: a thrown text, a library object */
export function fromValue(given: SelValue): Operand {
  switch (given.type) {
    case 'STRING':
      return given.value ?? UNSET_STRING;
    case 'LONG':
      return BigInt.asIntN(64, given.value);
    case 'DOUBLE':
    case 'BOOLEAN':
      return given.value;
    case 'STRING_ARRAY':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return ArrayOperand.view(given.type, given.value);
    case 'MAP':
      return given.value === null ? new Unset('MAP') : fromMap(given.value);
    case 'NULL':
      return null;
    case 'VOID':
      return NOTHING;
    default:
      throw evaluationFault(`${given.type} cannot be handed to a program`);
  }
}

function fromMap(given: ReadonlyMap<string, SelValue>): MapOperand {
  const entries = new Map<string, Operand>();
  for (const [key, value] of given) entries.set(key, fromValue(value));
  return new MapOperand(entries);
}

/** A map deeper than this, or one that contains itself, cannot leave a program. */
const DEPTH = 32;

/** @throws Fault `eval` for a map that nests too deep */
export function toValue(operand: Operand, depth = 0): SelValue {
  switch (typeof operand) {
    case 'string':
      return { type: 'STRING', value: operand };
    case 'bigint':
      return { type: 'LONG', value: operand };
    case 'number':
      return { type: 'DOUBLE', value: operand };
    case 'boolean':
      return { type: 'BOOLEAN', value: operand };
    default:
      return operand === null ? { type: 'NULL' } : objectValue(operand, depth);
  }
}

function objectValue(
  operand: Exclude<Operand, null | string | bigint | number | boolean>,
  depth: number,
): SelValue {
  if (operand instanceof ArrayOperand) return arrayValue(operand);
  if (operand instanceof MapOperand) return mapValue(operand, depth + 1);
  if (operand instanceof Nothing) return { type: 'VOID' };
  if (!(operand instanceof Unset)) return { type: operand.type, text: operand.toText() ?? null };
  if (operand.type === 'STRING' || operand.type === 'MAP')
    return { type: operand.type, value: null };
  return { type: operand.type, text: null };
}

function arrayValue({ type, items }: ArrayOperand): SelValue {
  switch (type) {
    case 'STRING_ARRAY':
      return { type, value: items.filter(isText) };
    case 'LONG_ARRAY':
      return { type, value: items.filter((item) => typeof item === 'bigint') };
    case 'DOUBLE_ARRAY':
      return { type, value: items.filter((item) => typeof item === 'number') };
    case 'BOOLEAN_ARRAY':
      return { type, value: items.filter((item) => typeof item === 'boolean') };
  }
}

const isText = (item: Item): item is string | null => item === null || typeof item === 'string';

function mapValue(map: MapOperand, depth: number): SelValue {
  if (depth > DEPTH) throw evaluationFault(`a MAP nests ${DEPTH} levels deep or contains itself`);
  const value = new Map<string, SelValue>();
  for (const [key, entry] of map.entries) value.set(key, toValue(entry, depth));
  return { type: 'MAP', value };
}
