// The classes a program may name, and nothing else.

import { DATE_CLASSES } from './date-class.ts';
import { MAP_CLASSES } from './map-class.ts';
import type { SelClass } from './member.ts';
import { MATH_CLASS, NUMBER_CLASSES } from './number-class.ts';
import { STRING_CLASS } from './string-class.ts';
import { SYSTEM_CLASSES } from './system-class.ts';
import { DATE_INT_CLASS } from './date-int-class.ts';

/** The object behind which the inputs stand. */
export const PARAMS = 'params';

export const CLASSES: ReadonlyMap<string, SelClass> = new Map(
  [
    STRING_CLASS,
    ...NUMBER_CLASSES,
    MATH_CLASS,
    ...MAP_CLASSES,
    ...DATE_CLASSES,
    ...SYSTEM_CLASSES,
    DATE_INT_CLASS,
  ].map((found) => [found.name, found]),
);

export function classNamed(name: string): SelClass | undefined {
  return CLASSES.get(name);
}

export function isClassName(name: string): boolean {
  return CLASSES.has(name);
}
