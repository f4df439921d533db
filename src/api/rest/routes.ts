// The paths of the REST API and the handlers behind them. A name in braces is a part of the path.

import { isJsonObject } from '../../definition/json.ts';
import type { Call, Page, Services } from '../service.ts';
import {
  flag,
  numberPart,
  ok,
  pageOf,
  part,
  type RestAnswer,
  type RestRequest,
  runOf,
} from './request.ts';
import { refuse, refuseProblems } from '../workflow-handlers.ts';
import { withRequestOf } from './dsl.ts';
import { startedJson, startOf } from './start.ts';

export type Route = (request: RestRequest) => Promise<RestAnswer>;

/** All routes by `METHOD /path`, below `/api/v3`. */
export function routesOf(services: Services): { readonly [pattern: string]: Route } {
  return {
    ...workflowRoutes(services),
    ...instanceRoutes(services),
    ...stepRoutes(services),
    'POST /expressions/check': async ({ body }) => ok(await checkJson(services, body.value())),
  };
}

/** {expression, params} → {references, type, value, problem}. */
async function checkJson({ expression }: Services, body: unknown): Promise<object> {
  const { expression: source, params } = isJsonObject(body) ? body : {};
  if (typeof source !== 'string') return refuse('expression', 'be a text', source);
  const { references, value, problem } = await expression.check(source, params ?? {});
  return { references, type: value?.type, value: value?.json, problem };
}

function workflowRoutes(services: Services): { readonly [pattern: string]: Route } {
  const { workflow, instance } = services;
  const id = (request: RestRequest): string => part(request, 'workflow');
  const push = async (call: Call, request: unknown) =>
    ok({ workflow_definition: await workflow.push(call, request) });
  const validate = async (call: Call, request: unknown) => {
    refuseProblems('the definition is not valid', await workflow.validate(call, request));
    return ok({
      timestamp: services.wallMs(),
      type: 'ACTION',
      action: 'VALIDATE',
      author: call.caller,
      message: 'the workflow definition is valid.',
    });
  };
  const stopAll =
    (kill: boolean): Route =>
    async (request) => ({
      status: 202,
      body: await workflow.stopAll(request.call, id(request), kill),
    });
  return {
    'GET /workflows': async (request) => {
      const page = await workflow.list(pageOf(request));
      return ok(pageJson(page));
    },
    'POST /workflows': ({ call, body }) => push(call, body.value()),
    'POST /workflows/yaml': ({ call, body }) =>
      withRequestOf(body.yaml(), (request) => push(call, request)),
    'PUT /workflows/actions/validate': ({ call, body }) => validate(call, body.value()),
    'PUT /workflows/actions/validate/yaml': ({ call, body }) =>
      withRequestOf(body.yaml(), (request) => validate(call, request)),
    'DELETE /workflows/{workflow}': async (request) =>
      ok(await workflow.delete(request.call, id(request))),
    'GET /workflows/{workflow}/versions/pagination': async (request) =>
      ok(pageJson(await workflow.versions(id(request), pageOf(request)))),
    'GET /workflows/{workflow}/versions/{version}': async (request) =>
      ok(
        await workflow.version(
          id(request),
          part(request, 'version'),
          flag(request, 'enriched', false),
        ),
      ),
    'GET /workflows/{workflow}/properties-snapshot/{snapshot}': async (request) =>
      ok(await workflow.properties(id(request))),
    'GET /workflows/{workflow}/overview': async (request) =>
      ok(await workflow.overview(id(request))),
    'GET /workflows/{workflow}/timeline': async (request) =>
      ok(await workflow.timeline(id(request))),
    'POST /workflows/{workflow}/properties': async (request) =>
      ok(await workflow.updateProperties(request.call, id(request), request.body.value())),
    'POST /workflows/{workflow}/properties/tag': async (request) =>
      ok(await workflow.addTag(request.call, id(request), request.body.value())),
    'DELETE /workflows/{workflow}/properties/tag/{name}': async (request) =>
      ok(await workflow.deleteTag(request.call, id(request), part(request, 'name'))),
    'POST /workflows/{workflow}/versions/{version}/actions/start': async (request) =>
      ok(startedJson(await instance.start(request.call, startOf(request)))),
    'PUT /workflows/{workflow}/versions/{version}/actions/activate': async (request) =>
      ok(await workflow.activate(request.call, id(request), part(request, 'version'))),
    'PUT /workflows/{workflow}/actions/deactivate': async (request) =>
      ok(await workflow.deactivate(request.call, id(request))),
    'PUT /workflows/{workflow}/actions/stop': stopAll(false),
    'PUT /workflows/{workflow}/actions/kill': stopAll(true),
    'PUT /workflows/{workflow}/actions/unblock': async (request) =>
      ok(await workflow.unblock(request.call, { workflowId: id(request) })),
  };
}

function instanceRoutes({ workflow, instance }: Services): { readonly [pattern: string]: Route } {
  const get =
    (aggregated: boolean): Route =>
    async (request) => {
      const view = {
        enriched: flag(request, 'enriched', true),
        aggregated: flag(request, 'aggregated', aggregated),
      };
      return ok(await instance.get(runOf(request), view));
    };
  const stop =
    (kill: boolean): Route =>
    async (request) =>
      ok(await instance.stop(request.call, runOf(request), kill));
  const unblock: Route = async (request) =>
    ok(await workflow.unblock(request.call, runOf(request)));
  const at = '/workflows/{workflow}/instances/{instance}';
  return {
    'GET /workflows/{workflow}/instances': async (request) => {
      const aggregated = flag(request, 'aggregated', true);
      return ok(
        pageJson(await instance.list(part(request, 'workflow'), pageOf(request), aggregated)),
      );
    },
    [`GET ${at}`]: get(true),
    [`GET ${at}/runs`]: async (request) =>
      ok(pageJson(await instance.runs(runOf(request), pageOf(request)))),
    [`GET ${at}/runs/{run}`]: get(false),
    [`PUT ${at}/actions/stop`]: stop(false),
    [`PUT ${at}/actions/kill`]: stop(true),
    [`PUT ${at}/actions/unblock`]: unblock,
    [`PUT ${at}/runs/{run}/actions/stop`]: stop(false),
    [`PUT ${at}/runs/{run}/actions/kill`]: stop(true),
    [`PUT ${at}/runs/{run}/actions/unblock`]: unblock,
  };
}

function stepRoutes({ step }: Services): { readonly [pattern: string]: Route } {
  const list: Route = async (request) => ok(await step.list(runOf(request)));
  const get: Route = async (request) => {
    const attempt = request.parts['attempt'];
    const isLatest = attempt === undefined || attempt.toLowerCase() === 'latest';
    const attemptId = isLatest ? undefined : numberPart(request, 'attempt');
    const name = { ...runOf(request), stepId: part(request, 'step'), attemptId };
    return ok(await step.get(name, flag(request, 'enriched', true)));
  };
  const at = '/workflows/{workflow}/instances/{instance}';
  return {
    [`GET ${at}/steps`]: list,
    [`GET ${at}/runs/{run}/steps`]: list,
    [`GET ${at}/steps/{step}`]: get,
    [`GET ${at}/runs/{run}/steps/{step}/attempts/{attempt}`]: get,
  };
}

function pageJson(page: Page): object {
  return {
    page_info: {
      ...(page.start === undefined ? {} : { start_cursor: page.start, end_cursor: page.end }),
      has_previous_page: page.hasPrevious,
      has_next_page: page.hasNext,
      // Where nothing is numbered, nothing is counted either.
      ...(page.total < 0 ? {} : { start_index: startIndex(page) }),
    },
    ...(page.total < 0 ? {} : { total_count: page.total }),
    elements: page.elements,
  };
}

const startIndex = ({ start, total }: Page): number =>
  start === undefined ? 0 : total - Number(start) + 1;
