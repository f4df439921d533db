// Which rows and facts a turn or a read of a workflow will touch.

import type { Delivery, Needs } from '../../cluster/port/actor-kind.ts';
import { decodeMessage } from './message-codec.ts';
import type { WorkflowMessage, WorkflowQuery } from './message.ts';
import { permitKey } from './permit.ts';
import { queueStretch } from './queue.ts';
import {
  LATEST_PROPERTIES,
  type LiveHead,
  liveHead,
  type WorkflowRows,
  type WorkflowState,
} from './state.ts';
import { timelineRange } from './timeline.ts';
import { resolveVersion } from './version.ts';

type Rows = NonNullable<Needs<WorkflowRows>['rows']>;
type Ranges = NonNullable<Needs<WorkflowRows>['ranges']>;

const NOTHING: Needs<WorkflowRows> = {};
const PROPERTIES: Rows[number] = { table: 'properties', key: LATEST_PROPERTIES };
const RUNNING: Ranges[number] = { table: 'running' };
const PERMITS: Ranges[number] = { table: 'permits' };

/** What the turn for a delivery will touch. */
export function needs(state: WorkflowState, delivery: Delivery): Needs<WorkflowRows> {
  switch (delivery.kind) {
    case 'message':
      return needsOfMessage(state, decodeMessage(delivery.message));
    case 'outcome':
      return needsOfOutcome(state, delivery.id);
    case 'timer':
      return NOTHING;
  }
}

function needsOfMessage(state: WorkflowState, message: WorkflowMessage): Needs<WorkflowRows> {
  const head = liveHead(state);
  if (head === undefined) return needsWithoutLife(message);
  switch (message.kind) {
    case 'start':
      return needsOfStart(state, head, message.request_id, versionOf(head, message.version));
    case 'ended':
      return { rows: releasedRows(state, message.instance_id), ranges: dequeueRanges(head) };
    case 'activate':
      return { rows: versionRow(versionOf(head, message.version)) };
    case 'permit-request':
      return { rows: permitRows(state, permitKey(message)), ranges: [PERMITS] };
    case 'permit-release':
      return { rows: firstWaiting(state, head), ranges: [PERMITS] };
    case 'push':
    case 'update-properties':
    case 'add-tag':
    case 'delete-tag':
      return { rows: [PROPERTIES, ...firstWaiting(state, head)], ranges: letGoRanges(head) };
    case 'unblock':
      return {
        rows: message.instance_id === undefined ? [] : [failureRow(message.instance_id)],
        ranges: dequeueRanges(head),
      };
    case 'removed':
      return { rows: [failureRow(message.instance_id)] };
    case 'stop-all':
      return { ranges: dequeueRanges(head) };
    case 'advance':
      return { rows: firstWaiting(state, head), ranges: letGoRanges(head) };
    case 'deactivate':
    case 'delete':
      return NOTHING;
  }
}

/** Before the first push, and from a deletion on. */
function needsWithoutLife(message: WorkflowMessage): Needs<WorkflowRows> {
  if (message.kind === 'push') return { rows: [PROPERTIES] };
  return message.kind === 'removed' ? { rows: [failureRow(message.instance_id)] } : NOTHING;
}

function needsOfStart(
  state: WorkflowState,
  head: LiveHead,
  requestId: string,
  version: number | undefined,
): Needs<WorkflowRows> {
  const rows: Rows[number][] = [{ table: 'requests', key: requestId }, PROPERTIES];
  if (head.pending > 0) rows.push({ table: 'pending', key: requestId });
  if (version === undefined) return { rows, ranges: dequeueRanges(head) };
  rows.push({ table: 'versions', key: version });
  return { rows, ranges: dequeueRanges(head), facts: definitionOf(state, version) };
}

function needsOfOutcome(state: WorkflowState, requestId: string): Needs<WorkflowRows> {
  const head = liveHead(state);
  if (head === undefined) return NOTHING;
  const { pending } = state.tables;
  const row = pending.isLoaded(requestId) ? pending.get(requestId) : undefined;
  return {
    rows: [
      { table: 'pending', key: requestId },
      { table: 'requests', key: requestId },
      PROPERTIES,
      ...versionRow(row?.version),
    ],
    ranges: dequeueRanges(head),
    facts: row === undefined ? [] : definitionOf(state, row.version),
  };
}

function versionOf(head: LiveHead, selector: string): number | undefined {
  const version = resolveVersion(head, '', selector);
  return typeof version === 'number' ? version : undefined;
}

function versionRow(version: number | undefined): Rows {
  return version === undefined ? [] : [{ table: 'versions', key: version }];
}

function failureRow(instanceId: number): Rows[number] {
  return { table: 'failures', key: instanceId };
}

function definitionOf(state: WorkflowState, version: number): readonly string[] {
  const { versions } = state.tables;
  const row = versions.isLoaded(version) ? versions.get(version) : undefined;
  return row === undefined ? [] : [row.definition];
}

/** The queue row of an instance that is not known to run. */
function releasedRows(state: WorkflowState, instanceId: number): Rows {
  const { running } = state.tables;
  if (running.isLoaded(instanceId) && running.get(instanceId) !== undefined) return [];
  return [{ table: 'queue', key: instanceId }];
}

/** What letting queued instances run, and stopping some, touches. */
function dequeueRanges(head: LiveHead): Ranges {
  if (head.queued === 0 && head.sweeps.length === 0) return [RUNNING];
  const ranges = [RUNNING];
  if (head.queued > 0) ranges.push(queueStretch(head.queueFrom));
  const [sweep] = head.sweeps;
  if (sweep?.phase === 'queued') ranges.push(queueStretch(sweep.from));
  return ranges;
}

/** What dequeuing and granting permits touches. */
function letGoRanges(head: LiveHead): Ranges {
  const ranges = dequeueRanges(head);
  return head.permitsWaiting === 0 ? ranges : [...ranges, PERMITS];
}

/** The last request that waits beside a new one. */
function permitRows(state: WorkflowState, key: string): Rows {
  const { permits } = state.tables;
  const row = permits.isLoaded(key) ? permits.get(key) : undefined;
  return row === undefined || row.last === 0 ? [] : [{ table: 'waiting', key: row.last }];
}

/** The requests of which one may be granted. */
function firstWaiting(state: WorkflowState, head: LiveHead): Rows {
  const rows: Rows[number][] = [];
  if (head.permitsWaiting === 0) return rows;
  for (const [, { first }] of state.tables.permits.entries()) {
    if (first > 0) rows.push({ table: 'waiting', key: first });
  }
  return rows;
}

/** What a read will touch. */
export function needsToRead(state: WorkflowState, query: WorkflowQuery): Needs<WorkflowRows> {
  const head = liveHead(state);
  if (head === undefined) return NOTHING;
  switch (query.kind) {
    case 'definition':
      return { rows: [PROPERTIES, ...versionRow(versionOf(head, query.version))] };
    case 'versions':
      return { rows: [PROPERTIES], ranges: pageRange(versionPage(head, query)) };
    case 'properties':
    case 'overview':
      return { rows: [PROPERTIES] };
    case 'timeline':
      return head.timelineEnd === 0
        ? NOTHING
        : { ranges: [{ table: 'timeline', ...timelineRange(head.timelineEnd) }] };
  }
}

function pageRange({ from, to }: { readonly from: number; readonly to: number }): Ranges {
  return to < from ? [] : [{ table: 'versions', from, to }];
}

/** The numbers on a page of versions, newest first: those below `before`. */
export function versionPage(
  head: LiveHead,
  { before, limit }: { readonly before?: number; readonly limit: number },
): { readonly from: number; readonly to: number } {
  const to = Math.min(head.latestVersion, (before ?? Number.MAX_SAFE_INTEGER) - 1);
  return { from: Math.max(1, to - limit + 1), to: Math.max(0, to) };
}
