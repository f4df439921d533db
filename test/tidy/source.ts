// A source file as the tidy rules see it: its text, its lines and the flat list of its syntax nodes.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A node of the parser's tree. `start` and `end` are byte offsets into the file, from 0. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly fields: { readonly [field: string]: unknown };
}

export interface Source {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Every node, parents before their children. Empty for files that are not code. */
  readonly nodes: readonly SyntaxNode[];
  /** The line of a byte offset, from 1. */
  readonly lineAt: (offset: number) => number;
  /** The text between two byte offsets. */
  readonly slice: (start: number, end: number) => string;
}

const CODE = /\.(ts|mjs|js)$/;

/** Reads text as the file at `path`. Throws if it is code that does not parse. */
export function readSource(path: string, text: string): Source {
  const bytes = Buffer.from(text, 'utf8');
  const newlines: number[] = [];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) newlines.push(at);
  return {
    path,
    text,
    lines: newlines.length,
    nodes: CODE.test(path) ? parse(text) : [],
    lineAt: (offset) => countBelow(newlines, offset) + 1,
    slice: (start, end) => bytes.toString('utf8', start, end),
  };
}

/** How many numbers of an ascending list are smaller than `limit`. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function parse(text: string): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  collect(parseSync(text, { syntax: 'typescript', target: 'es2022' }).body, nodes);
  return nodes;
}

function isRecord(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function collect(value: unknown, into: SyntaxNode[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
    return;
  }
  if (!isRecord(value)) return;
  const { type, span } = value;
  if (typeof type === 'string') {
    const { start, end } = isRecord(span) ? span : {};
    // The parser counts bytes from 1. A node without a place of its own stands at the top.
    const from = typeof start === 'number' ? start - 1 : 0;
    into.push({ type, start: from, end: typeof end === 'number' ? end - 1 : from, fields: value });
  }
  for (const child of Object.values(value)) collect(child, into);
}

/** A field of a node that must be a text; undefined if it is not. */
export function textField(node: unknown, field: string): string | undefined {
  const value = isRecord(node) ? node[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** A field of a node that is itself a node or a list. */
export function childField(node: unknown, field: string): unknown {
  return isRecord(node) ? node[field] : undefined;
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'gen', '.git', '.baton']);

/** Reads every file below the folders (or the files themselves) that exist, in path order. */
export function readTree(names: readonly string[], pattern: RegExp): Source[] {
  return names
    .flatMap((name) => pathsBelow(join(ROOT, name)))
    .map((path) => relative(ROOT, path).split(sep).join('/'))
    .filter((path) => pattern.test(path))
    .sort()
    .map((path) => readSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

function pathsBelow(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) {
        return SKIPPED.has(entry.name) ? [] : pathsBelow(join(path, entry.name));
      }
      return entry.isFile() ? [join(path, entry.name)] : [];
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
