// What classes and values offer: constructors, methods and fields, in tables keyed by name.

import { evaluationFault } from './fault.ts';
import { type Operand, typeOf } from './operand.ts';
import type { Run } from './run.ts';

/** A method of values of one kind, or with `self` ignored, of a class. */
export interface Method<Self = unknown> {
  readonly least: number;
  readonly most: number;
  readonly call: (run: Run, self: Self, args: Arguments) => Operand;
}

export type MethodTable<Self> = ReadonlyMap<string, Method<Self>>;

/** A class a program may name. */
export interface SelClass {
  readonly name: string;
  readonly fields?: ReadonlyMap<string, Operand>;
  readonly methods?: MethodTable<undefined>;
  readonly construct?: Method<undefined>;
}

/** A method that takes exactly `count` arguments, or from `count` to `most`. */
export function method<Self>(
  count: number,
  call: (run: Run, self: Self, args: Arguments) => Operand,
  most = count,
): Method<Self> {
  return { least: count, most, call };
}

export const ANY_NUMBER = Number.POSITIVE_INFINITY;

/** The arguments of one call, read by type: anything else than the type asked for is refused. */
export class Arguments {
  readonly list: readonly Operand[];
  readonly #method: string;

  constructor(method: string, list: readonly Operand[]) {
    this.#method = method;
    this.list = list;
  }

  get count(): number {
    return this.list.length;
  }

  at(index: number): Operand {
    return this.list[index] ?? null;
  }

  string(index: number): string {
    const operand = this.at(index);
    return typeof operand === 'string' ? operand : this.refuse(index, 'STRING');
  }

  long(index: number): bigint {
    const operand = this.at(index);
    return typeof operand === 'bigint' ? operand : this.refuse(index, 'LONG');
  }

  double(index: number): number {
    const operand = this.at(index);
    return typeof operand === 'number' ? operand : this.refuse(index, 'DOUBLE');
  }

  /** A LONG that fits 32 bits. */
  int(index: number): number {
    const value = this.long(index);
    if (BigInt.asIntN(32, value) !== value) this.refuse(index, 'an int of 32 bits');
    return Number(value);
  }

  refuse(index: number, wanted: string): never {
    const found = this.at(index);
    const shown = typeof found === 'bigint' ? `LONG ${found}` : typeOf(found);
    throw evaluationFault(
      `argument ${index + 1} of ${this.#method} is ${shown}, and should be ${wanted}`,
    );
  }
}

/** Calls a method after counting its arguments. */
export function invoke<Self>(
  run: Run,
  found: Method<Self>,
  self: Self,
  name: string,
  list: readonly Operand[],
): Operand {
  if (list.length < found.least || list.length > found.most) {
    throw evaluationFault(`${name} does not take ${list.length} arguments`);
  }
  return found.call(run, self, new Arguments(name, list));
}
