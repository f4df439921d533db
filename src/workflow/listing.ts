// A workflow's entry in the list of all workflows.

import type { LiveHead } from './state.ts';
import type { Turn } from './turn.ts';

/** Marks the workflow as changed now and writes its entry. */
export function listed(turn: Turn, head: LiveHead): LiveHead {
  turn.list({
    latest_version_id: head.latestVersion,
    active_version_id: head.activeVersion,
    modify_time: turn.nowMs,
  });
  return { ...head, modifyTimeMs: turn.nowMs };
}
