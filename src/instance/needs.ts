// Which rows and facts a turn or a read of an instance will touch: every record of the latest run. A graph is a few rows,
// and which of them a turn writes is known only once conditions were evaluated.

import type { Delivery, Needs } from '../../cluster/port/actor-kind.ts';
import type { InstanceMessage, InstanceQuery } from './message.ts';
import { decodeMessage } from './message-codec.ts';
import {
  attemptRange,
  blockRange,
  type InstanceHead,
  type InstanceRows,
  type InstanceState,
} from './state.ts';
import { isEnded } from './status.ts';

const NOTHING: Needs<InstanceRows> = {};

/** What the turn for a delivery will touch. */
export function needs({ head }: InstanceState, delivery: Delivery): Needs<InstanceRows> {
  switch (delivery.kind) {
    case 'message':
      return needsOfMessage(head, decodeMessage(delivery.message));
    case 'timer':
    case 'outcome':
      return head === undefined || isEnded(head.status) ? NOTHING : needsOfRun(head);
  }
}

function needsOfMessage(
  head: InstanceHead | undefined,
  message: InstanceMessage,
): Needs<InstanceRows> {
  if (head === undefined) {
    return message.kind === 'create' ? { facts: [message.definition] } : NOTHING;
  }
  switch (message.kind) {
    case 'create':
    case 'await-end':
      return NOTHING;
    case 'permit-granted':
      return isEnded(head.status) ? { facts: [head.birth.definition] } : needsOfRun(head);
    case 'run':
    case 'stop':
    case 'remove':
    case 'advance':
      return isEnded(head.status) ? NOTHING : needsOfRun(head);
  }
}

function needsOfRun(head: InstanceHead): Needs<InstanceRows> {
  const steps = { table: 'steps', ...blockRange(head.runId) } as const;
  const facts = [head.birth.definition];
  if (head.details === 0) return { ranges: [steps], facts };
  return { ranges: [steps, { table: 'details', ...attemptRange(head.runId) }], facts };
}

/** What a read will touch. */
export function needsToRead({ head }: InstanceState, query: InstanceQuery): Needs<InstanceRows> {
  if (head === undefined) return NOTHING;
  const run = needsOfRun(head);
  switch (query.kind) {
    case 'run':
    case 'step':
      return {
        ...run,
        ranges: [...(run.ranges ?? []), { table: 'attempts', ...attemptRange(head.runId) }],
      };
  }
}
