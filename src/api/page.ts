// Pages of things that are numbered from 1 and listed newest first. Cursors are the numbers.

import { problem } from '../definition/problem.ts';
import { ApiError, type Page, type PageRequest } from './service.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';

/** A stretch of numbers, both ends included; empty when `to` is below `from`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The numbers of a page. @param latest the greatest number there is, 0 for none */
export function stretchOf({ limit, cursor, backwards }: PageRequest, latest: number): Stretch {
  const at = cursor === undefined ? undefined : parseCursor(cursor);
  if (backwards === true) {
    const from = at === undefined ? 1 : at + 1;
    return { from, to: Math.min(latest, from + limit - 1) };
  }
  const to = Math.min(latest, at === undefined ? latest : at - 1);
  return { from: Math.max(1, to - limit + 1), to };
}

/** The page of these elements, which are those of the stretch that still exist, newest first. */
export function numberedPage(
  { from, to }: Stretch,
  latest: number,
  elements: readonly (readonly [number: number, element: PlainObject])[],
): Page {
  return {
    elements: elements.map(([, element]) => element),
    start: to < from ? undefined : String(to),
    end: to < from ? undefined : String(from),
    hasPrevious: to < latest,
    hasNext: from > 1 && to >= 1,
    total: latest,
  };
}

function parseCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ApiError('invalid', 'the cursor is not one of ours', {
    problems: [problem('cursor', 'be a number', cursor)],
  });
}
