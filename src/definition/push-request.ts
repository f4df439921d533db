// The request that pushes a definition: a workflow, perhaps properties, and what is kept beside a version.

import { compileWorkflow } from './compile.ts';
import { checkDepth } from './depth.ts';
import { Fields } from './fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { DefinitionLimits } from './limits.ts';
import { type Problem, problem } from './problem.ts';
import { parseProperties } from './properties.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

export interface PushRequest {
  readonly workflowId: string;
  /** As answers show it. */
  readonly workflow: JsonObject;
  /** As given, or null when the request had none. */
  readonly properties: JsonObject | null;
  /** Makes the version the active one. */
  readonly isActive: boolean;
  /** git_info, and the request's extra keys. */
  readonly metadata: JsonObject;
  readonly definition: WorkflowDefinition;
}

export type ParsedPush =
  | { readonly kind: 'valid'; readonly request: PushRequest }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Keys of a version's metadata that only the system sets. */
const RESERVED = ['workflow_id', 'workflow_version_id', 'version_author', 'create_time'] as const;

/** Reads a push and reports everything that is wrong with it. Paths begin at the request: `workflow.steps[0].step.id`. */
export function parsePushRequest(json: unknown, limits: DefinitionLimits): ParsedPush {
  const problems: Problem[] = [];
  if (!isJsonObject(json)) {
    return { kind: 'invalid', problems: [problem('request', 'be an object', json)] };
  }
  checkDepth(json, 'request', problems);
  if (problems.length > 0) return { kind: 'invalid', problems };
  checkSize(json, limits, problems);
  const properties = parseProperties(json['properties'], 'properties', problems);
  const isActive = json['is_active'] ?? true;
  if (typeof isActive !== 'boolean') {
    problems.push(problem('is_active', 'be true or false', isActive));
  }
  const metadata = parseMetadata(json, problems);
  const workflow = json['workflow'];
  if (!isJsonObject(workflow)) {
    problems.push(problem('workflow', 'be an object', workflow));
    return { kind: 'invalid', problems };
  }
  const compiled = compileWorkflow(workflow, limits);
  if (compiled.kind === 'invalid') problems.push(...compiled.problems);
  if (compiled.kind === 'invalid' || problems.length > 0) return { kind: 'invalid', problems };
  const { definition } = compiled;
  return {
    kind: 'valid',
    request: {
      workflowId: definition.id,
      workflow: definition.json,
      properties,
      isActive: isActive === true,
      metadata,
      definition,
    },
  };
}

function checkSize(
  json: JsonObject,
  { requestBytes }: DefinitionLimits,
  problems: Problem[],
): void {
  const text = JSON.stringify(json, (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  // A text has at most three bytes a character, so most requests need no counting.
  if (text.length * 3 <= requestBytes) return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= requestBytes) return;
  problems.push({
    path: 'request',
    rule: `have at most ${requestBytes} bytes`,
    found: `${bytes} bytes`,
  });
}

function parseMetadata(json: JsonObject, problems: Problem[]): JsonObject {
  const metadata = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(json)) {
    if (OWN_KEYS.has(name) || value === null) continue;
    if (RESERVED.some((reserved) => reserved === name)) {
      problems.push(problem(name, 'be left out, because the system sets it', value));
    } else {
      metadata.set(name, value);
    }
  }
  const git = parseGitInfo(json['git_info'], problems);
  return Object.fromEntries(git === undefined ? metadata : [['git_info', git], ...metadata]);
}

const OWN_KEYS: ReadonlySet<string> = new Set(['properties', 'workflow', 'is_active', 'git_info']);

function parseGitInfo(json: unknown, problems: Problem[]): JsonObject | undefined {
  if (json === undefined || json === null) return undefined;
  const fields = Fields.of(json, 'git_info', problems);
  if (fields === undefined) return undefined;
  for (const name of ['origin', 'branch', 'sha', 'path', 'author']) fields.text(name);
  fields.whole('timestamp', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  fields.truth('uncommitted_changes');
  return fields.close();
}
