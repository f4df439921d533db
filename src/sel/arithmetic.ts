// Operators on values: what each pair of types gives, and which pairs are refused.
//
// The left operand decides. LONG and DOUBLE mix and give DOUBLE; with a STRING on the right they become text for `+`, `==`
// and `!=`. STRING on the left takes anything for `+`. Arrays, maps and library objects take nothing.

import type { ArithmeticOperator, RelationOperator } from './ast.ts';
import { evaluationFault } from './fault.ts';
import { doubleText } from './number-text.ts';
import { type Operand, typeOf, Unset } from './operand.ts';
import type { Run } from './run.ts';
import { textOf } from './text-form.ts';

export type BinaryOperation = (run: Run, left: Operand, right: Operand) => Operand;

function refused(operator: string, left: Operand, right: Operand): Error {
  return evaluationFault(`${typeOf(left)} ${operator} ${typeOf(right)} is not allowed`);
}

const isNumber = (operand: Operand): operand is number | bigint =>
  typeof operand === 'number' || typeof operand === 'bigint';

const isString = (operand: Operand): boolean => typeOf(operand) === 'STRING';

function add(run: Run, left: Operand, right: Operand): Operand {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    run.create(1);
    return BigInt.asIntN(64, left + right);
  }
  if (isNumber(left) && isNumber(right)) {
    run.create(1);
    return Number(left) + Number(right);
  }
  const joins = left === null || isString(left) || (isNumber(left) && isString(right));
  if (!joins) throw refused('+', left, right);
  return join(run, textOf(run, left), textOf(run, right));
}

function join(run: Run, left: string, right: string): string {
  const length = left.length + right.length;
  run.createText(length);
  // The runtime puts the pieces together when they are first looked at.
  run.scan(length >> 3);
  return left + right;
}

type Numbers = {
  readonly longs: (left: bigint, right: bigint) => bigint;
  readonly doubles: (left: number, right: number) => number;
};

function numeric(operator: ArithmeticOperator, { longs, doubles }: Numbers): BinaryOperation {
  return (run, left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') {
      run.create(1);
      return BigInt.asIntN(64, longs(left, right));
    }
    if (!isNumber(left) || !isNumber(right)) throw refused(operator, left, right);
    run.create(1);
    return doubles(Number(left), Number(right));
  };
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw evaluationFault('division by zero');
  return divisor;
}

function compares(
  operator: RelationOperator,
  longs: (left: bigint, right: bigint) => boolean,
  doubles: (left: number, right: number) => boolean,
): BinaryOperation {
  return (run, left, right) => {
    run.create(1);
    if (typeof left === 'bigint' && typeof right === 'bigint') return longs(left, right);
    if (!isNumber(left) || !isNumber(right)) throw refused(operator, left, right);
    return doubles(Number(left), Number(right));
  };
}

/** Is `left` the same value as `right`? A pair of types that cannot be compared is refused. */
function isEqual(run: Run, operator: RelationOperator, left: Operand, right: Operand): boolean {
  switch (typeof left) {
    case 'bigint':
    case 'number':
      return isEqualNumber(operator, left, right);
    case 'boolean':
      if (typeof right === 'boolean') return left === right;
      break;
    case 'string':
      if (typeof right === 'string') return isSameText(run, left, right);
      if (isString(right)) return false;
      break;
    default:
      if (left === null) return right === null || right instanceof Unset;
      if (left instanceof Unset && left.type === 'STRING' && isString(right)) {
        return right instanceof Unset;
      }
  }
  if (right === null && SCALARS.has(typeOf(left))) return left instanceof Unset;
  throw refused(operator, left, right);
}

/** Texts of one length are compared to their end. */
export function isSameText(run: Run, left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  run.scan(left.length);
  return left === right;
}

const SCALARS: ReadonlySet<string> = new Set(['LONG', 'DOUBLE', 'BOOLEAN', 'STRING']);

function isEqualNumber(operator: RelationOperator, left: number | bigint, right: Operand): boolean {
  if (typeof left === 'bigint' && typeof right === 'bigint') return left === right;
  if (isNumber(right)) return Number(left) === Number(right);
  if (right === null) return false;
  if (!isString(right)) throw refused(operator, left, right);
  const text = typeof left === 'number' ? doubleText(left) : String(left);
  return text === right;
}

const OPERATIONS: ReadonlyMap<ArithmeticOperator | RelationOperator, BinaryOperation> = new Map<
  ArithmeticOperator | RelationOperator,
  BinaryOperation
>([
  ['+', add],
  ['-', numeric('-', { longs: (a, b) => a - b, doubles: (a, b) => a - b })],
  ['*', numeric('*', { longs: (a, b) => a * b, doubles: (a, b) => a * b })],
  ['/', numeric('/', { longs: (a, b) => a / nonZero(b), doubles: (a, b) => a / b })],
  ['%', numeric('%', { longs: (a, b) => a % nonZero(b), doubles: (a, b) => a % b })],
  [
    '<',
    compares(
      '<',
      (a, b) => a < b,
      (a, b) => a < b,
    ),
  ],
  [
    '>',
    compares(
      '>',
      (a, b) => a > b,
      (a, b) => a > b,
    ),
  ],
  [
    '<=',
    compares(
      '<=',
      (a, b) => a <= b,
      (a, b) => a <= b,
    ),
  ],
  [
    '>=',
    compares(
      '>=',
      (a, b) => a >= b,
      (a, b) => a >= b,
    ),
  ],
  [
    '==',
    (run, left, right) => {
      run.create(1);
      return isEqual(run, '==', left, right);
    },
  ],
  [
    '!=',
    (run, left, right) => {
      run.create(1);
      return !isEqual(run, '!=', left, right);
    },
  ],
]);

/** The meaning of a binary operator that evaluates both sides. */
export function binaryOperation(operator: ArithmeticOperator | RelationOperator): BinaryOperation {
  const operation = OPERATIONS.get(operator);
  if (operation === undefined) throw new Error(`no operator ${operator}`);
  return operation;
}

/** The meaning of `name op= value`: nothing is converted, except that a STRING takes anything behind it. */
export function compoundOperation(operator: ArithmeticOperator): BinaryOperation {
  const operation = binaryOperation(operator);
  return (run, left, right) => {
    const type = typeOf(left);
    const fits = type === 'STRING' ? operator === '+' : isNumber(left) && typeOf(right) === type;
    if (!fits) throw refused(`${operator}=`, left, right);
    return operation(run, left, right);
  };
}

/** `-x` and `+x` on numbers. */
export function signed(run: Run, sign: '-' | '+', operand: Operand): Operand {
  if (!isNumber(operand)) throw evaluationFault(`${sign}${typeOf(operand)} is not allowed`);
  run.create(1);
  if (sign === '+') return operand;
  return typeof operand === 'bigint' ? BigInt.asIntN(64, -operand) : -operand;
}

/** @throws Fault `eval` when the operand is no BOOLEAN; `what` says whose it is */
export function truth(operand: Operand, what: string): boolean {
  if (typeof operand !== 'boolean')
    throw evaluationFault(`${what} is ${typeOf(operand)}, not BOOLEAN`);
  return operand;
}
