// The turn of a workflow actor.

import { unreachable } from '../../cluster/core/errors.ts';
import type { Reduction } from '../../cluster/core/reduction.ts';
import type { Delivery, TurnContext } from '../../cluster/port/actor-kind.ts';
import { beginDeletion, removed, removeRows } from './deletion.ts';
import { ended, unblockAll, unblockOne } from './failure.ts';
import { decodeMessage, decodeOutcome } from './message-codec.ts';
import type { WorkflowCommand, WorkflowMessage } from './message.ts';
import { letGo, releasePermit, requestPermit } from './permit.ts';
import { notFound } from './refusal.ts';
import type { RunParamsSetting, StartDefinition } from './run-params.ts';
import { addTag, deleteTag, updateProperties } from './snapshot.ts';
import { resume, start, type StartContext } from './start.ts';
import type { LiveHead, WorkflowHead, WorkflowRows, WorkflowState } from './state.ts';
import { stopAll } from './stop-all.ts';
import { sweepSlice } from './sweep.ts';
import { Turn } from './turn.ts';
import { activate, deactivate, push } from './version.ts';

/** Takes one turn. Pure; never throws for input. */
export function reduce<Fact extends StartDefinition>(
  state: WorkflowState,
  delivery: Delivery,
  context: TurnContext<Fact>,
  setting: RunParamsSetting,
): Reduction<WorkflowHead, WorkflowRows> {
  const asker = delivery.kind === 'message' ? delivery.replyTo : undefined;
  const turn = new Turn(state, context, asker);
  switch (delivery.kind) {
    case 'message':
      receive(turn, decodeMessage(delivery.message), { context, setting });
      break;
    case 'outcome':
      if (turn.head?.kind === 'live') {
        const outcome = decodeOutcome(delivery.outcome);
        resume(turn, turn.head, { requestId: delivery.id, outcome }, { context, setting });
      }
      break;
    case 'timer':
      break;
    default:
      unreachable(delivery);
  }
  return turn.reduction();
}

function receive(turn: Turn, message: WorkflowMessage, within: StartContext): void {
  const { head } = turn;
  if (message.kind === 'push') push(turn, message);
  else if (message.kind === 'removed') removed(turn, message);
  else if (message.kind === 'advance') advance(turn);
  else if (head?.kind === 'live') obey(turn, head, message, within);
  else turn.reply(notFound(turn.workflowId));
}

function obey(turn: Turn, head: LiveHead, command: WorkflowCommand, within: StartContext): void {
  switch (command.kind) {
    case 'start':
      start(turn, head, command, within);
      return;
    case 'ended':
      ended(turn, head, command);
      return;
    case 'permit-request':
      requestPermit(turn, head, command);
      return;
    case 'permit-release':
      releasePermit(turn, head, command);
      return;
    case 'update-properties':
      updateProperties(turn, head, command.update, command.author);
      return;
    case 'add-tag':
      addTag(turn, head, command.tag, command.author);
      return;
    case 'delete-tag':
      deleteTag(turn, head, command.name, command.author);
      return;
    case 'activate':
      activate(turn, head, command.version, command.author);
      return;
    case 'deactivate':
      deactivate(turn, head, command.author);
      return;
    case 'stop-all':
      stopAll(turn, head, command.kill, command.author);
      return;
    case 'unblock': {
      const { instance_id: instanceId, run_id: runId, author } = command;
      if (instanceId === undefined) unblockAll(turn, head, author);
      else unblockOne(turn, head, { instanceId, runId, author });
      return;
    }
    case 'delete':
      beginDeletion(turn, head, command.author);
      return;
    default:
      unreachable(command);
  }
}

/** Goes on with what one turn could not finish. */
function advance(turn: Turn): void {
  const { head } = turn;
  if (head?.kind === 'deleting') removeRows(turn, head);
  if (head?.kind !== 'live') return;
  turn.head = letGo(turn, sweepSlice(turn, { ...head, advancing: false }));
}
