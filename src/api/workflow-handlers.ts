// Handlers of the workflow resource.

import type { PlainObject } from '../../cluster/core/plain.ts';
import { checkDepth } from '../definition/depth.ts';
import { isJsonObject } from '../definition/json.ts';
import type { DefinitionLimits } from '../definition/limits.ts';
import { type Problem, problem } from '../definition/problem.ts';
import { parsePropertiesUpdate } from '../definition/properties.ts';
import { parsePushRequest, type PushRequest } from '../definition/push-request.ts';
import { unsupported } from '../definition/supported.ts';
import { parseTag, tagToJson } from '../definition/tag.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { WORKFLOW_LIST } from '../workflow/message.ts';
import { type Actors, isPlainObject, KEY_LIMIT, workflowAddress } from './actors.ts';
import { numberedPage, stretchOf } from './page.ts';
import {
  ApiError,
  type Call,
  type Page,
  type PageRequest,
  type WorkflowServices,
} from './service.ts';

/** What pushes need beside the actors. */
export interface PushTools {
  readonly limits: DefinitionLimits;
  /** A collision-free hash of a text. */
  readonly hash: (text: string) => string;
  /** JSON that keeps whole numbers of 64 bits. */
  readonly write: (value: unknown) => string;
  /** What is wrong with the parameters of a definition, found by evaluating them. */
  readonly dryRun: (definition: WorkflowDefinition, owner: string) => Promise<readonly Problem[]>;
}

export function workflowHandlers(actors: Actors, tools: PushTools): WorkflowServices {
  const ask = (call: Call, workflowId: string, message: PlainObject): Promise<PlainObject> =>
    actors.ask(call, workflowAddress(workflowId), { ...message, author: call.caller });
  const act = async (call: Call, workflowId: string, message: PlainObject): Promise<PlainObject> =>
    detailsOf(await ask(call, workflowId, message));
  return {
    push: (call, body) => push(actors, tools, call, body),
    async validate(_call, body) {
      const checked = await check(body, tools);
      return 'request' in checked ? [] : checked.problems;
    },
    version: (workflowId, version, _enriched) => readVersion(actors, workflowId, version),
    versions: (workflowId, page) => readVersions(actors, workflowId, page),
    list: (page) => listWorkflows(actors, page),
    overview: (workflowId) => actors.read(workflowAddress(workflowId), { kind: 'overview' }),
    timeline: (workflowId) => actors.read(workflowAddress(workflowId), { kind: 'timeline' }),
    properties: (workflowId) => actors.read(workflowAddress(workflowId), { kind: 'properties' }),
    async updateProperties(call, workflowId, body) {
      const problems: Problem[] = [];
      checkDepth(body, 'properties', problems);
      refuseProblems('the properties update is not valid', problems);
      const update = parsePropertiesUpdate(body, 'properties', problems);
      refuseProblems('the properties update is not valid', problems);
      return snapshotOf(await ask(call, workflowId, { kind: 'update-properties', update }));
    },
    async addTag(call, workflowId, body) {
      const problems: Problem[] = [];
      const tag = parseTag(body, 'tag', problems);
      refuseProblems('the tag is not valid', problems);
      const message = { kind: 'add-tag', tag: tag === undefined ? {} : tagToJson(tag) };
      return snapshotOf(await ask(call, workflowId, message));
    },
    deleteTag: async (call, workflowId, name) =>
      snapshotOf(await ask(call, workflowId, { kind: 'delete-tag', name })),
    activate: (call, workflowId, version) => act(call, workflowId, { kind: 'activate', version }),
    deactivate: (call, workflowId) => act(call, workflowId, { kind: 'deactivate' }),
    delete: (call, workflowId) => act(call, workflowId, { kind: 'delete' }),
    stopAll: (call, workflowId, kill) => act(call, workflowId, { kind: 'stop-all', kill }),
    unblock: (call, { workflowId, instanceId, runId }) =>
      act(call, workflowId, { kind: 'unblock', instance_id: instanceId, run_id: runId }),
  };
}

type Checked = { readonly request: PushRequest } | { readonly problems: readonly Problem[] };

async function check(body: unknown, tools: PushTools): Promise<Checked> {
  const parsed = parsePushRequest(body, tools.limits);
  if (parsed.kind === 'invalid') return { problems: parsed.problems };
  const { request } = parsed;
  const owner = request.properties?.['owner'];
  const problems = await tools.dryRun(request.definition, typeof owner === 'string' ? owner : '');
  return problems.length === 0 ? { request } : { problems };
}

async function push(
  actors: Actors,
  tools: PushTools,
  call: Call,
  body: unknown,
): Promise<PlainObject> {
  const checked = await check(body, tools);
  if ('problems' in checked) refuseProblems('the definition is not valid', checked.problems);
  if (!('request' in checked)) throw new ApiError('violation', 'a push is valid or refused');
  const { workflowId, workflow, properties, isActive, metadata } = checked.request;
  const missing = unsupported(checked.request.definition);
  refuseProblems('the definition is valid, but this build cannot run it', missing);
  const text = tools.write(workflow);
  const definition = tools.hash(text);
  await actors.sender.putFact(definition, text);
  const reply = await actors.ask(call, workflowAddress(workflowId), {
    kind: 'push',
    definition,
    properties,
    is_active: isActive,
    metadata,
    author: call.caller,
  });
  return readVersion(actors, workflowId, String(reply['version_id']));
}

/** A version as REST shows it: the definition in the place of its hash. */
async function readVersion(
  actors: Actors,
  workflowId: string,
  version: string,
): Promise<PlainObject> {
  const found = await actors.read(workflowAddress(workflowId), { kind: 'definition', version });
  return versionJson(actors, found);
}

async function versionJson(actors: Actors, found: PlainObject): Promise<PlainObject> {
  const { version_id: _version, definition, properties_snapshot, metadata, ...rest } = found;
  const parsed = await actors.sender.fact(String(definition));
  const workflow = isDefinition(parsed) ? parsed.json : {};
  return { properties_snapshot, metadata, workflow, ...rest };
}

function isDefinition(fact: unknown): fact is WorkflowDefinition {
  return isJsonObject(fact) && isJsonObject(fact['json']);
}

async function readVersions(actors: Actors, workflowId: string, page: PageRequest): Promise<Page> {
  const overview = await actors.read(workflowAddress(workflowId), { kind: 'overview' });
  const latest = Number(overview['latest_version_id']);
  const stretch = stretchOf(page, latest);
  if (stretch.to < stretch.from) return numberedPage(stretch, latest, []);
  const query = { kind: 'versions', before: stretch.to + 1, limit: stretch.to - stretch.from + 1 };
  const found = await actors.read(workflowAddress(workflowId), query);
  const versions = Array.isArray(found['versions']) ? found['versions'].filter(isPlainObject) : [];
  const elements = await Promise.all(
    versions.map(
      async (version) =>
        [Number(version['version_id']), await versionJson(actors, version)] as const,
    ),
  );
  return numberedPage(stretch, latest, elements);
}

/** Lists are cut at so many entries for their total. */
const TOTAL_UNKNOWN = -1;

async function listWorkflows(actors: Actors, page: PageRequest): Promise<Page> {
  const { limit, cursor, backwards = false } = page;
  if ((cursor ?? '').length > KEY_LIMIT) refuse('cursor', 'be one of a page before', cursor);
  const options = {
    limit: limit + 1,
    ...(cursor === undefined ? {} : { after: cursor }),
    reverse: backwards,
  };
  const entries = await actors.sender.listEverywhere(WORKFLOW_LIST, options);
  const shown = entries.slice(0, limit);
  if (backwards) shown.reverse();
  const more = entries.length > limit;
  return {
    elements: shown.map(({ position, value }) => ({
      workflow_id: decodeURIComponent(position),
      ...(isPlainObject(value) ? value : {}),
    })),
    start: shown[0]?.position,
    end: shown.at(-1)?.position,
    hasPrevious: backwards ? more : cursor !== undefined,
    hasNext: backwards ? cursor !== undefined : more,
    total: TOTAL_UNKNOWN,
  };
}

/** Throws `invalid` when there are problems. */
export function refuseProblems(message: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new ApiError('invalid', message, { problems });
}

function detailsOf({ details }: PlainObject): PlainObject {
  return isPlainObject(details) ? details : {};
}

function snapshotOf({ snapshot }: PlainObject): PlainObject {
  return isPlainObject(snapshot) ? snapshot : {};
}

/** A problem with the path of a request. */
export function refuse(path: string, rule: string, value: unknown): never {
  refuseProblems(`the request is not valid`, [problem(path, rule, value)]);
  throw new ApiError('violation', 'a problem refuses');
}
