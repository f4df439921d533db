// The timeline of a workflow: what people did to its definition, properties and activation. The newest entries are kept.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { LiveHead, WorkflowState } from './state.ts';
import type { Turn } from './turn.ts';

/** Entries that are kept. */
const TIMELINE_LIMIT = 300;

/** Adds an entry; the one that no longer fits is removed. */
export function addToTimeline(turn: Turn, head: LiveHead, author: string, log: string): LiveHead {
  const key = head.timelineEnd;
  turn.timeline = turn.timeline.set(key, { timestampMs: turn.nowMs, author, log });
  if (key >= TIMELINE_LIMIT) turn.timeline = turn.timeline.delete(key - TIMELINE_LIMIT);
  return { ...head, timelineEnd: key + 1 };
}

/** Keys of the entries that exist, both ends included. */
export function timelineRange(timelineEnd: number): { readonly from: number; readonly to: number } {
  return { from: Math.max(0, timelineEnd - TIMELINE_LIMIT), to: Math.max(0, timelineEnd - 1) };
}

/** The entries as answers show them, oldest first. */
export function timelineEvents(state: WorkflowState): readonly PlainObject[] {
  const events: PlainObject[] = [];
  for (const [, { timestampMs, author, log }] of state.tables.timeline.entries()) {
    events.push({ author, log, timestamp: timestampMs });
  }
  return events;
}

/** An action as the timelines of answers show it. */
export function actionEvent(
  timestamp: number,
  action: { readonly action: string; readonly author: string; readonly message: string },
  reason?: string,
): PlainObject {
  return { timestamp, type: 'ACTION', ...action, ...(reason === undefined ? {} : { reason }) };
}

/** A line of text as the timelines of answers show it. */
export function logEvent(timestamp: number, message: string): PlainObject {
  return { timestamp, type: 'LOG', level: 'INFO', message };
}
