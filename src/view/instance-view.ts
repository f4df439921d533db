// An instance as clients see it.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import type { InstanceHead } from '../instance/state.ts';
import { logEvent } from '../instance/timeline.ts';
import { parametersToJson } from '../param/parameter.ts';
import { aggregatedJson, overviewJson } from './overview-view.ts';
import { attributeIn, decodeRun, runParameters, type ViewSetting } from './run.ts';

export interface InstanceViewOptions extends ViewSetting {
  /** With the statuses it went through in its timeline. */
  readonly enriched: boolean;
  /** With what its runs come to together. */
  readonly aggregated: boolean;
}

/** A run, from the answer to the query `run`. */
export function instanceJson(
  found: PlainObject,
  definition: WorkflowDefinition,
  options: InstanceViewOptions,
): PlainObject {
  const run = decodeRun(found, definition);
  const { head } = run;
  return {
    ...identityJson(head),
    execution_id: head.birth.workflow_uuid,
    run_config: {
      policy: 'START_FRESH_NEW_RUN',
      ...(head.birth.runtime_tags.length === 0 ? {} : { runtime_tags: head.birth.runtime_tags }),
    },
    run_params: head.birth.run_params,
    run_properties: head.birth.run_properties,
    runtime_workflow: runtimeWorkflow(head, definition),
    runtime_dag: dagJson(definition),
    params: parametersToJson(runParameters(head, definition, options).all()),
    initiator: initiatorJson(head),
    status: head.status,
    ...(definition.json['timeout'] === undefined
      ? {}
      : { timeout_in_millis: attributeIn(definition.timeout, run, options) }),
    request_time: head.birth.request_time,
    create_time: head.birth.create_time,
    start_time: head.startTimeMs === 0 ? undefined : head.startTimeMs,
    end_time: head.endTimeMs === 0 ? undefined : head.endTimeMs,
    modify_time: head.modifyTimeMs,
    runtime_overview: overviewJson(run),
    artifacts: head.birth.artifacts,
    timeline: timelineJson(head, options.enriched),
    ...(options.aggregated ? { aggregated_info: aggregatedJson(run) } : {}),
  };
}

/** What instances and their steps are named by. */
export function identityJson({ birth, runId }: InstanceHead): PlainObject {
  return {
    workflow_id: birth.workflow_id,
    workflow_instance_id: birth.instance_id,
    workflow_run_id: runId,
    workflow_uuid: birth.workflow_uuid,
    correlation_id: birth.correlation_id,
    workflow_version_id: birth.version_id,
    group_info: 1,
    internal_id: birth.internal_id,
  };
}

function initiatorJson({ birth: { initiator } }: InstanceHead): PlainObject {
  const { type, user, caller: _caller, ...rest } = initiator;
  return { depth: 0, type, ...(user === undefined ? {} : { user }), ...rest };
}

/** The definition with the tags that its start added. */
function runtimeWorkflow({ birth }: InstanceHead, { json }: WorkflowDefinition): PlainObject {
  if (birth.runtime_tags.length === 0) return json;
  const tags = Array.isArray(json['tags']) ? json['tags'] : [];
  return { ...json, tags: [...tags, ...birth.runtime_tags] };
}

function dagJson({ steps }: WorkflowDefinition): PlainObject {
  const predecessors = steps.map((): string[] => []);
  for (const step of steps) {
    for (const { index } of step.successors) predecessors[index]?.push(step.id);
  }
  const dag: { [step: string]: Plain } = {};
  steps.forEach(({ id, successors }, index) => {
    const before = predecessors[index] ?? [];
    const after = successors.map(({ stepId, condition }) => [stepId, condition] as const);
    dag[id] = {
      ...(before.length === 0 ? {} : { predecessors: before }),
      ...(after.length === 0 ? {} : { successors: Object.fromEntries(after) }),
    };
  });
  return dag;
}

/** What happened to the run. That it got its turn follows from its start, as its statuses do. */
function timelineJson(head: InstanceHead, enriched: boolean): readonly PlainObject[] {
  const { birth, startTimeMs, endTimeMs, status, timeline } = head;
  const dequeued =
    startTimeMs === 0 ? [] : [logEvent(startTimeMs, 'Workflow instance is dequeued.')];
  if (!enriched) return inOrder([...dequeued, ...timeline]);
  return inOrder([
    statusEvent(birth.create_time, 'CREATED'),
    ...dequeued,
    ...(startTimeMs === 0 ? [] : [statusEvent(startTimeMs, 'IN_PROGRESS')]),
    ...timeline,
    ...(endTimeMs === 0 ? [] : [statusEvent(endTimeMs, status)]),
  ]);
}

/** A status as timelines show it. */
export function statusEvent(timestamp: number, status: string): PlainObject {
  return { timestamp, type: 'STATUS', status };
}

/** Events by time; those of the same time stay in their order. */
export function inOrder(events: readonly PlainObject[]): readonly PlainObject[] {
  return events.toSorted((a, b) => Number(a['timestamp']) - Number(b['timestamp']));
}
