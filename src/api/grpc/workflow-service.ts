// WorkflowService over the handlers.

import type { WorkflowServiceServer } from '../../../proto/gen/baton/v1/workflow.ts';
import { jsonText } from '../mapping/json-text.ts';
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
        workflowId: String(pushed['workflow_id']),
        versionId: Number(pushed['workflow_version_id']),
        workflowJson: jsonText(pushed),
      };
    }),
    get: unary(door, async (request) => {
      const version = request.version === '' ? 'default' : request.version;
      const found = await workflow.version(idOf(request), version, true);
      return { workflowJson: jsonText(found) };
    }),
    list: unary(door, async (request) => {
      const { elements, end, hasNext } = await workflow.list(pageRequest(request));
      const nextPageToken = hasNext ? (end ?? '') : '';
      return { workflowsJson: elements.map(jsonText), nextPageToken };
    }),
    delete: unary(door, async (request, call) => ({
      resultJson: jsonText(await workflow.delete(call, idOf(request))),
    })),
    validate: unary(door, async ({ definitionJson }, call) => {
      const body = jsonObject(definitionJson, 'definition_json');
      return { problems: [...(await workflow.validate(call, body))] };
    }),
    listVersions: unary(door, async (request) => {
      const page = await workflow.versions(idOf(request), pageRequest(request));
      const nextPageToken = page.hasNext ? (page.end ?? '') : '';
      return { versionsJson: page.elements.map(jsonText), nextPageToken };
    }),
    activate: unary(door, async (request, call) => {
      const version = required(request.version, 'version');
      const result = await workflow.activate(call, idOf(request), version);
      return { resultJson: jsonText(result) };
    }),
    deactivate: unary(door, async (request, call) => ({
      resultJson: jsonText(await workflow.deactivate(call, idOf(request))),
    })),
    updateProperties: unary(door, async (request, call) => {
      const update = jsonObject(request.updateJson, 'update_json');
      const properties = await workflow.updateProperties(call, idOf(request), update);
      return { propertiesJson: jsonText(properties) };
    }),
    overview: unary(door, async (request) => ({
      overviewJson: jsonText(await workflow.overview(idOf(request))),
    })),
  };
}
