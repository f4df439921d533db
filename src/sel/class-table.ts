// The classes a program may name, and nothing else.

import { MAP_CLASSES } from './map-class.ts';
import type { SelClass } from './member.ts';
import { MATH_CLASS, NUMBER_CLASSES } from './number-class.ts';
import { STRING_CLASS } from './string-class.ts';

/** The object behind which the inputs stand. */
export const PARAMS = 'params';

const CLASSES: ReadonlyMap<string, SelClass> = new Map(
  [STRING_CLASS, ...NUMBER_CLASSES, MATH_CLASS, ...MAP_CLASSES].map((found) => [found.name, found]),
);

export function classNamed(name: string): SelClass | undefined {
  return CLASSES.get(name);
}

export function isClassName(name: string): boolean {
  return CLASSES.has(name);
}
