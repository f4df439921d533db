// The text of a value, as `+` and String.valueOf print it.

import { evaluationFault } from './fault.ts';
import { doubleText } from './number-text.ts';
import { ArrayOperand, type Item, MapOperand, Nothing, type Operand, Unset } from './operand.ts';

/** Maps inside maps deeper than this have no text; a map may contain itself. */
const DEPTH = 32;
/** A text of a map grows no longer than this. */
const LENGTH = 10_000_000;

/** @throws Fault `eval` for a value without a text */
export function textOf(operand: Operand, depth = 0): string {
  switch (typeof operand) {
    case 'string':
      return operand;
    case 'bigint':
    case 'boolean':
      return String(operand);
    case 'number':
      return doubleText(operand);
    default:
      return operand === null ? 'null' : objectText(operand, depth);
  }
}

function objectText(
  operand: Exclude<Operand, null | string | bigint | number | boolean>,
  depth: number,
): string {
  if (operand instanceof Unset) return 'null';
  if (operand instanceof ArrayOperand) return `[${operand.items.map(itemText).join(', ')}]`;
  if (operand instanceof MapOperand) return mapText(operand, depth + 1);
  const text = operand instanceof Nothing ? undefined : operand.toText();
  if (text === undefined) throw evaluationFault(`${operand.type} has no text form`);
  return text;
}

const itemText = (item: Item): string =>
  typeof item === 'number' ? doubleText(item) : String(item);

function mapText(map: MapOperand, depth: number): string {
  if (depth > DEPTH) throw evaluationFault(`a MAP nested ${DEPTH} levels deep has no text form`);
  let text = '';
  for (const [key, value] of map.entries) {
    const separator = text === '' ? '' : ', ';
    // A null entry prints as the name of its type, unlike null anywhere else.
    text += `${separator}${key}=${value === null ? 'NULL' : textOf(value, depth)}`;
    if (text.length > LENGTH) throw evaluationFault('the text of a MAP is too long');
  }
  return `{${text}}`;
}
