// Versions: pushing, activating and finding them.

import { assert } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import { listed } from './listing.ts';
import type { PushMessage, Refusal, VersionSelector } from './message.ts';
import { letGo } from './permit.ts';
import { refusal } from './refusal.ts';
import { DEFAULT_RUN_STRATEGY } from '../definition/run-strategy.ts';
import { switchRefusal } from './run-strategy.ts';
import { keepSnapshot, mergePushed, withSettings } from './snapshot.ts';
import {
  LATEST_PROPERTIES,
  type LiveHead,
  type VersionRow,
  type WorkflowHead,
  type WorkflowState,
} from './state.ts';
import { actionEvent, addToTimeline } from './timeline.ts';
import type { Turn } from './turn.ts';

/** The version that is active, or the latest one when none is. */
export function defaultVersion(head: LiveHead): number {
  return head.activeVersion === 0 ? head.latestVersion : head.activeVersion;
}

/** The number of the version a request names, or why there is none. */
export function resolveVersion(
  head: LiveHead,
  workflowId: string,
  selector: VersionSelector,
): number | Refusal {
  switch (selector.toLowerCase()) {
    case 'latest':
      return head.latestVersion;
    case 'default':
      return defaultVersion(head);
    case 'active':
      if (head.activeVersion > 0) return head.activeVersion;
      return refusal('not-found', `workflow [${workflowId}] has no active version`);
    default:
      return numberedVersion(head, workflowId, selector);
  }
}

function numberedVersion(
  head: LiveHead,
  workflowId: string,
  selector: VersionSelector,
): number | Refusal {
  const version = /^[1-9]\d{0,15}$/.test(selector) ? Number(selector) : undefined;
  if (version === undefined) {
    const rule = `a version is active, latest, default or a number from 1, but not [${selector}]`;
    return refusal('invalid', rule);
  }
  if (version <= head.latestVersion) return version;
  return refusal('not-found', `workflow [${workflowId}] has no version [${version}]`);
}

/** Adds a version. The first one brings the properties, later ones change them by the rules of a push. */
export function push(turn: Turn, message: PushMessage): void {
  const before = turn.head;
  if (before?.kind === 'deleting') {
    turn.reply(refusal('conflict', `workflow [${turn.workflowId}] is being deleted`));
    return;
  }
  const head = before?.kind === 'live' ? before : firstHead(before, turn.nowMs);
  const previous = turn.properties.get(LATEST_PROPERTIES)?.snapshot;
  const merged = mergePushed(previous, message.properties);
  if (merged.kind === 'refused') {
    turn.reply(merged);
    return;
  }
  if (merged.snapshot['owner'] === undefined) {
    turn.reply(
      refusal('invalid', 'the first version of a workflow needs properties with an owner'),
    );
    return;
  }
  const contradiction = switchRefusal(head.strategy.rule, merged.strategy.rule, head);
  if (contradiction !== undefined) {
    turn.reply(refusal('precondition-failed', contradiction));
    return;
  }
  if (message.properties !== null) keepSnapshot(turn, merged.snapshot, message.author);
  addVersion(turn, withSettings(head, merged), message);
}

function firstHead(before: WorkflowHead | undefined, nowMs: number): LiveHead {
  return {
    kind: 'live',
    life: (before?.life ?? 0) + 1,
    latestVersion: 0,
    activeVersion: 0,
    latestInstance: before?.latestInstance ?? 0,
    modifyTimeMs: nowMs,
    strategy: DEFAULT_RUN_STRATEGY,
    running: 0,
    queued: 0,
    withdrawn: 0,
    queueFrom: (before?.latestInstance ?? 0) + 1,
    failures: 0,
    blockEpoch: 0,
    pending: 0,
    timelineEnd: 0,
    sweeps: [],
    advancing: false,
    stepConcurrency: 0,
    permitsHeld: 0,
    permitsWaiting: 0,
    latestPermit: 0,
  };
}

function addVersion(turn: Turn, head: LiveHead, message: PushMessage): void {
  const version = head.latestVersion + 1;
  const active = message.is_active ? version : head.activeVersion;
  const row: VersionRow = {
    definition: message.definition,
    metadata: message.metadata,
    createTimeMs: turn.nowMs,
    author: message.author,
    activation: message.is_active ? { timeMs: turn.nowMs, author: message.author } : undefined,
  };
  turn.versions = turn.versions.set(version, row);
  turn.record({
    kind: 'version-pushed',
    version_id: version,
    active_version_id: active,
    previous_active_version_id: head.activeVersion,
    author: message.author,
    time: turn.nowMs,
  });
  const log = message.is_active
    ? `pushed version [${version}], which became the active one in place of [${head.activeVersion}]`
    : `pushed version [${version}], which is not active`;
  const after = { ...head, latestVersion: version, activeVersion: active };
  turn.head = letGo(turn, listed(turn, addToTimeline(turn, after, message.author, log)));
  turn.reply({ kind: 'pushed', version_id: version });
}

/** Makes a version the active one. Activating the active version changes nothing. */
export function activate(turn: Turn, head: LiveHead, selector: string, author: string): void {
  const version = resolveVersion(head, turn.workflowId, selector);
  if (typeof version !== 'number') {
    turn.reply(version);
    return;
  }
  const message =
    `Caller [${author}] activates workflow version [${turn.workflowId}][${version}], ` +
    `previous active version is [${head.activeVersion}]`;
  if (version !== head.activeVersion) {
    const row = turn.versions.get(version);
    if (row !== undefined) {
      const activation = { timeMs: turn.nowMs, author };
      turn.versions = turn.versions.set(version, { ...row, activation });
    }
    switchActive(turn, head, { version, author, log: `activated version [${version}]` });
  }
  replyActivation(turn, version, actionEvent(turn.nowMs, { action: 'ACTIVATE', author, message }));
}

/** Leaves the workflow without an active version. Instances are not touched. */
export function deactivate(turn: Turn, head: LiveHead, author: string): void {
  const message =
    `Caller [${author}] deactivated workflow [${turn.workflowId}], ` +
    `whose last active version is [${head.activeVersion}]`;
  if (head.activeVersion !== 0) {
    const log = `deactivated the workflow, whose active version was [${head.activeVersion}]`;
    switchActive(turn, head, { version: 0, author, log });
  }
  replyActivation(turn, 0, actionEvent(turn.nowMs, { action: 'DEACTIVATE', author, message }));
}

interface Switch {
  /** 0: none. */
  readonly version: number;
  readonly author: string;
  readonly log: string;
}

function switchActive(turn: Turn, head: LiveHead, { version, author, log }: Switch): void {
  turn.record({
    kind: version === 0 ? 'deactivated' : 'activated',
    active_version_id: version,
    previous_active_version_id: head.activeVersion,
    author,
    time: turn.nowMs,
  });
  const after = { ...head, activeVersion: version };
  turn.head = listed(turn, addToTimeline(turn, after, author, log));
}

function replyActivation(turn: Turn, version: number, event: PlainObject): void {
  const details = {
    workflow_id: turn.workflowId,
    workflow_version_id: version,
    timeline_event: event,
  };
  turn.reply({ kind: 'acted', message: String(event['message']), details });
}

/** A version as the definition read answers it, without the definition's text. */
export function versionView(
  state: WorkflowState,
  head: LiveHead,
  workflowId: string,
  version: number,
): PlainObject {
  const row = state.tables.versions.get(version);
  assert(row !== undefined, 'every version up to the latest has a row', { version });
  return {
    version_id: version,
    definition: row.definition,
    metadata: {
      workflow_id: workflowId,
      workflow_version_id: version,
      create_time: row.createTimeMs,
      version_author: row.author,
      ...row.metadata,
    },
    is_active: version === head.activeVersion,
    is_latest: version === head.latestVersion,
    is_default: version === defaultVersion(head),
    activate_time: row.activation?.timeMs,
    activated_by: row.activation?.author,
    modify_time: head.modifyTimeMs,
    properties_snapshot: state.tables.properties.get(LATEST_PROPERTIES)?.snapshot,
    internal_id: head.life,
  };
}
