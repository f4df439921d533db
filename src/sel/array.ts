// Arrays: creation, elements, length.

import { evaluationFault, limitFault } from './fault.ts';
import { ArrayOperand, type ArrayType, type Item, type Operand, typeOf, Unset } from './operand.ts';
import type { Run } from './run.ts';

interface Elements {
  readonly type: ArrayType;
  readonly element: 'STRING' | 'LONG' | 'DOUBLE' | 'BOOLEAN';
  readonly initial: Item;
}

const LONGS: Elements = { type: 'LONG_ARRAY', element: 'LONG', initial: 0n };
const DOUBLES: Elements = { type: 'DOUBLE_ARRAY', element: 'DOUBLE', initial: 0 };
const BOOLEANS: Elements = { type: 'BOOLEAN_ARRAY', element: 'BOOLEAN', initial: false };
const STRINGS: Elements = { type: 'STRING_ARRAY', element: 'STRING', initial: null };

const BY_ELEMENT_TYPE: ReadonlyMap<string, Elements> = new Map([
  ['int', LONGS],
  ['long', LONGS],
  ['Integer', LONGS],
  ['Long', LONGS],
  ['float', DOUBLES],
  ['double', DOUBLES],
  ['Float', DOUBLES],
  ['Double', DOUBLES],
  ['boolean', BOOLEANS],
  ['Boolean', BOOLEANS],
  ['String', STRINGS],
]);

const BY_TYPE: ReadonlyMap<ArrayType, Elements> = new Map(
  [LONGS, DOUBLES, BOOLEANS, STRINGS].map((elements) => [elements.type, elements]),
);

/** The type of `elementType[]`; undefined when there are no arrays of it. */
export function arrayTypeOf(elementType: string): ArrayType | undefined {
  return BY_ELEMENT_TYPE.get(elementType)?.type;
}

function elementsOf(elementType: string): Elements {
  const elements = BY_ELEMENT_TYPE.get(elementType);
  if (elements === undefined) throw evaluationFault(`there are no arrays of ${elementType}`);
  return elements;
}

/** `new T[size]` */
export function newArray(run: Run, elementType: string, size: Operand): ArrayOperand {
  const { type, initial } = elementsOf(elementType);
  if (typeof size !== 'bigint')
    throw evaluationFault(`the size of an array is LONG, not ${typeOf(size)}`);
  if (size < 0n) throw evaluationFault(`an array has no size of ${size}`);
  checkSize(run, size);
  run.create(1 + Number(size));
  run.visit(Number(size) >> 4);
  return ArrayOperand.own(type, new Array<Item>(Number(size)).fill(initial));
}

/** `new T[]{…}` */
export function newArrayOf(
  run: Run,
  elementType: string,
  elements: readonly Operand[],
): ArrayOperand {
  const { type, element } = elementsOf(elementType);
  checkSize(run, BigInt(elements.length));
  run.create(1 + elements.length);
  return ArrayOperand.own(
    type,
    elements.map((operand) => toItem(operand, element)),
  );
}

function checkSize(run: Run, size: bigint): void {
  const { arraySize } = run.environment.limits;
  if (size > BigInt(arraySize))
    throw limitFault('array-size', `an array has at most ${arraySize} elements`);
}

function toItem(operand: Operand, element: Elements['element']): Item {
  if (typeOf(operand) !== element) {
    throw evaluationFault(`an array of ${element} cannot hold ${typeOf(operand)}`);
  }
  if (operand instanceof Unset) return null;
  if (operand === null || typeof operand === 'object') throw evaluationFault('no element');
  return operand;
}

/** The valid place that `index` names. */
export function placeIn(array: ArrayOperand, index: Operand): number {
  if (typeof index !== 'bigint') throw evaluationFault(`an index is LONG, not ${typeOf(index)}`);
  if (index < 0n || index >= BigInt(array.items.length)) {
    throw evaluationFault(`there is no element ${index} among ${array.items.length}`);
  }
  return Number(index);
}

/** Sets an element at a valid place to a value of the array's type. */
export function setElement(run: Run, array: ArrayOperand, place: number, operand: Operand): void {
  if (array.isShared) run.visit(1 + (array.items.length >> 4));
  const { element } = BY_TYPE.get(array.type) ?? STRINGS;
  array.set(place, toItem(operand, element));
}
