// What can be read of a workflow.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { WorkflowAnswer, WorkflowQuery } from './message.ts';
import { versionPage } from './needs.ts';
import { notFound } from './refusal.ts';
import { strategyJson } from '../definition/run-strategy.ts';
import { LATEST_PROPERTIES, type LiveHead, liveHead, type WorkflowState } from './state.ts';
import { timelineEvents } from './timeline.ts';
import { defaultVersion, resolveVersion, versionView } from './version.ts';

/** Answers a question from committed state. */
export function answer(
  state: WorkflowState,
  workflowId: string,
  query: WorkflowQuery,
): WorkflowAnswer {
  const head = liveHead(state);
  if (head === undefined) return notFound(workflowId);
  switch (query.kind) {
    case 'definition': {
      const version = resolveVersion(head, workflowId, query.version);
      if (typeof version !== 'number') return version;
      return found(versionView(state, head, workflowId, version));
    }
    case 'versions': {
      const { from, to } = versionPage(head, query);
      const versions: PlainObject[] = [];
      for (let version = to; version >= from; version--) {
        versions.push(versionView(state, head, workflowId, version));
      }
      return found({ versions, total: head.latestVersion });
    }
    case 'properties':
      return found(snapshotOf(state));
    case 'overview':
      return found(overview(state, head, workflowId));
    case 'timeline':
      return found({ workflow_id: workflowId, timeline_events: timelineEvents(state) });
  }
}

function found(value: PlainObject): WorkflowAnswer {
  return { kind: 'found', value };
}

function snapshotOf(state: WorkflowState): PlainObject {
  return state.tables.properties.get(LATEST_PROPERTIES)?.snapshot ?? {};
}

function overview(state: WorkflowState, head: LiveHead, workflowId: string): PlainObject {
  const snapshot = snapshotOf(state);
  return {
    workflow_id: workflowId,
    active_version_id: head.activeVersion === 0 ? undefined : head.activeVersion,
    latest_version_id: head.latestVersion,
    default_version_id: defaultVersion(head),
    properties_snapshot: { ...snapshot, run_strategy: strategyJson(head.strategy) },
    step_concurrency: snapshot['step_concurrency'],
    nonterminal_instances: {
      CREATED: head.queued + head.withdrawn,
      IN_PROGRESS: head.running,
      PAUSED: 0,
    },
    failed_instances: head.failures,
    latest_instance_id: head.latestInstance === 0 ? undefined : head.latestInstance,
  };
}
