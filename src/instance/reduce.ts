// The turn of an instance.

import { unreachable } from '../../cluster/core/errors.ts';
import { type Reduction, type ReplyTo, stay } from '../../cluster/core/reduction.ts';
import type { Delivery, TurnContext } from '../../cluster/port/actor-kind.ts';
import { advance, bringDownAll } from './advance.ts';
import { start } from './attempt.ts';
import { begin, beBorn, firstHead } from './birth.ts';
import { awaitEnd, endRun, remove } from './end.ts';
import { type InstanceMessage, parseInstanceKey } from './message.ts';
import {
  decodeEvaluateOutcome,
  decodeLaunchOutcome,
  decodeMessage,
  encodeReply,
  encodeWorkflowMessage,
} from './message-codec.ts';
import { recordDecision, recordEnd, recordEvaluation, recordState } from './outcome.ts';
import { returnUnwanted } from './permit.ts';
import type { RunDefinition } from './run-definition.ts';
import type { InstanceHead, InstanceRows, InstanceState } from './state.ts';
import { isEnded } from './status.ts';
import { paramsOf } from './step-params.ts';
import { stop } from './stop.ts';
import { parseAttemptEvent, recordOf, timerFired } from './timer.ts';
import { type InstanceSetting, Turn } from './turn.ts';

export type InstanceReduction = Reduction<InstanceHead, InstanceRows>;

/** Takes one turn. Pure; never throws for input. */
export function reduce<Fact extends RunDefinition>(
  state: InstanceState,
  delivery: Delivery,
  context: TurnContext<Fact>,
  setting: InstanceSetting,
): InstanceReduction {
  if (state.head === undefined) return reduceUnborn(state, delivery, context, setting);
  const turn = new Turn(state, state.head, context, setting);
  switch (delivery.kind) {
    case 'message':
      if (!receive(turn, decodeMessage(delivery.message), delivery.replyTo)) return stay(state);
      break;
    case 'timer':
      timerFired(turn, delivery.name, delivery.dueAtMs);
      advance(turn);
      break;
    case 'outcome':
      if (!record(turn, delivery.id, delivery.outcome)) return stay(state);
      advance(turn);
      break;
    default:
      unreachable(delivery);
  }
  return turn.reduction();
}

/** @returns false when nothing changes */
function receive(turn: Turn, message: InstanceMessage, asker: ReplyTo | undefined): boolean {
  switch (message.kind) {
    case 'create':
      return false;
    case 'run':
      if (turn.head.status !== 'CREATED' || message.run_id !== turn.head.runId) return false;
      begin(turn);
      return true;
    case 'await-end':
      awaitEnd(turn, asker);
      return true;
    case 'stop':
      stop(turn, message, asker);
      return true;
    case 'permit-granted':
      grant(turn, message);
      advance(turn);
      return true;
    case 'remove':
      removeNow(turn);
      return true;
    case 'advance':
      turn.head.advancing = false;
      advance(turn);
      return true;
    default:
      return unreachable(message);
  }
}

/** A permit came from the workflow. */
function grant(
  turn: Turn,
  message: Extract<InstanceMessage, { readonly kind: 'permit-granted' }>,
): void {
  const index = turn.definition.indexes.get(message.step_id) ?? -1;
  const isCurrent = !isEnded(turn.head.status) && message.run_id === turn.head.runId;
  const waiting = isCurrent && index >= 0 ? turn.record(index) : undefined;
  if (waiting?.attempt === message.attempt_id && waiting.permit === 'requested') {
    start(turn, index, { ...waiting, permit: 'held' }, paramsOf(turn, index));
  } else {
    returnUnwanted(turn, message.step_id);
  }
}

/** The workflow is deleted. */
function removeNow(turn: Turn): void {
  if (turn.head.status === 'IN_PROGRESS') bringDownAll(turn);
  if (!isEnded(turn.head.status)) endRun(turn, 'STOPPED');
  remove(turn);
}

/** @returns false when the outcome is late: the attempt has ended, or another one took its place (promise P4) */
function record(
  turn: Turn,
  id: string,
  outcome: Parameters<typeof decodeLaunchOutcome>[0],
): boolean {
  const event = parseAttemptEvent(id);
  if (event === undefined || isEnded(turn.head.status)) return false;
  const current = recordOf(turn, event);
  if (current === undefined) return false;
  if (event.kind === 'evaluate' && current.status === 'EVALUATING_PARAMS') {
    recordEvaluation(turn, event.index, current, decodeEvaluateOutcome(outcome));
    return true;
  }
  if (event.kind === 'decide' && current.status === 'FINISHING') {
    recordDecision(turn, event.index, current, decodeEvaluateOutcome(outcome));
    return true;
  }
  if (current.status !== 'RUNNING' || current.alarmAtMs > 0) return false;
  if (event.kind === 'state' && current.deciding) {
    recordState(turn, event.index, current, decodeEvaluateOutcome(outcome));
    return true;
  }
  if (event.kind !== 'launch' || current.deciding) return false;
  const launched = decodeLaunchOutcome(outcome);
  if (launched.kind === 'started') return false;
  recordEnd(turn, event.index, current, launched);
  return true;
}

/** Before its birth, and after its removal. */
function reduceUnborn<Fact extends RunDefinition>(
  state: InstanceState,
  delivery: Delivery,
  context: TurnContext<Fact>,
  setting: InstanceSetting,
): InstanceReduction {
  if (delivery.kind !== 'message') return stay(state);
  const message = decodeMessage(delivery.message);
  const { workflowId, instanceId } = parseInstanceKey(context.self.key);
  switch (message.kind) {
    case 'create': {
      const turn = new Turn(state, firstHead(message), context, setting);
      beBorn(turn, delivery.replyTo);
      return turn.reduction();
    }
    case 'remove':
      return { state, sends: [removed(workflowId, instanceId)] };
    case 'await-end':
    case 'stop':
      return refuseUnknown(state, delivery.replyTo, `[${workflowId}][${instanceId}]`);
    case 'run':
    case 'permit-granted':
    case 'advance':
      return stay(state);
    default:
      return unreachable(message);
  }
}

function removed(workflowId: string, instanceId: number) {
  const to = { kind: 'workflow', key: workflowId };
  const message = { kind: 'removed', instance_id: instanceId, request_id: '' } as const;
  return { to, message: encodeWorkflowMessage(message) };
}

function refuseUnknown(
  state: InstanceState,
  asker: ReplyTo | undefined,
  name: string,
): InstanceReduction {
  if (asker === undefined) return stay(state);
  const message = `there is no instance ${name}`;
  const refusal = { kind: 'refused', code: 'not-found', message, errors: [] } as const;
  return { state, replies: [{ to: asker, value: encodeReply(refusal) }] };
}
