// The text of a value, as `+` and String.valueOf print it.

import { evaluationFault } from './fault.ts';
import { doubleText } from './number-text.ts';
import { ArrayOperand, type Item, MapOperand, Nothing, type Operand, Unset } from './operand.ts';
import type { Run } from './run.ts';

/** Maps inside maps deeper than this have no text; a map may contain itself. */
const DEPTH = 32;
/** Printing an entry of a map takes as long as so many visited nodes. */
const ENTRY_NODES = 4;
/** A text of a map grows no longer than this. */
const LENGTH = 10_000_000;

/** The text is not counted as created yet; the work is. @throws Fault `eval` for a value without a text */
export function textOf(run: Run, operand: Operand, depth = 0): string {
  switch (typeof operand) {
    case 'string':
      return operand;
    case 'bigint':
    case 'boolean':
      return String(operand);
    case 'number':
      return doubleText(operand);
    default:
      return operand === null ? 'null' : objectText(run, operand, depth);
  }
}

function objectText(
  run: Run,
  operand: Exclude<Operand, null | string | bigint | number | boolean>,
  depth: number,
): string {
  if (operand instanceof Unset) return 'null';
  if (operand instanceof ArrayOperand) return arrayText(run, operand);
  if (operand instanceof MapOperand) return mapText(run, operand, depth + 1);
  const text = operand instanceof Nothing ? undefined : operand.toText();
  if (text === undefined) throw evaluationFault(`${operand.type} has no text form`);
  return text;
}

function arrayText(run: Run, { items }: ArrayOperand): string {
  run.visit(items.length);
  return `[${items.map(itemText).join(', ')}]`;
}

const itemText = (item: Item): string =>
  typeof item === 'number' ? doubleText(item) : String(item);

function mapText(run: Run, map: MapOperand, depth: number): string {
  if (depth > DEPTH) throw evaluationFault(`a MAP nested ${DEPTH} levels deep has no text form`);
  run.visit(ENTRY_NODES * map.entries.size);
  let text = '';
  for (const [key, value] of map.entries) {
    const separator = text === '' ? '' : ', ';
    // A null entry prints as the name of its type, unlike null anywhere else.
    text += `${separator}${key}=${value === null ? 'NULL' : textOf(run, value, depth)}`;
    if (text.length > LENGTH) throw evaluationFault('the text of a MAP is too long');
  }
  return `{${text}}`;
}
