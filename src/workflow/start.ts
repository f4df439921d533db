// Starts: from a request to an instance, exactly one per request id (W4).
//
// The instance answers in the workflow's place, after its own first commit, so that whoever holds an instance number can
// read the instance. Only duplicates and refusals are answered here.

import { assert } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { TurnContext } from '../../cluster/port/actor-kind.ts';
import { type Problem, problem, problemText } from '../definition/problem.ts';
import type { Tag } from '../definition/tag.ts';
import type { EvaluateEffect, EvaluateOutcome } from '../effect.ts';
import { create, createFailed, runProperties, type Started } from './birth.ts';
import { startEvent } from './initiator.ts';
import { decodeMessage, encodeMessage } from './message-codec.ts';
import type { Refusal, StartMessage } from './message.ts';
import { invalid, refusal } from './refusal.ts';
import {
  prepareRunParams,
  type RunParams,
  runParamsOf,
  type RunParamsRequest,
  type RunParamsSetting,
  type StartDefinition,
} from './run-params.ts';
import type { LiveHead, RequestRow } from './state.ts';
import type { Turn } from './turn.ts';
import { resolveVersion } from './version.ts';

/** Callers that may wait for the start of one request id. */
const ASKERS_LIMIT = 64;

/** The turn a start happens in. */
export interface StartContext {
  readonly context: TurnContext<StartDefinition>;
  readonly setting: RunParamsSetting;
}

/** Starts an instance, unless the request id made one before. */
export function start(
  turn: Turn,
  head: LiveHead,
  message: StartMessage,
  { context, setting }: StartContext,
): void {
  const known = turn.requests.get(message.request_id);
  if (known !== undefined) {
    answerDuplicate(turn, message, known);
    return;
  }
  if (head.pending > 0 && joinPending(turn, message)) return;
  const version = resolveVersion(head, turn.workflowId, message.version);
  if (typeof version !== 'number') {
    turn.reply(version);
    return;
  }
  const row = turn.versions.get(version);
  assert(row !== undefined, 'every version up to the latest has a row', { version });
  const definition = context.fact(row.definition);
  const repeated = repeatedTags(definition.tags, message.runtime_tags);
  if (repeated.length > 0) {
    turn.reply(invalid('the runtime tags cannot be used', repeated));
    return;
  }
  const request = requestOf(turn, head, { definition, start: message, random: context.random });
  proceed(turn, head, { message, version }, prepareRunParams(request, setting));
}

function requestOf(
  turn: Turn,
  head: LiveHead,
  of: Pick<RunParamsRequest, 'definition' | 'start' | 'random'>,
): RunParamsRequest {
  return {
    ...of,
    workflowId: turn.workflowId,
    instanceId: head.latestInstance + 1,
    owner: String(runProperties(turn)['owner']),
    nowMs: turn.nowMs,
  };
}

function proceed(turn: Turn, head: LiveHead, started: Started, params: RunParams): void {
  switch (params.kind) {
    case 'ready':
      create(turn, head, { ...started, params: params.params });
      return;
    case 'refused':
      refuseParams(turn, head, started, params.problems);
      return;
    case 'later':
      postpone(turn, head, started, params.request);
  }
}

/** Runtime tags whose names the workflow's own tags have already. */
function repeatedTags(own: readonly Tag[], runtime: readonly PlainObject[]): readonly Problem[] {
  if (own.length === 0 || runtime.length === 0) return [];
  const names = new Set<unknown>(own.map(({ name }) => name));
  return runtime.flatMap((tag, index) =>
    names.has(tag['name'])
      ? [problem(`runtime_tags[${index}]`, 'not repeat a tag of the workflow', tag['name'])]
      : [],
  );
}

/** Tells of the instance that the request id made; who waits for its end is handed to it. */
function answerDuplicate(turn: Turn, message: StartMessage, known: RequestRow): void {
  if (message.await_end) {
    turn.tell(known.instanceId, { kind: 'await-end' }, { replyTo: turn.asker });
    return;
  }
  turn.reply({
    kind: 'started',
    workflow_id: turn.workflowId,
    workflow_version_id: known.version,
    workflow_instance_id: known.instanceId,
    workflow_run_id: known.runId,
    workflow_uuid: message.request_id,
    status: 'DUPLICATED',
    timeline_event: startEvent(message.initiator, turn.nowMs),
  });
}

/** @returns whether a start of this request id was under way */
function joinPending(turn: Turn, message: StartMessage): boolean {
  const row = turn.pending.get(message.request_id);
  if (row === undefined) return false;
  if (row.askers.length >= ASKERS_LIMIT) {
    turn.reply(refusal('conflict', 'too many callers wait for the start with this request id'));
  } else if (turn.asker !== undefined) {
    const askers = [...row.askers, { replyTo: turn.asker, awaitEnd: message.await_end }];
    turn.pending = turn.pending.set(message.request_id, { ...row, askers });
  }
  return true;
}

/** Keeps the start until its parameters were evaluated elsewhere. */
function postpone(
  turn: Turn,
  head: LiveHead,
  { message, version }: Started,
  request: PlainObject,
): void {
  const asker = turn.asker;
  const askers = asker === undefined ? [] : [{ replyTo: asker, awaitEnd: message.await_end }];
  const row = { start: encodeMessage(message), version, askers };
  turn.pending = turn.pending.set(message.request_id, row);
  const effect: EvaluateEffect = { kind: 'evaluate', request };
  turn.open(message.request_id, { ...effect });
  turn.head = { ...head, pending: head.pending + 1 };
}

/** Goes on with a start whose parameters were evaluated elsewhere. */
export function resume(
  turn: Turn,
  head: LiveHead,
  { requestId, outcome }: { readonly requestId: string; readonly outcome: EvaluateOutcome },
  { context, setting }: StartContext,
): void {
  turn.settle(requestId);
  const row = turn.pending.get(requestId);
  if (row === undefined) return;
  const message = decodeMessage(row.start);
  assert(message.kind === 'start', 'a pending row holds a start', { kind: message.kind });
  const version = turn.versions.get(row.version);
  assert(version !== undefined, 'every version up to the latest has a row', {
    version: row.version,
  });
  const definition = context.fact(version.definition);
  const request = requestOf(turn, head, { definition, start: message, random: context.random });
  const params = runParamsOf(outcome, request, setting);
  assert(params.kind !== 'later', 'an evaluation with the full budget ends', { requestId });
  turn.pending = turn.pending.delete(requestId);
  const settled = { ...head, pending: head.pending - 1 };
  turn.head = settled;
  const [first, ...others] = row.askers;
  turn.asker = first?.replyTo;
  const started = { message, version: row.version };
  proceed(turn, settled, started, params);
  const made = turn.requests.get(requestId);
  for (const { replyTo, awaitEnd } of others) {
    turn.asker = replyTo;
    if (made !== undefined) answerDuplicate(turn, { ...message, await_end: awaitEnd }, made);
    else if (params.kind === 'refused') turn.reply(paramsRefusal(params.problems));
  }
}

function paramsRefusal(problems: readonly Problem[]): Refusal {
  return invalid('the run parameters cannot be used', problems);
}

/** An error in the parameters changes nothing, unless the caller wants to see a failed instance. */
function refuseParams(
  turn: Turn,
  head: LiveHead,
  started: Started,
  problems: readonly Problem[],
): void {
  if (!started.message.persist_failed_run) {
    turn.reply(paramsRefusal(problems));
    return;
  }
  createFailed(turn, head, started, problems.map(problemText).join('; '));
}
