// How an instance is stored: heads and rows as lists of values in a fixed order.
//
// A new schema version appends values or adds a case by `schemaVersion`; what older programs wrote stays readable. Fields
// at the end of a record that have their ordinary value are left out, equal records of a block are written once, and
// times that are all alike are one number: ten steps that succeed in one turn are a row of some sixty bytes.

import { assert } from '../../cluster/core/errors.ts';
import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { ReplyTo } from '../../cluster/core/reduction.ts';
import type { ActorCodec, RowCodec } from '../../cluster/port/actor-kind.ts';
import type { CreateMessage } from './message.ts';
import {
  type DetailsRow,
  type Ending,
  type InstanceHead,
  type InstanceRows,
  NO_RETRIES,
  type PermitState,
  type Retries,
  STAGE,
  STAGES,
  type StageTimes,
  type StepBlock,
  type StepRecord,
  type Wave,
} from './state.ts';
import { EMPTY_QUEUE, type StepQueue } from './step-queue.ts';
import {
  INSTANCE_STATUS_CODE,
  INSTANCE_STATUSES,
  STEP_STATUS_CODE,
  STEP_STATUSES,
  type StepStatus,
} from './status.ts';

type List = readonly Plain[];

function encodeHead(head: InstanceHead): Plain {
  const { ending, wave } = head;
  return [
    encodeBirth(head.birth),
    head.runId,
    INSTANCE_STATUS_CODE[head.status],
    head.startTimeMs,
    head.endTimeMs,
    head.modifyTimeMs,
    encodeCounts(head.counts),
    encodeQueue(head.ready, READY_STRIDE),
    head.advancing,
    ending === undefined ? null : [ending.as, ending.from],
    head.permitsHeld,
    encodeQueue(head.permitQueue, 1),
    head.permitsUnwanted,
    head.timeoutAtMs,
    head.eraseAtMs,
    head.askers.map(({ node, ask }) => [node, ask]),
    head.timeline,
    head.details,
    head.effects,
    wave === undefined ? null : [wave.left, encodeQueue(waveQueue(wave), 1)],
  ];
}

function decodeHead(plain: Plain): InstanceHead {
  const list = listOf(plain);
  return {
    birth: decodeBirth(listOf(list[0])),
    runId: numberAt(list, 1),
    status: INSTANCE_STATUSES[numberAt(list, 2)] ?? 'CREATED',
    startTimeMs: numberAt(list, 3),
    endTimeMs: numberAt(list, 4),
    modifyTimeMs: numberAt(list, 5),
    counts: decodeCounts(listOf(list[6])),
    ready: decodeQueue(listOf(list[7]), READY_STRIDE),
    advancing: list[8] === true,
    ending: list[9] === null ? undefined : decodeEnding(listOf(list[9])),
    permitsHeld: numberAt(list, 10),
    permitQueue: decodeQueue(listOf(list[11]), 1),
    permitsUnwanted: numberAt(list, 12),
    timeoutAtMs: numberAt(list, 13),
    eraseAtMs: numberAt(list, 14),
    askers: listOf(list[15]).map(decodeAsker),
    timeline: listOf(list[16]) as readonly PlainObject[],
    details: numberAt(list, 17),
    effects: numberAt(list, 18),
    wave: decodeWave(list[19] ?? null),
  };
}

const waveQueue = ({ finished }: Wave): StepQueue => ({ entries: finished, from: 0 });

function decodeWave(plain: Plain): Wave | undefined {
  if (plain === null) return undefined;
  const list = listOf(plain);
  return { left: numberAt(list, 0), finished: decodeQueue(listOf(list[1]), 1).entries };
}

function decodeEnding(list: List): Ending {
  return { as: textAt(list, 0) as Ending['as'], from: numberAt(list, 1) };
}

function decodeAsker(plain: Plain): ReplyTo {
  const list = listOf(plain);
  return { node: textAt(list, 0), ask: numberAt(list, 1) };
}

/** The key of the instance is not repeated: workflow and number stand in front, once. */
function encodeBirth(birth: CreateMessage): Plain {
  const { ends_as: endsAs } = birth;
  return [
    birth.workflow_id,
    birth.instance_id,
    birth.run_id,
    birth.workflow_uuid,
    birth.version_id,
    birth.definition,
    birth.correlation_id === ownCorrelation(birth) ? null : birth.correlation_id,
    birth.internal_id,
    birth.request_id === birth.workflow_uuid ? null : birth.request_id,
    birth.request_time,
    birth.initiator,
    birth.run_params,
    birth.params,
    birth.run_properties,
    birth.runtime_tags,
    birth.artifacts,
    birth.create_time,
    birth.timeline_event,
    endsAs === undefined ? null : [endsAs.status, endsAs.message],
    birth.run,
    birth.await_end,
  ];
}

function decodeBirth(list: List): CreateMessage {
  const workflowUuid = textAt(list, 3);
  const birth: CreateMessage = {
    kind: 'create',
    workflow_id: textAt(list, 0),
    instance_id: numberAt(list, 1),
    run_id: numberAt(list, 2),
    workflow_uuid: workflowUuid,
    version_id: numberAt(list, 4),
    definition: textAt(list, 5),
    correlation_id: '',
    internal_id: numberAt(list, 7),
    request_id: list[8] === null ? workflowUuid : textAt(list, 8),
    request_time: numberAt(list, 9),
    initiator: objectAt(list, 10),
    run_params: objectAt(list, 11),
    params: objectAt(list, 12),
    run_properties: objectAt(list, 13),
    runtime_tags: listOf(list[14]) as readonly PlainObject[],
    artifacts: objectAt(list, 15),
    create_time: numberAt(list, 16),
    timeline_event: objectAt(list, 17),
    run: list[19] === true,
    await_end: list[20] === true,
    ...(list[18] === null ? {} : { ends_as: decodeEndsAs(listOf(list[18])) }),
  };
  return { ...birth, correlation_id: list[6] === null ? ownCorrelation(birth) : textAt(list, 6) };
}

/** The correlation id of a run that no other run started. */
function ownCorrelation({ workflow_id, instance_id, run_id }: CreateMessage): string {
  return `${workflow_id}:${instance_id}:${run_id}`;
}

function decodeEndsAs(list: List): NonNullable<CreateMessage['ends_as']> {
  return {
    status: textAt(list, 0) as NonNullable<CreateMessage['ends_as']>['status'],
    message: textAt(list, 1),
  };
}

/** Pairs of status and count, without the zeros. */
function encodeCounts(counts: readonly number[]): Plain {
  const pairs: number[] = [];
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code] ?? 0;
    if (count !== 0) pairs.push(code, count);
  }
  return pairs;
}

function decodeCounts(pairs: List): readonly number[] {
  const counts = STEP_STATUSES.map(() => 0);
  for (let at = 0; at < pairs.length; at += 2)
    counts[numberAt(pairs, at)] = numberAt(pairs, at + 1);
  return counts;
}

/** Neighbours among steps that are ready differ by this much. */
const READY_STRIDE = 2;

/** Runs [entry, count] of steps that follow one another: a fan-out is one run. */
function encodeQueue({ entries, from }: StepQueue, stride: number): Plain {
  const runs: number[] = [];
  for (let at = from; at < entries.length; at++) {
    const entry = entries[at] ?? 0;
    const last = runs.length - 2;
    const count = runs[last + 1] ?? 0;
    if (last >= 0 && (runs[last] ?? 0) + stride * count === entry) runs[last + 1] = count + 1;
    else runs.push(entry, 1);
  }
  return runs;
}

function decodeQueue(runs: List, stride: number): StepQueue {
  if (runs.length === 0) return EMPTY_QUEUE;
  const entries: number[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    const first = numberAt(runs, at);
    const count = numberAt(runs, at + 1);
    for (let one = 0; one < count; one++) entries.push(first + stride * one);
  }
  return { entries, from: 0 };
}

/** [records, positions]: which record each step has, -1 for none. One record for all of them is [records, count]. */
function encodeBlock(block: StepBlock): Plain {
  const records: StepRecord[] = [];
  const positions: number[] = [];
  for (const record of block) {
    if (record === undefined) {
      positions.push(-1);
      continue;
    }
    let position = records.lastIndexOf(record);
    if (position < 0) position = records.push(record) - 1;
    positions.push(position);
  }
  const isUniform = records.length === 1 && !positions.includes(-1);
  return [records.map(encodeRecord), isUniform ? positions.length : positions];
}

function decodeBlock(plain: Plain): StepBlock {
  const [rows, positions] = listOf(plain);
  const records = listOf(rows).map(decodeRecord);
  if (typeof positions === 'number') return Array.from({ length: positions }, () => records[0]);
  return listOf(positions).map((position) => records[Number(position)]);
}

/** A record: status, attempt, times, then what is seldom there. */
export function encodeRecord(record: StepRecord): Plain {
  const { status, retries, taken } = record;
  const list: Plain[] = [
    STEP_STATUS_CODE[status],
    record.attempt,
    encodeTimes(record.times, status),
    record.pending,
    record.satisfied,
    record.detailed,
    taken === undefined ? null : taken,
    record.alarmAtMs,
    record.timeoutAtMs,
    PERMIT_STATES.indexOf(record.permit),
    isNoRetries(retries)
      ? null
      : [retries.error, retries.platform, retries.timeout, retries.manual],
    record.deciding,
  ];
  while (list.length > 0 && list.at(-1) === ORDINARY[list.length - 1]) list.pop();
  return list;
}

/** Reads a record. */
export function decodeRecord(plain: Plain): StepRecord {
  const written = listOf(plain);
  const list = [...written, ...ORDINARY.slice(written.length)];
  const status = STEP_STATUSES[numberAt(list, 0)] ?? 'NOT_CREATED';
  return {
    status,
    attempt: numberAt(list, 1),
    times: decodeTimes(list[2] ?? null, status),
    pending: numberAt(list, 3),
    satisfied: list[4] === true,
    retries: list[10] === null ? NO_RETRIES : decodeRetries(listOf(list[10])),
    alarmAtMs: numberAt(list, 7),
    timeoutAtMs: numberAt(list, 8),
    permit: PERMIT_STATES[numberAt(list, 9)] ?? 'none',
    taken: list[6] === null ? undefined : (listOf(list[6]) as readonly number[]),
    detailed: list[5] === true,
    deciding: list[11] === true,
  };
}

const PERMIT_STATES: readonly PermitState[] = ['none', 'queued', 'requested', 'held'];

/** What the end of a record is when nothing else is written; the first three are always written. */
const ORDINARY: readonly Plain[] = [null, null, null, 0, true, false, null, 0, 0, 0, null, false];

function isNoRetries({ error, platform, timeout, manual }: Retries): boolean {
  return error === 0 && platform === 0 && timeout === 0 && manual === 0;
}

function decodeRetries(list: List): Retries {
  return {
    error: numberAt(list, 0),
    platform: numberAt(list, 1),
    timeout: numberAt(list, 2),
    manual: numberAt(list, 3),
  };
}

/** Stages of an attempt that went through to its status without a rest, as bits; 0: the times are written out. */
function stagesAtOnce(status: StepStatus): number {
  if (status === 'SUCCEEDED') return ALL_STAGES;
  return status === 'UNSATISFIED' ? (1 << STAGE.CREATE) | (1 << STAGE.END) : 0;
}

const ALL_STAGES = STAGES.reduce(
  (bits, _, stage) => (stage === STAGE.PAUSE ? bits : bits | (1 << stage)),
  0,
);

/** One number when every stage was reached at that time, else the first and what the others are later; -1: not reached. */
function encodeTimes(times: StageTimes, status: StepStatus): Plain {
  const [first = 0] = times;
  const atOnce = stagesAtOnce(status);
  let isAtOnce = atOnce !== 0;
  for (let stage = 0; isAtOnce && stage < times.length; stage++) {
    isAtOnce = times[stage] === ((atOnce & (1 << stage)) === 0 ? 0 : first);
  }
  if (isAtOnce || first === 0) return first;
  return times.map((time, stage) => (stage === 0 ? time : time === 0 ? -1 : time - first));
}

function decodeTimes(plain: Plain, status: StepStatus): StageTimes {
  if (typeof plain === 'number') {
    const atOnce = stagesAtOnce(status);
    return STAGES.map((_, stage) => ((atOnce & (1 << stage)) === 0 ? 0 : plain));
  }
  const list = listOf(plain);
  const first = numberAt(list, 0);
  return list.map((later, stage) => {
    if (stage === 0) return first;
    return Number(later) < 0 ? 0 : first + Number(later);
  });
}

const steps: RowCodec<StepBlock> = { numericKeys: true, encode: encodeBlock, decode: decodeBlock };

const details: RowCodec<DetailsRow> = {
  numericKeys: true,
  encode: ({ params, artifacts, timeline }) => [params ?? null, artifacts ?? null, timeline],
  decode: (plain) => {
    const list = listOf(plain);
    return {
      params: list[0] === null ? undefined : objectAt(list, 0),
      artifacts: list[1] === null ? undefined : objectAt(list, 1),
      timeline: listOf(list[2]) as readonly PlainObject[],
    };
  },
};

const attempts: RowCodec<StepRecord> = {
  numericKeys: true,
  forgetStored: true,
  encode: encodeRecord,
  decode: decodeRecord,
};

export const instanceCodec: ActorCodec<InstanceHead, InstanceRows> = {
  schemaVersion: 1,
  encodeHead,
  decodeHead,
  tables: { steps, details, attempts },
};

function listOf(plain: Plain | undefined): List {
  assert(Array.isArray(plain), 'a row is a list', { type: typeof plain });
  return plain as List;
}

function numberAt(list: List, at: number): number {
  const value = list[at];
  assert(typeof value === 'number', 'a number stands at its place', { at });
  return value;
}

function textAt(list: List, at: number): string {
  const value = list[at];
  assert(typeof value === 'string', 'a text stands at its place', { at });
  return value;
}

function objectAt(list: List, at: number): PlainObject {
  const value = list[at];
  assert(typeof value === 'object' && value !== null, 'an object stands at its place', { at });
  return value as PlainObject;
}
