// Requests as they arrive, in the terms of the handlers. In proto3 an empty text and a 0 say "left out".

import type { PlainObject } from '../../../cluster/core/plain.ts';
import { isJsonObject, type JsonValue } from '../../definition/json.ts';
import { problem } from '../../definition/problem.ts';
import { ApiError, type PageRequest, type RunName, type StartRequest } from '../service.ts';
import { readJson } from '../json.ts';

const PAGE_SIZE = 100;
const PAGE_LIMIT = 200;
const NOTHING: PlainObject = {};

/** The fields that every way to start has. */
export interface StartFields {
  readonly workflowId: string;
  readonly version: string;
  readonly requestId: string;
  readonly runParamsJson: string;
}

export function startRequest(fields: StartFields): StartRequest {
  return {
    workflowId: required(fields.workflowId, 'workflow_id'),
    version: fields.version === '' ? 'default' : fields.version,
    requestId: optional(fields.requestId),
    runParams:
      fields.runParamsJson === '' ? NOTHING : jsonObject(fields.runParamsJson, 'run_params_json'),
    runtimeTags: [],
    artifacts: NOTHING,
    persistFailedRun: false,
  };
}

/** An object from JSON text. @param path names the field in the error */
export function jsonObject(text: string, path: string): PlainObject {
  const value = readText(text, path);
  if (isJsonObject(value)) return value;
  throw refused(path, 'be a JSON object', value);
}

function readText(text: string, path: string): JsonValue {
  try {
    return readJson(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const rule = `be JSON (${reason})`;
    throw refused(path, rule, text, cause);
  }
}

export function pageRequest(page: {
  readonly pageSize: number;
  readonly pageToken: string;
}): PageRequest {
  const { pageSize, pageToken } = page;
  if (pageSize < 0 || pageSize > PAGE_LIMIT) {
    throw refused('page_size', `be 0 to ${PAGE_LIMIT}`, pageSize);
  }
  return { limit: pageSize === 0 ? PAGE_SIZE : pageSize, cursor: optional(pageToken) };
}

export function runName(fields: {
  readonly workflowId: string;
  readonly instanceId: number;
  readonly runId: number;
}): RunName {
  const { instanceId, runId } = fields;
  if (instanceId < 1) throw refused('instance_id', 'be 1 or more', instanceId);
  if (runId < 0) throw refused('run_id', 'be 1 or more, or 0 for the latest', runId);
  return {
    workflowId: required(fields.workflowId, 'workflow_id'),
    instanceId,
    runId: runId === 0 ? undefined : runId,
  };
}

export function required(text: string, path: string): string {
  if (text === '') throw refused(path, 'not be empty', text);
  return text;
}

export const optional = (text: string): string | undefined => (text === '' ? undefined : text);

export function refused(path: string, rule: string, value: unknown, cause?: unknown): ApiError {
  const problems = [problem(path, rule, value)];
  return new ApiError('invalid', `${path} must ${rule}`, { problems, cause });
}
