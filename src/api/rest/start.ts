// The body of a start.

import type { PlainObject } from '../../../cluster/core/plain.ts';
import { isJsonObject, type JsonObject } from '../../definition/json.ts';
import { type Problem, problem } from '../../definition/problem.ts';
import { parseTags, tagToJson } from '../../definition/tag.ts';
import { manual } from '../instance-handlers.ts';
import type { StartRequest, Started } from '../service.ts';
import { refuseProblems } from '../workflow-handlers.ts';
import { part, type RestRequest } from './request.ts';

/** What a start may say. */
const FIELDS: ReadonlySet<string> = new Set([
  'initiator',
  'request_id',
  'request_time',
  'run_params',
  'runtime_tags',
  'artifacts',
  'persist_failed_run',
]);

const INITIATORS = ['manual'];
const REQUEST_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads a start: an initiator, and perhaps a request id, parameters, tags, artifacts. */
export function startOf(request: RestRequest): StartRequest {
  const problems: Problem[] = [];
  const body = objectAt(request.body.value() ?? {}, 'request', problems);
  for (const [name, value] of Object.entries(body)) {
    if (!FIELDS.has(name)) problems.push(problem(name, 'not be given', value));
  }
  const tags = parseTags(body['runtime_tags'], 'runtime_tags', problems);
  const start: StartRequest = {
    workflowId: part(request, 'workflow'),
    version: part(request, 'version'),
    requestId: requestIdOf(body, problems),
    requestTimeMs: timeOf(body, problems),
    initiator: initiatorOf(body, request.call.caller, problems),
    runParams: objectAt(body['run_params'] ?? {}, 'run_params', problems),
    runtimeTags: tags.map(tagToJson),
    artifacts: objectAt(body['artifacts'] ?? {}, 'artifacts', problems),
    persistFailedRun: booleanOf(body, 'persist_failed_run', problems),
  };
  refuseProblems('the start request is not valid', problems);
  return start;
}

function objectAt(value: unknown, path: string, problems: Problem[]): JsonObject {
  if (isJsonObject(value)) return value;
  problems.push(problem(path, 'be an object', value));
  return {};
}

function requestIdOf(body: JsonObject, problems: Problem[]): string | undefined {
  const id = body['request_id'] ?? undefined;
  if (id === undefined) return undefined;
  if (typeof id === 'string' && REQUEST_ID.test(id)) return id;
  problems.push(problem('request_id', 'be a UUID', id));
  return undefined;
}

function timeOf(body: JsonObject, problems: Problem[]): number | undefined {
  const time = body['request_time'] ?? undefined;
  if (time === undefined || (typeof time === 'number' && Number.isSafeInteger(time))) return time;
  problems.push(problem('request_time', 'be milliseconds since 1970', time));
  return undefined;
}

function booleanOf(body: JsonObject, name: string, problems: Problem[]): boolean {
  const value = body[name] ?? false;
  if (typeof value !== 'boolean') problems.push(problem(name, 'be true or false', value));
  return value === true;
}

/** Only people start through this door; triggers and parents start from within. */
function initiatorOf(body: JsonObject, caller: string, problems: Problem[]): PlainObject {
  const initiator = body['initiator'] ?? undefined;
  if (initiator === undefined) {
    problems.push(problem('initiator', 'be an object with a type', initiator));
    return {};
  }
  const given = objectAt(initiator, 'initiator', problems);
  const type = given['type'];
  if (typeof type !== 'string' || !INITIATORS.includes(type.toLowerCase())) {
    problems.push(problem('initiator.type', `be one of ${INITIATORS.join(', ')}`, type));
  }
  return manual(caller);
}

/** The answer to a start. */
export function startedJson(started: Started): PlainObject {
  return {
    workflow_id: started.workflowId,
    workflow_version_id: started.versionId,
    workflow_instance_id: started.instanceId,
    workflow_run_id: started.runId,
    workflow_uuid: started.uuid,
    status: started.status,
    timeline_event: started.timelineEvent,
  };
}
