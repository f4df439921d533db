// Changes of an instance as watchers see them.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { decodeJournalEntry } from '../instance/journal.ts';

/** One entry of an instance's journal: {time, workflow_run_id, status, statuses, steps}. */
export function changeJson(entry: Plain, definition: WorkflowDefinition): PlainObject {
  const numbers = Array.isArray(entry) ? entry.map(Number) : [];
  const { timeMs, runId, statuses, steps } = decodeJournalEntry(numbers);
  return {
    time: timeMs,
    workflow_run_id: runId,
    status: statuses.at(-1),
    statuses,
    steps: steps.map((change) => ({
      step_id: definition.steps[change.index]?.id,
      step_attempt_id: change.attempt,
      status: change.statuses.at(-1),
      statuses: change.statuses,
    })),
  };
}
