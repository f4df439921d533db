// How deep values may lie. What is stored and answered is written by recursion, so a deeper one could never be read again.

import type { Problem } from './problem.ts';

/** Objects and lists inside one another, at most. */
const DEPTH = 256;

/** Adds a problem when too many objects and lists lie inside one another. */
export function checkDepth(json: unknown, path: string, problems: Problem[]): void {
  if (!isTooDeep(json)) return;
  const rule = `lie in at most ${DEPTH} objects and lists`;
  problems.push({ path, rule, found: 'deeper' });
}

function isTooDeep(json: unknown): boolean {
  let level: readonly unknown[] = [json];
  for (let depth = 0; depth <= DEPTH; depth++) {
    level = level.flatMap((value): readonly unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
