// The tidy rules: what neither the compiler nor the linter can say about the tree.
//
// Each rule is a function from sources to findings and knows nothing of where the sources came from, so that
// rules.test.ts can plant violations and tree.test.ts can read the repository.

import { childField, type Source, type SyntaxNode, textField } from './source.ts';

/** One violation, ready to print. */
export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly found: string;
}

const finding = (source: Source, offset: number, rule: string, found: string): Finding => ({
  path: source.path,
  line: source.lineAt(offset),
  rule,
  found,
});

// Words

/** Words that say too little, or something else, about a concept of ours; and their plurals. */
const BANNED_WORDS = new Set(
  [
    'flow',
    'job',
    'execution',
    'task',
    'activity',
    'partition',
    'leader',
    'util',
    'helper',
    'manager',
    'common',
  ].flatMap((word) => [word, word === 'activity' ? 'activities' : `${word}s`]),
);

/**
 * Identifiers that contain a banned word because somebody else chose them, each with who did. Names imported from a
 * package need no entry.
 */
const FOREIGN_NAMES: { readonly [name: string]: string } = {
  execution_id: 'a field of step runtime summaries in the REST API',
};

/** The lower-case words of an identifier: `maxTaskCount`, `MAX_TASK_COUNT` and `max-task-count` give the same. */
export function wordsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

const bannedWord = (identifier: string): string | undefined =>
  wordsOf(identifier).find((word) => BANNED_WORDS.has(word));

/** Banned words in identifiers and in paths; texts and comments may use any word. */
export function findBannedWords(source: Source): Finding[] {
  const rule = 'a banned word names one of our concepts';
  const inPath = bannedWord(source.path) === undefined ? [] : [source.path];
  const foreign = importedNames(source);
  const inCode = source.nodes.flatMap((node) => {
    const name = node.type === 'Identifier' || node.type === 'PrivateName' ? nameOf(node) : '';
    if (bannedWord(name) === undefined || foreign.has(name) || name in FOREIGN_NAMES) return [];
    return [finding(source, node.start, rule, name)];
  });
  return [...inPath.map((path) => finding(source, 0, rule, path)), ...inCode];
}

const nameOf = (node: SyntaxNode): string =>
  textField(node.fields, 'value') ?? textField(childField(node.fields, 'id'), 'value') ?? '';

/** The names that a file imports from packages, as they are there and as they are called here. */
function importedNames(source: Source): Set<string> {
  const names = new Set<string>();
  for (const node of source.nodes) {
    const from = textField(childField(node.fields, 'source'), 'value');
    if (node.type !== 'ImportDeclaration' || from === undefined || from.startsWith('.')) continue;
    const specifiers = childField(node.fields, 'specifiers');
    for (const specifier of Array.isArray(specifiers) ? specifiers : []) {
      for (const field of ['local', 'imported']) {
        const name = textField(childField(specifier, field), 'value');
        if (name !== undefined) names.add(name);
      }
    }
  }
  return names;
}

// Types

/** `any`, `!` and comments that silence the compiler. */
export function findSilencedTypes(source: Source): Finding[] {
  const inCode = source.nodes.flatMap((node) => {
    if (node.type === 'TsNonNullExpression') {
      return [finding(source, node.start, 'a value is asserted to exist', '!')];
    }
    const isAny = node.type === 'TsKeywordType' && textField(node.fields, 'kind') === 'any';
    return isAny ? [finding(source, node.start, 'a type is any', 'any')] : [];
  });
  const directives = /@ts-(?:ignore|nocheck|expect-error)\b/g;
  return [...inCode, ...findText(source, directives, 'a comment silences the compiler')];
}

/** May this file assert types freely? Codecs turn plain values into types, and constructors of ids brand them. */
const mayAssertTypes = (path: string): boolean => /(?:^|[/-])(?:codec|ids|address)\.ts$/.test(path);

/** How many times a file says `as` (other than `as const`) where that needs a reason. */
export function countTypeAssertions(source: Source): number {
  if (mayAssertTypes(source.path)) return 0;
  return source.nodes.filter(({ type }) => type === 'TsAsExpression' || type === 'TsTypeAssertion')
    .length;
}

// Sizes

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

/** Paths that may be longer: how much, and why that is right. An exception never lets anything grow. */
export type Exceptions = {
  readonly [path: string]: { readonly lines: number; readonly why: string };
};

/** Functions longer than `limit` lines. */
export function findLongFunctions(source: Source, limit: number, except: Exceptions): Finding[] {
  const allowed = except[source.path]?.lines ?? limit;
  return source.nodes.flatMap((node) => {
    if (!FUNCTIONS.has(node.type)) return [];
    const lines = source.lineAt(node.end) - source.lineAt(node.start) + 1;
    const rule = `a function has more than ${allowed} lines`;
    return lines > allowed ? [finding(source, node.start, rule, `${lines} lines`)] : [];
  });
}

/** A file longer than `limit` lines. */
export function findLongFile(source: Source, limit: number, except: Exceptions): Finding[] {
  const allowed = except[source.path]?.lines ?? limit;
  if (source.lines <= allowed) return [];
  return [finding(source, 0, `a file has more than ${allowed} lines`, `${source.lines} lines`)];
}

// Libraries

/** Libraries that one file each knows; the rest of the tree knows the port in front of it. */
const ENCLOSED = new Set([
  'lmdb',
  'nact',
  'nats',
  'ioredis',
  'pino',
  'luxon',
  'cron-parser',
  'msgpackr',
  'prom-client',
  'fs-native-extensions',
]);

/** Where gRPC may be spoken. */
const MAY_SPEAK_GRPC = /^src\/(?:api\/grpc|cli\/)/;

/** The modules a file names in imports, re-exports, dynamic imports and import types. */
function modulesOf(source: Source): { readonly name: string; readonly start: number }[] {
  return source.nodes.flatMap((node) => {
    const name = textField(moduleLiteral(node), 'value');
    return name === undefined ? [] : [{ name, start: node.start }];
  });
}

function moduleLiteral(node: SyntaxNode): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return childField(node.fields, 'source');
    case 'TsImportType':
      return childField(node.fields, 'argument');
    case 'CallExpression': {
      const called = childField(node.fields, 'callee');
      const given = childField(node.fields, 'arguments');
      const isImport = textField(called, 'type') === 'Import';
      return isImport && Array.isArray(given) ? childField(given[0], 'expression') : undefined;
    }
    default:
      return undefined;
  }
}

const packageOf = (module: string): string =>
  module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');

/** Libraries that a second file imports, and gRPC outside its folders. */
export function findSpreadLibraries(sources: readonly Source[]): Finding[] {
  const owners = new Map<string, string>();
  return sources.flatMap((source) =>
    modulesOf(source).flatMap(({ name, start }) => {
      const library = packageOf(name);
      if (library === '@grpc/grpc-js' && !MAY_SPEAK_GRPC.test(source.path)) {
        return [finding(source, start, 'gRPC is spoken by src/api/grpc* and src/cli', library)];
      }
      if (!ENCLOSED.has(library)) return [];
      const owner = owners.get(library) ?? source.path;
      owners.set(library, owner);
      if (owner === source.path) return [];
      return [finding(source, start, `only ${owner} may import this library`, library)];
    }),
  );
}

// Errors

/** Catch clauses that swallow what they caught without a word. */
export function findEmptyCatches(source: Source): Finding[] {
  return source.nodes.flatMap((node) => {
    if (node.type !== 'CatchClause') return [];
    const clause = source.slice(node.start, node.end);
    return /\{\s*\}$/.test(clause)
      ? [finding(source, node.start, 'a catch says why it may be empty', 'catch {}')]
      : [];
  });
}

/** The codes that a file lists in constants whose names end in ERROR_CODES. */
export function errorCodesOf(source: Source): string[] {
  return source.nodes.flatMap((node) => {
    const name = textField(childField(node.fields, 'id'), 'value');
    if (node.type !== 'VariableDeclarator' || name?.endsWith('ERROR_CODES') !== true) return [];
    return source.nodes.flatMap((other) => {
      const inside = other.start >= node.start && other.end <= node.end;
      const code = textField(other.fields, 'value');
      return other.type === 'StringLiteral' && inside && code !== undefined ? [code] : [];
    });
  });
}

/** Error codes without a heading of their own in the document, and a file of codes that lists none. */
export function findUndocumentedCodes(source: Source, document: string): Finding[] {
  const codes = errorCodesOf(source);
  const headings = new Set(
    [...document.matchAll(/^#+\s+`?([a-zA-Z0-9_-]+)`?/gm)].map(([, code]) => code),
  );
  if (codes.length === 0) {
    return [finding(source, 0, 'a file of error codes lists them in *ERROR_CODES', 'none')];
  }
  return codes
    .filter((code) => !headings.has(code))
    .map((code) => finding(source, 0, 'an error code has a heading in docs/errors.md', code));
}

// Texts

function findText(source: Source, pattern: RegExp, rule: string): Finding[] {
  return [...source.text.matchAll(pattern)].map((match) => {
    const offset = Buffer.byteLength(source.text.slice(0, match.index), 'utf8');
    return finding(source, offset, rule, match[0]);
  });
}

/** Notes to finish something later. */
export const findUnfinished = (source: Source): Finding[] =>
  findText(source, /\b(?:TODO|FIXME|XXX|HACK)\b/g, 'nothing is left for later');

/** Paths that exist on one person's machine only. */
export const findMachinePaths = (source: Source): Finding[] =>
  findText(
    source,
    /(?<![\w.:/<>{}*-])\/(?:home|Users|root|work)\/\w+/g,
    'a path belongs to one machine',
  );

/** Hosts in a lock file: an install must ask the registry it is configured for. */
export const findRegistryHosts = (source: Source): Finding[] =>
  findText(source, /"resolved":\s*"https?:[^"]*"/g, 'the lock file names a registry host');

/** One line per finding. */
export const describeFinding = ({ path, line, rule, found }: Finding): string =>
  `${path}:${line} ${rule}: ${found}`;
