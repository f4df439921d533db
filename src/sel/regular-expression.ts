// Regular expressions by Java's rules: replacing and splitting.

import { evaluationFault } from './fault.ts';
import type { ParsedPattern } from './pattern.ts';
import { PatternMatcher } from './pattern-matcher.ts';
import { parsePattern } from './pattern-parser.ts';
import { type PatternProgram, programOf } from './pattern-program.ts';
import type { Run } from './run.ts';

/** Reading a pattern counts so many visited nodes for a character. */
const NODES_PER_CHARACTER = 24;
/** Patterns that one program keeps read, and how many instructions those may have. */
const KEPT_PATTERNS = 64;
const KEPT_INSTRUCTIONS = 1_000;

interface Compiled {
  readonly parsed: ParsedPattern;
  readonly program: PatternProgram;
}

const kept = new WeakMap<Run, Map<string, Compiled>>();

/** A pattern ready to match; a loop that uses one again and again reads it once. */
function compiled(run: Run, pattern: string): Compiled {
  run.visit(1);
  const known = kept.get(run) ?? new Map<string, Compiled>();
  kept.set(run, known);
  const found = known.get(pattern);
  if (found !== undefined) return found;
  run.visit(NODES_PER_CHARACTER * pattern.length);
  const parsed = parsePattern(pattern);
  const program = programOf(parsed.root, parsed.groups);
  run.visit(program.instructions.length);
  const made = { parsed, program };
  if (known.size < KEPT_PATTERNS && program.instructions.length <= KEPT_INSTRUCTIONS) {
    known.set(pattern, made);
  }
  return made;
}

/** The matches of a pattern in a text, one after the other. */
class Search {
  readonly pattern: ParsedPattern;
  readonly #matcher: PatternMatcher;
  readonly #length: number;
  #from = 0;

  constructor(run: Run, text: string, pattern: string) {
    const { parsed, program } = compiled(run, pattern);
    this.pattern = parsed;
    this.#matcher = new PatternMatcher(run, program, text);
    this.#length = text.length;
  }

  /** Goes to the next match. */
  next(): boolean {
    if (this.#from > this.#length || !this.#matcher.find(this.#from)) return false;
    this.#from = this.end === this.start ? this.end + 1 : this.end;
    return true;
  }

  get start(): number {
    return this.#matcher.start(0);
  }

  get end(): number {
    return this.#matcher.end(0);
  }

  group(number: number): string | null {
    return this.#matcher.group(number);
  }
}

/** Every match replaced; in the replacement `$1` is a group, `${name}` a named one, and `\` takes `$` and `\` literally. */
export function replaceMatches(
  run: Run,
  text: string,
  pattern: string,
  replacement: string,
): string {
  const search = new Search(run, text, pattern);
  // Read at the first match: where there is none, nobody minds a replacement that means nothing.
  let parts: readonly Part[] | undefined;
  let result = '';
  let from = 0;
  let length = 0;
  while (search.next()) {
    parts ??= parseReplacement(replacement, search.pattern);
    const inserted = parts.map((part) => partText(part, search)).join('');
    const piece = text.slice(from, search.start) + inserted;
    length += piece.length;
    run.createText(length === piece.length ? length : piece.length);
    result += piece;
    from = search.end;
  }
  return run.text(result + text.slice(from));
}

type Part = string | number;

const partText = (part: Part, search: Search): string =>
  typeof part === 'string' ? part : (search.group(part) ?? '');

function parseReplacement(replacement: string, { groups, names }: ParsedPattern): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < replacement.length; at += 1) {
    const character = replacement.charAt(at);
    if (character !== '\\' && character !== '$') {
      parts.push(character);
      continue;
    }
    at += 1;
    const next = replacement.charAt(at);
    if (next === '') throw evaluationFault(`a replacement ends in ${character}`);
    if (character === '\\') {
      parts.push(next);
      continue;
    }
    const name = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(replacement.slice(at))?.[1];
    const named = name === undefined ? undefined : names.get(name);
    if (named !== undefined) {
      parts.push(named);
      at += (name?.length ?? 0) + 1;
      continue;
    }
    if (!/[0-9]/.test(next)) throw evaluationFault(`$${next} names no group`);
    let group = Number(next);
    if (group > groups) throw evaluationFault(`the pattern has no group ${group}`);
    for (; /[0-9]/.test(replacement.charAt(at + 1)); at += 1) {
      const longer = group * 10 + Number(replacement.charAt(at + 1));
      if (longer > groups) break;
      group = longer;
    }
    parts.push(group);
  }
  return parts;
}

/**
 * The pieces between matches. A positive limit is the most pieces there are; with 0 trailing empty pieces are dropped;
 * below it none are.
 */
export function splitText(
  run: Run,
  text: string,
  pattern: string,
  limit: number,
): (string | null)[] {
  const search = new Search(run, text, pattern);
  const pieces: string[] = [];
  let from = 0;
  while ((limit <= 0 || pieces.length < limit - 1) && search.next()) {
    const { start, end } = search;
    // An empty match at the very beginning splits nothing off.
    if (end === 0) continue;
    pieces.push(run.text(text.slice(from, start)));
    from = end;
  }
  if (pieces.length === 0) return [run.text(text)];
  pieces.push(run.text(text.slice(from)));
  if (limit === 0) while (pieces.at(-1) === '') pieces.pop();
  return pieces;
}
