// WorkflowService over the handlers.

import type { WorkflowServiceServer } from '../../../proto/gen/baton/v1/workflow.ts';
import type { PlainObject } from '../../../cluster/core/plain.ts';
import { isJsonObject } from '../../definition/json.ts';
import { writeJson } from '../json.ts';
import { jsonObject, pageRequest, required } from '../mapping/request.ts';
import { type Door, unary } from './calls.ts';

/** The handlers of WorkflowService. */
export function workflowService(door: Door): WorkflowServiceServer {
  const { workflow } = door.services;
  const idOf = (request: { readonly workflowId: string }) =>
    required(request.workflowId, 'workflow_id');
  return {
    push: unary(door, async ({ definitionJson }, call) => {
      const pushed = await workflow.push(call, jsonObject(definitionJson, 'definition_json'));
      return {
        ...versionName(pushed),
        workflowJson: writeJson(pushed),
      };
    }),
    get: unary(door, async (request) => {
      const version = request.version === '' ? 'default' : request.version;
      const found = await workflow.version(idOf(request), version, true);
      return { workflowJson: writeJson(found) };
    }),
    list: unary(door, async (request) => {
      const { elements, end, hasNext } = await workflow.list(pageRequest(request));
      const nextPageToken = hasNext ? (end ?? '') : '';
      return { workflowsJson: elements.map(writeJson), nextPageToken };
    }),
    delete: unary(door, async (request, call) => ({
      resultJson: writeJson(await workflow.delete(call, idOf(request))),
    })),
    validate: unary(door, async ({ definitionJson }, call) => {
      const body = jsonObject(definitionJson, 'definition_json');
      return { problems: [...(await workflow.validate(call, body))] };
    }),
    listVersions: unary(door, async (request) => {
      const page = await workflow.versions(idOf(request), pageRequest(request));
      const nextPageToken = page.hasNext ? (page.end ?? '') : '';
      return { versionsJson: page.elements.map(writeJson), nextPageToken };
    }),
    activate: unary(door, async (request, call) => {
      const version = required(request.version, 'version');
      const result = await workflow.activate(call, idOf(request), version);
      return { resultJson: writeJson(result) };
    }),
    deactivate: unary(door, async (request, call) => ({
      resultJson: writeJson(await workflow.deactivate(call, idOf(request))),
    })),
    updateProperties: unary(door, async (request, call) => {
      const update = jsonObject(request.updateJson, 'update_json');
      const properties = await workflow.updateProperties(call, idOf(request), update);
      return { propertiesJson: writeJson(properties) };
    }),
    overview: unary(door, async (request) => ({
      overviewJson: writeJson(await workflow.overview(idOf(request))),
    })),
  };
}

/** What a version says of itself: it is named in its metadata. */
function versionName(version: PlainObject): { workflowId: string; versionId: number } {
  const { metadata } = version;
  const names = isJsonObject(metadata) ? metadata : {};
  return {
    workflowId: String(names['workflow_id']),
    versionId: Number(names['workflow_version_id']),
  };
}
