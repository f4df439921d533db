// Births: the instance of a start, and what its arrival does to those before it.

import { assert, unreachable } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { CreateMessage } from '../instance/message.ts';
import { startEvent } from './initiator.ts';
import type { StartMessage } from './message.ts';
import { enqueue, occupy } from './queue.ts';
import { type Admission, admit } from './run-strategy.ts';
import { LATEST_PROPERTIES, type LiveHead } from './state.ts';
import { beginSweep } from './sweep.ts';
import type { Turn } from './turn.ts';

const FIRST_RUN = 1;

/** The user in whose name a run strategy stops instances. */
const STRATEGY_AUTHOR = 'maestro_run_strategy';

/** A start whose version is known. */
export interface Started {
  readonly message: StartMessage;
  readonly version: number;
}

/** A start whose parameters are known. */
export interface Evaluated extends Started {
  /** Evaluated parameters, encoded. */
  readonly params: PlainObject;
}

/** Makes the instance that the run strategy lets run, wait or end. */
export function create(turn: Turn, head: LiveHead, started: Evaluated): void {
  const admission = admit(head.strategy, head);
  switch (admission.kind) {
    case 'run':
      turn.head = occupyNew(turn, bear(turn, head, started, true));
      return;
    case 'queue':
      turn.head = enqueueNew(turn, bear(turn, head, started, false));
      return;
    case 'stop':
      turn.head = bear(turn, head, { ...started, endsAs: stoppedBy(turn, head) }, false);
      return;
    case 'replace':
      turn.head = replaceOthers(turn, head, started, admission);
      return;
    default:
      unreachable(admission);
  }
}

function occupyNew(turn: Turn, head: LiveHead): LiveHead {
  return occupy(turn, head, head.latestInstance, FIRST_RUN);
}

function enqueueNew(turn: Turn, head: LiveHead): LiveHead {
  return enqueue(turn, head, head.latestInstance, FIRST_RUN);
}

function replaceOthers(
  turn: Turn,
  head: LiveHead,
  started: Evaluated,
  { running, thenRun }: Extract<Admission, { readonly kind: 'replace' }>,
): LiveHead {
  const swept = beginSweep(turn, head, {
    kill: false,
    author: STRATEGY_AUTHOR,
    reason: `The run strategy ${head.strategy.rule} replaced it by instance [${head.latestInstance + 1}]`,
    running,
  });
  const born = bear(turn, swept, started, thenRun);
  return thenRun ? occupyNew(turn, born) : enqueueNew(turn, born);
}

/** The end of an instance that may not begin because another one has not ended. */
function stoppedBy(turn: Turn, head: LiveHead): NonNullable<CreateMessage['ends_as']> {
  const [running] = turn.running.first() ?? [];
  const other = running ?? head.queueFrom;
  return {
    status: 'STOPPED',
    message: `Stopped by the run strategy ${head.strategy.rule}, because instance [${other}] has not ended`,
  };
}

interface Newborn extends Evaluated {
  readonly endsAs?: NonNullable<CreateMessage['ends_as']>;
}

/** Gives the instance its number, remembers its request id and tells it everything it needs to live. */
function bear(turn: Turn, head: LiveHead, born: Newborn, run: boolean): LiveHead {
  const { message, version, params, endsAs } = born;
  const instanceId = head.latestInstance + 1;
  const row = turn.versions.get(version);
  assert(row !== undefined, 'every version up to the latest has a row', { version });
  turn.requests = turn.requests.set(message.request_id, { instanceId, runId: FIRST_RUN, version });
  const create: CreateMessage = {
    kind: 'create',
    workflow_id: turn.workflowId,
    instance_id: instanceId,
    run_id: FIRST_RUN,
    workflow_uuid: message.request_id,
    version_id: version,
    definition: row.definition,
    correlation_id: message.correlation_id ?? `${turn.workflowId}:${instanceId}:${FIRST_RUN}`,
    internal_id: head.life,
    request_id: message.request_id,
    request_time: message.request_time,
    initiator: message.initiator,
    run_params: message.run_params,
    params,
    run_properties: runProperties(turn),
    runtime_tags: message.runtime_tags,
    artifacts: message.artifacts,
    create_time: turn.nowMs,
    timeline_event: startEvent(message.initiator, turn.nowMs),
    run,
    await_end: message.await_end,
    ...(endsAs === undefined ? {} : { ends_as: endsAs }),
  };
  turn.tell(instanceId, create, { birth: true, replyTo: turn.asker });
  return { ...head, latestInstance: instanceId };
}

/** Makes an instance that has failed already, which no run strategy minds. */
export function createFailed(turn: Turn, head: LiveHead, started: Started, message: string): void {
  const born = { ...started, params: {}, endsAs: { status: 'FAILED', message } } as const;
  turn.head = bear(turn, head, born, false);
}

/** What an instance keeps of the properties. Every workflow has some: its first push brought them. */
export function runProperties(turn: Turn): PlainObject {
  const row = turn.properties.get(LATEST_PROPERTIES);
  assert(row !== undefined, 'a workflow has properties', { workflow: turn.workflowId });
  return row.run;
}
