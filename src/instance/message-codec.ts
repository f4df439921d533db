// Between typed messages and the plain objects in which the runtime carries them. Messages are plain already; only the
// types know more.

import { assert } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Effect, EvaluateOutcome, LaunchOutcome } from '../effect.ts';
import type { WorkflowAnswer, WorkflowMessage, WorkflowReply } from '../workflow/message.ts';
import type { InstanceMessage, InstanceQuery } from './message.ts';

/** A message for an instance, as its workflow, a door or the instance itself made it. */
export function decodeMessage(message: PlainObject): InstanceMessage {
  assertKind(message);
  return message as unknown as InstanceMessage;
}

/** A question for an instance. */
export function decodeQuery(query: PlainObject): InstanceQuery {
  assertKind(query);
  return query as unknown as InstanceQuery;
}

/** What a step runtime reports. */
export function decodeLaunchOutcome(outcome: PlainObject): LaunchOutcome {
  assertKind(outcome);
  return outcome as unknown as LaunchOutcome;
}

/** What the evaluation of a step's parameters came to. */
export function decodeEvaluateOutcome(outcome: PlainObject): EvaluateOutcome {
  assertKind(outcome);
  return outcome as unknown as EvaluateOutcome;
}

export function encodeMessage(message: InstanceMessage): PlainObject {
  return message as unknown as PlainObject;
}

export function encodeWorkflowMessage(message: WorkflowMessage): PlainObject {
  return message as unknown as PlainObject;
}

export function encodeReply(reply: WorkflowReply): PlainObject {
  return reply as unknown as PlainObject;
}

export function encodeAnswer(answer: WorkflowAnswer): PlainObject {
  return answer as unknown as PlainObject;
}

export function encodeEffect(effect: Effect): PlainObject {
  return effect as unknown as PlainObject;
}

function assertKind({ kind }: PlainObject): void {
  assert(typeof kind === 'string', 'a message names its kind', { type: typeof kind });
}
