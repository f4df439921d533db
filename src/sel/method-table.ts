// Which methods the values of each type have.

import { evaluationFault } from './fault.ts';
import { MAP_METHODS } from './map-class.ts';
import { invoke, type Method } from './member.ts';
import { DOUBLE_METHODS, LONG_METHODS } from './number-class.ts';
import { MapOperand, type Operand, typeOf } from './operand.ts';
import type { Run } from './run.ts';
import { STRING_METHODS } from './string-class.ts';

export type Call = (run: Run, base: Operand, operands: readonly Operand[]) => Operand;

/** The methods of a name, found once: which of them is called depends on the value it is called on. */
export function membersNamed(name: string): Call {
  const ofString = STRING_METHODS.get(name);
  const ofLong = LONG_METHODS.get(name);
  const ofDouble = DOUBLE_METHODS.get(name);
  const ofMap = MAP_METHODS.get(name);
  return (run, base, operands) => {
    switch (typeof base) {
      case 'string':
        return attempt(run, ofString, base, name, operands);
      case 'bigint':
        return attempt(run, ofLong, base, name, operands);
      case 'number':
        return attempt(run, ofDouble, base, name, operands);
      default:
        if (base instanceof MapOperand) return attempt(run, ofMap, base, name, operands);
        return attempt(run, undefined, base, name, operands);
    }
  };
}

function attempt<Self extends Operand>(
  run: Run,
  found: Method<Self> | undefined,
  self: Self,
  name: string,
  operands: readonly Operand[],
): Operand {
  if (found === undefined) throw evaluationFault(`${typeOf(self)} has no method ${name}`);
  return invoke(run, found, self, name, operands);
}
