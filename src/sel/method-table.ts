// Which methods the values of each type have.

import {
  DATE_METHODS,
  DATE_STATICS,
  DAYS_METHODS,
  DAYS_STATICS,
  DaysObject,
  FORMATTER_METHODS,
  FORMATTER_STATICS,
  PROPERTY_METHODS,
  PropertyObject,
  ZONE_METHODS,
  ZONE_STATICS,
} from './date-class.ts';
import { FormatterObject } from './date-pattern.ts';
import { DateTimeObject } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import { MAP_METHODS, UNSET_MAP_METHODS } from './map-class.ts';
import { invoke, type Method } from './member.ts';
import { DOUBLE_METHODS, LONG_METHODS } from './number-class.ts';
import { MapOperand, type Operand, typeOf, Unset } from './operand.ts';
import type { Run } from './run.ts';
import { STRING_CLASS, STRING_METHODS } from './string-class.ts';
import { UUID_METHODS, UUID_STATICS, UuidObject } from './system-class.ts';
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
  if (base instanceof Unset) {
    const found = ofUnset(base, name);
    if (found !== undefined) return invoke(run, found, undefined, name, operands);
    throw evaluationFault(`a ${base.type} that was never set has no method ${name}`);
  }
  return attempt(run, undefined, base, name, operands);
}

/** What a variable that was never set still offers: what its class does, and the questions about an empty map. */
function ofUnset({ type }: Unset, name: string): Method<undefined> | undefined {
  switch (type) {
    case 'STRING':
      return STRING_CLASS.methods?.get(name);
    case 'MAP':
      return UNSET_MAP_METHODS.get(name);
    case 'UUID':
      return UUID_STATICS.get(name);
    case 'DATETIME':
      return DATE_STATICS.get(name);
    case 'DATETIME_ZONE':
      return ZONE_STATICS.get(name);
    case 'DATETIME_FORMATTER':
      return FORMATTER_STATICS.get(name);
    case 'DATETIME_DAYS':
      return DAYS_STATICS.get(name);
    case 'DATETIME_PROPERTY':
      return undefined;
  }
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
