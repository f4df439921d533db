// Which methods the values of each type have.

import {
  DATE_METHODS,
  DAYS_METHODS,
  DaysObject,
  FORMATTER_METHODS,
  PROPERTY_METHODS,
  PropertyObject,
  ZONE_METHODS,
} from './date-class.ts';
import { FormatterObject } from './date-pattern.ts';
import { DateTimeObject } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import { MAP_METHODS } from './map-class.ts';
import { invoke, type Method } from './member.ts';
import { DOUBLE_METHODS, LONG_METHODS } from './number-class.ts';
import { MapOperand, type Operand, typeOf } from './operand.ts';
import type { Run } from './run.ts';
import { STRING_METHODS } from './string-class.ts';
import { UUID_METHODS, UuidObject } from './system-class.ts';
import { ZoneObject } from './zone.ts';

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
        return ofLibrary(run, base, name, operands);
    }
  };
}

/** Methods of library objects are looked up when they are called: dates are rare beside texts and numbers. */
function ofLibrary(run: Run, base: Operand, name: string, operands: readonly Operand[]): Operand {
  if (base instanceof DateTimeObject)
    return attempt(run, DATE_METHODS.get(name), base, name, operands);
  if (base instanceof PropertyObject)
    return attempt(run, PROPERTY_METHODS.get(name), base, name, operands);
  if (base instanceof FormatterObject)
    return attempt(run, FORMATTER_METHODS.get(name), base, name, operands);
  if (base instanceof ZoneObject) return attempt(run, ZONE_METHODS.get(name), base, name, operands);
  if (base instanceof DaysObject) return attempt(run, DAYS_METHODS.get(name), base, name, operands);
  if (base instanceof UuidObject) return attempt(run, UUID_METHODS.get(name), base, name, operands);
  return attempt(run, undefined, base, name, operands);
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
