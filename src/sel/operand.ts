// Values while a program runs.
//
// A LONG is a bigint, a DOUBLE a number, a BOOLEAN a boolean, a STRING a string, NULL is null; the rest are objects of the
// classes below. Scalars, zones and dates never change, so sharing them is invisible; arrays and maps are references.
//
// Invariants
// 1. A bigint here is always within 64 bits: every operation that could leave them wraps.
// 2. An array whose items came from outside is copied before its first change.

import type { LibraryType, SelType } from './value.ts';

export type ArrayType = 'STRING_ARRAY' | 'LONG_ARRAY' | 'DOUBLE_ARRAY' | 'BOOLEAN_ARRAY';
/** Types of which a variable can be declared and never set. */
export type UnsetType = 'STRING' | 'MAP' | LibraryType;

/** A declared STRING, MAP or library object that was never set. */
export class Unset {
  readonly type: UnsetType;

  constructor(type: UnsetType) {
    this.type = type;
  }
}

/** What a statement without a value leaves. */
export class Nothing {
  readonly type = 'VOID';
}

export const NOTHING = new Nothing();
export const UNSET_STRING = new Unset('STRING');

/** An element; null is a STRING that was never set. */
export type Item = string | bigint | number | boolean | null;

export class ArrayOperand {
  readonly type: ArrayType;
  #items: readonly Item[];
  /** The same items once they are this array's alone. */
  #own: Item[] | undefined;

  private constructor(type: ArrayType, items: readonly Item[], own: Item[] | undefined) {
    this.type = type;
    this.#items = items;
    this.#own = own;
  }

  /** Takes `items` over; nobody else may hold them. */
  static own(type: ArrayType, items: Item[]): ArrayOperand {
    return new ArrayOperand(type, items, items);
  }

  /** Shows `items` of somebody else, and copies them before the first change. */
  static view(type: ArrayType, items: readonly Item[]): ArrayOperand {
    return new ArrayOperand(type, items, undefined);
  }

  /** Somebody else holds the items: the first change copies them. */
  get isShared(): boolean {
    return this.#own === undefined;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** The element at a valid index. */
  at(index: number): Operand {
    return this.#items[index] ?? UNSET_STRING;
  }

  set(index: number, item: Item): void {
    if (this.#own === undefined) {
      this.#own = [...this.#items];
      this.#items = this.#own;
    }
    this.#own[index] = item;
  }
}

export class MapOperand {
  readonly type = 'MAP';
  readonly entries: Map<string, Operand>;

  constructor(entries: Map<string, Operand> = new Map()) {
    this.entries = entries;
  }
}

/** An object of one of the library classes: a date, a zone, a formatter and their like. Immutable. */
export interface LibraryObject {
  readonly type: LibraryType;
  /** Its text form; undefined when it has none a program may print. */
  toText(): string | undefined;
}

export type Operand =
  | null
  | string
  | bigint
  | number
  | boolean
  | Unset
  | Nothing
  | ArrayOperand
  | MapOperand
  | LibraryObject;

export type OperandType = Exclude<SelType, 'ERROR'>;

export function typeOf(operand: Operand): OperandType {
  switch (typeof operand) {
    case 'bigint':
      return 'LONG';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'string':
      return 'STRING';
    default:
      return operand === null ? 'NULL' : operand.type;
  }
}
