// Events of an instance and of an attempt that no time implies: lines of text and the details of failures. Status events
// follow from times and are never stored.

import type { PlainObject } from '../../cluster/core/plain.ts';
import { type Problem, problemText } from '../definition/problem.ts';

/** Events that are kept; the oldest go first. */
const TIMELINE_LIMIT = 32;

/** Characters of one line that are kept. */
const LINE_LIMIT = 4_096;

/** A line of text as timelines show it. */
export function logEvent(timestamp: number, message: string): PlainObject {
  return { timestamp, type: 'LOG', level: 'INFO', message: cut(message) };
}

/** Why something failed, as timelines show it. */
function failureEvent(
  timestamp: number,
  message: string,
  errors: readonly string[] = [],
): PlainObject {
  const shown = errors.slice(0, TIMELINE_LIMIT).map(cut);
  return {
    timestamp,
    type: 'DETAILS',
    status: 'INTERNAL_ERROR',
    message: cut(message),
    errors: shown,
    retryable: false,
  };
}

/** Why parameters or conditions failed. */
export function problemsEvent(
  timestamp: number,
  message: string,
  problems: readonly Problem[],
): PlainObject {
  return failureEvent(timestamp, message, problems.map(problemText));
}

/** A timeline with one more event. The same thing twice in a row is one event, that of the first time. */
export function withEvent(
  timeline: readonly PlainObject[],
  event: PlainObject,
): readonly PlainObject[] {
  const latest = timeline.at(-1);
  if (latest !== undefined && isSame(latest, event)) return timeline;
  return [...timeline.slice(1 - TIMELINE_LIMIT), event];
}

function isSame(a: PlainObject, b: PlainObject): boolean {
  return (
    a['type'] === b['type'] &&
    a['level'] === b['level'] &&
    a['message'] === b['message'] &&
    String(a['errors']) === String(b['errors'])
  );
}

function cut(text: string): string {
  return text.length <= LINE_LIMIT ? text : `${text.slice(0, LINE_LIMIT)}…`;
}
