// Tags: names that people and the system attach to workflows, steps and parameters.

import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { type Problem, problem } from './problem.ts';

const NAMESPACES = [
  'SYSTEM',
  'RUNTIME',
  'JOB_TEMPLATE',
  'NOTEBOOK_TEMPLATE',
  'USER_DEFINED',
  'PLATFORM',
] as const;

type TagNamespace = (typeof NAMESPACES)[number];

export interface Tag {
  readonly name: string;
  readonly namespace?: TagNamespace;
  /** Everything else that was given with the tag. */
  readonly attributes?: JsonObject;
}

const NAME = /^[\w .,:@&='(){}$+[\]\-/\\]+$/;
const NAME_LENGTH = 256;

/** The rule for names of tags and signals, or undefined when `name` keeps it. */
export function nameRule(name: string): string | undefined {
  if (name.length > NAME_LENGTH) return `have at most ${NAME_LENGTH} characters`;
  if (!NAME.test(name)) return "consist of letters, digits, spaces and .,:@&='(){}$+[]-/\\_";
  if (/^maestro_/i.test(name) || /_maestro$/i.test(name)) {
    return 'neither start with maestro_ nor end with _maestro';
  }
  return undefined;
}

/**
 * Reads one tag: a name, or an object with `name`, perhaps `namespace`, and any attributes. `permit` is ours to tell
 * and ignored. Reports to `problems` and returns undefined when it is not a tag.
 */
export function parseTag(json: unknown, path: string, problems: Problem[]): Tag | undefined {
  if (typeof json === 'string') return named(json, path, problems) ? { name: json } : undefined;
  if (!isJsonObject(json)) {
    problems.push(problem(path, 'be a name or an object with a name', json));
    return undefined;
  }
  const name = json['name'];
  if (typeof name !== 'string') {
    problems.push(problem(`${path}.name`, 'be a string', name));
    return undefined;
  }
  if (!named(name, `${path}.name`, problems)) return undefined;
  const namespace = parseNamespace(json['namespace'], `${path}.namespace`, problems);
  const attributes = attributesOf(json);
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** Reads a list of tags whose names differ. Absent or null is an empty list. */
export function parseTags(json: unknown, path: string, problems: Problem[]): readonly Tag[] {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) {
    problems.push(problem(path, 'be a list of tags', json));
    return [];
  }
  const tags: Tag[] = [];
  const names = new Set<string>();
  json.forEach((item: unknown, index) => {
    const tag = parseTag(item, `${path}[${index}]`, problems);
    if (tag === undefined) return;
    if (names.has(tag.name))
      problems.push(problem(`${path}[${index}]`, 'have a name of its own', tag.name));
    names.add(tag.name);
    tags.push(tag);
  });
  return tags;
}

/** A tag as answers show it: always an object. */
export function tagToJson(tag: Tag): JsonObject {
  return {
    name: tag.name,
    ...(tag.namespace === undefined ? {} : { namespace: tag.namespace }),
    ...tag.attributes,
  };
}

function named(name: string, path: string, problems: Problem[]): boolean {
  const rule = nameRule(name);
  if (rule !== undefined) problems.push(problem(path, rule, name));
  return rule === undefined;
}

function parseNamespace(
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): TagNamespace | undefined {
  if (json === undefined || json === null) return undefined;
  const upper = typeof json === 'string' ? json.toUpperCase() : '';
  const namespace = NAMESPACES.find((known) => known === upper);
  if (namespace === undefined) {
    problems.push(problem(path, `be one of ${NAMESPACES.join(', ')}`, json));
  }
  return namespace;
}

function attributesOf(json: JsonObject): JsonObject | undefined {
  const rest = Object.entries(json).filter(
    ([key]) => key !== 'name' && key !== 'namespace' && key !== 'permit',
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
