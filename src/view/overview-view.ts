// Counts of the steps of a run by status, and what they roll up to.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import { STAGE } from '../instance/state.ts';
import type { StepStatus } from '../instance/status.ts';
import type { Attempt, Run } from './run.ts';

/** Statuses whose steps a rollup refers to, one reference each: what waits or works, and what failed by itself. */
const REFERRED: ReadonlySet<StepStatus> = new Set([
  'PAUSED',
  'WAITING_FOR_SIGNALS',
  'EVALUATING_PARAMS',
  'WAITING_FOR_PERMITS',
  'RUNNING',
  'FATALLY_FAILED',
  'INTERNALLY_FAILED',
  'USER_FAILED',
  'PLATFORM_FAILED',
  'TIMEOUT_FAILED',
]);

/** {total_step_count, step_overview, rollup_overview}. Steps without an attempt are not in the overview. */
export function overviewJson(run: Run): PlainObject {
  return {
    total_step_count: run.definition.steps.length,
    step_overview: stepOverview(run),
    rollup_overview: rollup(run),
  };
}

function byStatus({ attempts }: Run): ReadonlyMap<StepStatus, readonly Attempt[]> {
  const groups = new Map<StepStatus, Attempt[]>();
  for (const attempt of attempts) {
    if (attempt === undefined) continue;
    const group = groups.get(attempt.record.status) ?? [];
    group.push(attempt);
    groups.set(attempt.record.status, group);
  }
  return groups;
}

function stepOverview(run: Run): PlainObject {
  const overview: { [status: string]: Plain } = {};
  for (const [status, attempts] of byStatus(run)) {
    overview[status] = {
      cnt: attempts.length,
      steps: attempts.map(({ index, record: { times } }) => [
        index + 1,
        timeAt(times, STAGE.START),
        timeAt(times, STAGE.END),
      ]),
    };
  }
  return overview;
}

function timeAt(times: readonly number[], stage: number): number | null {
  const time = times[stage] ?? 0;
  return time === 0 ? null : time;
}

/** The leaves of a run by status. References are `instance:step:attempt` under `workflow:run`. */
function rollup(run: Run): PlainObject {
  const { birth, runId } = run.head;
  const overview: { [status: string]: Plain } = {};
  let total = 0;
  for (const [status, attempts] of byStatus(run)) {
    total += attempts.length;
    const references = attempts.map(
      ({ step, record }) => `${birth.instance_id}:${step.id}:${record.attempt}`,
    );
    overview[status] = {
      cnt: attempts.length,
      ...(REFERRED.has(status) ? { ref: { [`${birth.workflow_id}:${runId}`]: references } } : {}),
    };
  }
  return { total_leaf_count: total, overview };
}

/** What an instance comes to over all its runs; with one run, its steps as they are. */
export function aggregatedJson({ head, definition, attempts }: Run): PlainObject {
  const views: { [step: string]: Plain } = {};
  definition.steps.forEach((step, index) => {
    const record = attempts[index]?.record;
    views[step.id] =
      record === undefined
        ? { status: 'NOT_CREATED' }
        : {
            workflow_run_id: head.runId,
            status: record.status,
            start_time: timeAt(record.times, STAGE.START) ?? undefined,
            end_time: timeAt(record.times, STAGE.END) ?? undefined,
          };
  });
  return { workflow_instance_status: head.status, step_aggregated_views: views };
}
