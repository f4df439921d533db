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
import type { Meter } from './meter.ts';
import type { SelValue } from './value.ts';

/** @throws Fault `eval` for a value no program can hold: a thrown text, a library object */
export function fromValue(meter: Meter, given: SelValue): Operand {
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
      return given.value === null ? new Unset('MAP') : fromMap(meter, given.value);
    case 'NULL':
      return null;
    case 'VOID':
      return NOTHING;
    default:
      throw evaluationFault(`${given.type} cannot be handed to a program`);
  }
}

function fromMap(meter: Meter, given: ReadonlyMap<string, SelValue>): MapOperand {
  meter.visit(given.size);
  const entries = new Map<string, Operand>();
  for (const [key, value] of given) entries.set(key, fromValue(meter, value));
  return new MapOperand(entries);
}

/** A map deeper than this, or one that contains itself, cannot leave a program. */
const DEPTH = 32;

/** What an entry of a map takes outside, in created values. */
const ENTRY_VALUES = 8;
/** And to be copied, in visited nodes. */
const ENTRY_NODES = 4;
/** So many items of an array are copied in the time of a visited node. */
const ITEMS_PER_NODE = 16;

/**
 * What a program hands out. It is a tree: a map that stands in several places is copied to each of them, and every copy
 * counts, because thirty maps can hold a thousand million entries that way.
 * @throws Fault `eval` for a map that nests too deep
 */
export function toValue(meter: Meter, operand: Operand, depth = 0): SelValue {
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
      return operand === null ? { type: 'NULL' } : objectValue(meter, operand, depth);
  }
}

function objectValue(
  meter: Meter,
  operand: Exclude<Operand, null | string | bigint | number | boolean>,
  depth: number,
): SelValue {
  if (operand instanceof ArrayOperand) return arrayValue(meter, operand);
  if (operand instanceof MapOperand) return mapValue(meter, operand, depth + 1);
  if (operand instanceof Nothing) return { type: 'VOID' };
  if (!(operand instanceof Unset)) return { type: operand.type, text: operand.toText() ?? null };
  if (operand.type === 'STRING' || operand.type === 'MAP')
    return { type: operand.type, value: null };
  return { type: operand.type, text: null };
}

function arrayValue(meter: Meter, { type, items }: ArrayOperand): SelValue {
  meter.visit(Math.ceil(items.length / ITEMS_PER_NODE));
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

function mapValue(meter: Meter, map: MapOperand, depth: number): SelValue {
  if (depth > DEPTH) throw evaluationFault(`a MAP nests ${DEPTH} levels deep or contains itself`);
  meter.visit(ENTRY_NODES * map.entries.size);
  meter.create(ENTRY_VALUES * map.entries.size);
  const value = new Map<string, SelValue>();
  for (const [key, entry] of map.entries) value.set(key, toValue(meter, entry, depth));
  return { type: 'MAP', value };
}
