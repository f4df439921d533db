// Reads YAML: as much of it as JSON can say, too.
//
// Whoever sends a text must not hold the node up with it. Reading takes time that grows with the square of some texts,
// and keys that are lists or objects are worse than that; so texts are short, and keys are texts.

import { type Document, isNode, isScalar, parseDocument, visit } from 'yaml';
import type { JsonValue } from './json.ts';

/** Characters of a text, at most. */
export const YAML_LIMIT = 512 * 1024;

/** Reads one document, with all whole numbers as bigint. Throws SyntaxError, whose message says what is wrong. */
export function readYaml(text: string): JsonValue {
  try {
    return read(text);
  } catch (error) {
    // The library goes down by recursion, and tells some of what is wrong in errors of other kinds.
    if (error instanceof SyntaxError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const isTooDeep = error instanceof RangeError;
    throw new SyntaxError(isTooDeep ? 'too many objects and lists lie inside one another' : why, {
      cause: error,
    });
  }
}

function read(text: string): JsonValue {
  if (text.length > YAML_LIMIT) {
    throw new SyntaxError(`it has at most ${YAML_LIMIT} characters, but is ${text.length} long`);
  }
  const document = parseDocument(text, {
    intAsBigInt: true,
    stringKeys: true,
    // Both are done below: the library compares each key with every other one, and makes other things than JSON has.
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  // A warning would go to the log of the node, where its author does not see it.
  const [trouble] = [...document.errors, ...document.warnings];
  if (trouble !== undefined) {
    const isTooDeep = trouble.code === 'RESOURCE_EXHAUSTION';
    throw isTooDeep ? new RangeError(trouble.message) : new SyntaxError(trouble.message);
  }
  refuseOthers(document, text);
  const value: JsonValue = document.toJS();
  return value;
}

/** Refuses what can be written in YAML, but has no counterpart in JSON. */
function refuseOthers(document: Document.Parsed, text: string): void {
  const fail = (rule: string, range: readonly number[] | null | undefined): never => {
    const line = text.slice(0, range?.[0] ?? 0).split('\n').length;
    throw new SyntaxError(`${rule} at line ${line}`);
  };
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      const isInside = ancestors.some((node) => isNode(node) && anchorOf(node) === alias.source);
      if (isInside) fail(`*${alias.source} must not stand inside of what it names`, alias.range);
    },
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) return fail('keys must be texts', isNode(key) ? key.range : undefined);
        if (seen.has(key.value)) fail(`the key ${String(key.value)} must be given once`, key.range);
        seen.add(key.value);
      }
      return undefined;
    },
    Scalar: (_key, { value, range }) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        fail(`a number must be finite, not ${value},`, range);
      }
    },
  });
}

const anchorOf = (node: object): unknown => ('anchor' in node ? node.anchor : undefined);
