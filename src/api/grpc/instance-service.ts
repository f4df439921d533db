// InstanceService over the handlers; StartMany has a file of its own.

import type { ServerWritableStream } from '@grpc/grpc-js';
import type {
  InstanceServiceServer,
  InstanceServiceStartResponse,
  InstanceServiceWatchRequest,
  InstanceServiceWatchResponse,
} from '../../../proto/gen/baton/v1/instance.ts';
import { writeJson } from '../json.ts';
import { pageRequest, required, runName, startRequest } from '../mapping/request.ts';
import type { Change, Started } from '../service.ts';
import { type Door, END_WITHIN_MS, errorFor, unary } from './calls.ts';
import { startMany } from './start-many.ts';

type Watching = ServerWritableStream<InstanceServiceWatchRequest, InstanceServiceWatchResponse>;

/** Changes that a watcher has not taken yet, at most; one that falls further behind is sent away and may come back. */
const BEHIND_LIMIT = 10_000;

/** The handlers of InstanceService. */
export function instanceService(door: Door): InstanceServiceServer {
  const { instance } = door.services;
  return {
    start: unary(door, async (request, call) =>
      startResponse(await instance.start(call, startRequest(request))),
    ),
    startMany: (call) => startMany(door, call),
    run: unary(
      door,
      async (request, call) => startResponse(await instance.run(call, startRequest(request))),
      END_WITHIN_MS,
    ),
    stop: unary(door, async (request, call) => ({
      resultJson: writeJson(await instance.stop(call, runName(request), false)),
    })),
    kill: unary(door, async (request, call) => ({
      resultJson: writeJson(await instance.stop(call, runName(request), true)),
    })),
    get: unary(door, async (request) => {
      const found = await instance.get(runName(request), { enriched: true, aggregated: true });
      return {
        workflowId: String(found['workflow_id']),
        instanceId: Number(found['workflow_instance_id']),
        runId: Number(found['workflow_run_id']),
        status: String(found['status']),
        instanceJson: writeJson(found),
      };
    }),
    list: unary(door, async (request) => {
      const workflowId = required(request.workflowId, 'workflow_id');
      const { elements, end, hasNext } = await instance.list(workflowId, pageRequest(request));
      const nextPageToken = hasNext ? (end ?? '') : '';
      return { instancesJson: elements.map(writeJson), nextPageToken };
    }),
    watch: (call) => watch(door, call),
  };
}

function startResponse(started: Started): InstanceServiceStartResponse {
  const { workflowId, versionId, instanceId, runId, uuid, status } = started;
  return { workflowId, versionId, instanceId, runId, uuid, status };
}

/** Sends changes until the run has ended, the caller leaves or falls behind. */
function watch(door: Door, call: Watching): void {
  let stop: (() => void) | undefined;
  let isOver = false;
  const finish = (error?: unknown) => {
    if (isOver) return;
    isOver = true;
    stop?.();
    if (error === undefined) call.end();
    // Destroying the stream would lose the error on its way.
    else call.emit('error', errorFor(door, error));
  };
  const send = ({ seq, entries, ended }: Change) => {
    if (isOver) return;
    call.write({ seq, entriesJson: entries.map(writeJson) });
    if (ended || call.writableLength > BEHIND_LIMIT) finish();
  };
  call.on('cancelled', () => finish());
  try {
    const name = runName({ ...call.request, runId: 0 });
    stop = door.services.instance.watch(name, call.request.afterSeq, send, finish);
    // The end may have come before the way to stop was known.
    if (isOver) stop();
  } catch (error) {
    finish(error);
  }
}
