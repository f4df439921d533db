// Between typed messages and the plain objects in which the runtime carries them. Messages are plain already; only the
// types know more.

import { assert } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { EvaluateOutcome } from '../effect.ts';
import type { InstanceMessage } from '../instance/message.ts';
import type { WorkflowAnswer, WorkflowMessage, WorkflowQuery, WorkflowReply } from './message.ts';

/** A message for a workflow, as a door or another actor made it. */
export function decodeMessage(message: PlainObject): WorkflowMessage {
  assertKind(message);
  return message as unknown as WorkflowMessage;
}

/** A question for a workflow. */
export function decodeQuery(query: PlainObject): WorkflowQuery {
  assertKind(query);
  return query as unknown as WorkflowQuery;
}

/** What the evaluation of a start's parameters came to. */
export function decodeOutcome(outcome: PlainObject): EvaluateOutcome {
  assertKind(outcome);
  return outcome as unknown as EvaluateOutcome;
}

export function encodeMessage(message: WorkflowMessage): PlainObject {
  return message as unknown as PlainObject;
}

export function encodeInstanceMessage(message: InstanceMessage): PlainObject {
  return message as unknown as PlainObject;
}

export function encodeReply(reply: WorkflowReply): PlainObject {
  return reply as unknown as PlainObject;
}

export function encodeAnswer(answer: WorkflowAnswer): PlainObject {
  return answer as unknown as PlainObject;
}

function assertKind({ kind }: PlainObject): void {
  assert(typeof kind === 'string', 'a message names its kind', { type: typeof kind });
}
