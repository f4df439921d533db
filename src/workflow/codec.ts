// How a workflow actor is stored: heads and rows as lists of values in a fixed order.
//
// A new schema version appends values or adds a case by `schemaVersion`; what older programs wrote stays readable.

import { assert, unreachable } from '../../cluster/core/errors.ts';
import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { ReplyTo } from '../../cluster/core/reduction.ts';
import type { ActorCodec, RowCodec } from '../../cluster/port/actor-kind.ts';
import { propertiesRow } from './run-properties.ts';
import type { RunRule } from '../definition/run-strategy.ts';
import type {
  DeletedHead,
  DeletingHead,
  FailureRow,
  LiveHead,
  PendingRow,
  PermitRow,
  PropertiesRow,
  RequestRow,
  RunRow,
  Sweep,
  TimelineRow,
  VersionRow,
  WaitingRow,
  WorkflowHead,
  WorkflowRows,
} from './state.ts';

type List = readonly Plain[];

function encodeHead(head: WorkflowHead): Plain {
  switch (head.kind) {
    case 'live':
      return encodeLive(head);
    case 'deleting':
      return encodeDeleting(head);
    case 'deleted':
      return ['deleted', head.life, head.latestInstance];
  }
}

function decodeHead(plain: Plain): WorkflowHead {
  const list = listOf(plain);
  const kind = list[0] as WorkflowHead['kind'];
  switch (kind) {
    case 'live':
      return decodeLive(list);
    case 'deleting':
      return decodeDeleting(list);
    case 'deleted':
      return decodeDeleted(list);
    default:
      return unreachable(kind);
  }
}

function encodeLive(head: LiveHead): Plain {
  return [
    head.kind,
    head.life,
    head.latestVersion,
    head.activeVersion,
    head.latestInstance,
    head.modifyTimeMs,
    head.strategy.rule,
    head.strategy.concurrency,
    head.running,
    head.queued,
    head.withdrawn,
    head.queueFrom,
    head.failures,
    head.blockEpoch,
    head.pending,
    head.timelineEnd,
    head.sweeps.map(encodeSweep),
    head.advancing,
    head.stepConcurrency,
    head.permitsHeld,
    head.permitsWaiting,
    head.latestPermit,
  ];
}

function decodeLive(list: List): LiveHead {
  return {
    kind: 'live',
    life: numberAt(list, 1),
    latestVersion: numberAt(list, 2),
    activeVersion: numberAt(list, 3),
    latestInstance: numberAt(list, 4),
    modifyTimeMs: numberAt(list, 5),
    strategy: { rule: textAt(list, 6) as RunRule, concurrency: numberAt(list, 7) },
    running: numberAt(list, 8),
    queued: numberAt(list, 9),
    withdrawn: numberAt(list, 10),
    queueFrom: numberAt(list, 11),
    failures: numberAt(list, 12),
    blockEpoch: numberAt(list, 13),
    pending: numberAt(list, 14),
    timelineEnd: numberAt(list, 15),
    sweeps: listOf(list[16]).map(decodeSweep),
    advancing: list[17] === true,
    stepConcurrency: numberAt(list, 18),
    permitsHeld: numberAt(list, 19),
    permitsWaiting: numberAt(list, 20),
    latestPermit: numberAt(list, 21),
  };
}

function encodeSweep(sweep: Sweep): Plain {
  const { from, through, phase, running, kill, author, reason } = sweep;
  return [from, through, phase, running, kill, author, reason];
}

function decodeSweep(plain: Plain): Sweep {
  const list = listOf(plain);
  return {
    from: numberAt(list, 0),
    through: numberAt(list, 1),
    phase: textAt(list, 2) as Sweep['phase'],
    running: list[3] === true,
    kill: list[4] === true,
    author: textAt(list, 5),
    reason: textAt(list, 6),
  };
}

function encodeDeleting(head: DeletingHead): Plain {
  const { kind, life, latestVersion, latestInstance, timelineEnd } = head;
  const progress = [head.nextInstance, head.outstanding, head.nextVersion];
  return [kind, life, latestVersion, latestInstance, timelineEnd, ...progress];
}

function decodeDeleting(list: List): DeletingHead {
  return {
    kind: 'deleting',
    life: numberAt(list, 1),
    latestVersion: numberAt(list, 2),
    latestInstance: numberAt(list, 3),
    timelineEnd: numberAt(list, 4),
    nextInstance: numberAt(list, 5),
    outstanding: numberAt(list, 6),
    nextVersion: numberAt(list, 7),
  };
}

function decodeDeleted(list: List): DeletedHead {
  return { kind: 'deleted', life: numberAt(list, 1), latestInstance: numberAt(list, 2) };
}

const versions: RowCodec<VersionRow> = {
  numericKeys: true,
  encode({ definition, metadata, createTimeMs, author, activation }) {
    const activated = activation === undefined ? null : [activation.timeMs, activation.author];
    return [definition, metadata, createTimeMs, author, activated];
  },
  decode(plain) {
    const list = listOf(plain);
    const activated = list[4] === null ? undefined : listOf(list[4]);
    return {
      definition: textAt(list, 0),
      metadata: objectAt(list, 1),
      createTimeMs: numberAt(list, 2),
      author: textAt(list, 3),
      activation: activated && { timeMs: numberAt(activated, 0), author: textAt(activated, 1) },
    };
  },
};

const properties: RowCodec<PropertiesRow> = {
  numericKeys: true,
  encode: ({ snapshot }) => [snapshot],
  decode: (plain) => propertiesRow(objectAt(listOf(plain), 0)),
};

const requests: RowCodec<RequestRow> = {
  numericKeys: false,
  forgetStored: true,
  encode: ({ instanceId, runId, version }) => [instanceId, runId, version],
  decode(plain) {
    const list = listOf(plain);
    return { instanceId: numberAt(list, 0), runId: numberAt(list, 1), version: numberAt(list, 2) };
  },
};

const pending: RowCodec<PendingRow> = {
  numericKeys: false,
  encode: ({ start, version, askers }) => [
    start,
    version,
    askers.map(({ replyTo, awaitEnd }) => [replyTo.node, replyTo.ask, awaitEnd]),
  ],
  decode(plain) {
    const list = listOf(plain);
    return {
      start: objectAt(list, 0),
      version: numberAt(list, 1),
      askers: listOf(list[2]).map((asker) => {
        const [, , awaitEnd] = listOf(asker);
        return { replyTo: decodeReplyTo(listOf(asker)), awaitEnd: awaitEnd === true };
      }),
    };
  },
};

function decodeReplyTo(list: List): ReplyTo {
  return { node: textAt(list, 0), ask: numberAt(list, 1) };
}

const runs: RowCodec<RunRow> = {
  numericKeys: true,
  encode: ({ runId }) => runId,
  decode: (plain) => ({ runId: numberAt([plain], 0) }),
};

const failures: RowCodec<FailureRow> = {
  numericKeys: true,
  encode: ({ runId, blockEpoch }) => [runId, blockEpoch],
  decode(plain) {
    const list = listOf(plain);
    return { runId: numberAt(list, 0), blockEpoch: numberAt(list, 1) };
  },
};

const permits: RowCodec<PermitRow> = {
  numericKeys: false,
  encode: ({ held, first, last }) => [held, first, last],
  decode(plain) {
    const list = listOf(plain);
    return { held: numberAt(list, 0), first: numberAt(list, 1), last: numberAt(list, 2) };
  },
};

const waiting: RowCodec<WaitingRow> = {
  numericKeys: true,
  encode: ({ instanceId, runId, stepId, attemptId, next }) => [
    instanceId,
    runId,
    stepId,
    attemptId,
    next,
  ],
  decode(plain) {
    const list = listOf(plain);
    return {
      instanceId: numberAt(list, 0),
      runId: numberAt(list, 1),
      stepId: textAt(list, 2),
      attemptId: numberAt(list, 3),
      next: numberAt(list, 4),
    };
  },
};

const timeline: RowCodec<TimelineRow> = {
  numericKeys: true,
  encode: ({ timestampMs, author, log }) => [timestampMs, author, log],
  decode(plain) {
    const list = listOf(plain);
    return { timestampMs: numberAt(list, 0), author: textAt(list, 1), log: textAt(list, 2) };
  },
};

export const workflowCodec: ActorCodec<WorkflowHead, WorkflowRows> = {
  schemaVersion: 1,
  encodeHead,
  decodeHead,
  tables: {
    versions,
    properties,
    requests,
    pending,
    queue: runs,
    running: runs,
    failures,
    permits,
    waiting,
    timeline,
  },
};

function listOf(plain: Plain | undefined): List {
  assert(Array.isArray(plain), 'a stored row is a list', { type: typeof plain });
  return plain as List;
}

function numberAt(list: List, index: number): number {
  const value = list[index];
  assert(typeof value === 'number', 'a stored value is a number', { index, type: typeof value });
  return value;
}

function textAt(list: List, index: number): string {
  const value = list[index];
  assert(typeof value === 'string', 'a stored value is a text', { index, type: typeof value });
  return value;
}

function objectAt(list: List, index: number): PlainObject {
  const value = list[index];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  assert(isObject, 'a stored value is an object', { index, type: typeof value });
  return value as PlainObject;
}
