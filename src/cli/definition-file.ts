// Files that commands read.

import { readFile } from 'node:fs/promises';
import { EXIT, failure } from './exit-code.ts';
import { jsonText, readDocument } from './json-value.ts';
import { fieldOf } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface DefinitionFile {
  /** A create request as JSON. */
  readonly json: string;
  /** Empty when the file does not say. */
  readonly workflowId: string;
}

/** Reads a definition in JSON or YAML. @param path of the file, `-` for standard input */
export async function readDefinition(terminal: Terminal, path: string): Promise<DefinitionFile> {
  const text = await readText(terminal, path);
  try {
    const value = readDocument(text);
    const id = fieldOf(fieldOf(value, 'workflow'), 'id');
    return { json: jsonText(value), workflowId: typeof id === 'string' ? id : '' };
  } catch (cause) {
    throw failure(EXIT.usage, `${path}: ${messageOf(cause)}`, cause);
  }
}

async function readText(terminal: Terminal, path: string): Promise<string> {
  if (path === '-') return terminal.input();
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw failure(EXIT.usage, messageOf(cause), cause);
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
