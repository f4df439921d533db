// Regular expressions, in time linear in the text: the one file that knows the library.

import { type Matcher, RE2JS } from 're2js';
import { evaluationFault } from './fault.ts';
import type { Run } from './run.ts';

/** Matching counts one visited node for so many characters. */
const CHARACTERS_PER_NODE = 4;

/**
 * The matches of a pattern in a text, one after the other.
 *
 * A pattern that ends in a look-ahead, `X(?=Y)`, is searched as `(X)(?:Y)` of which only the first group counts: both try
 * the ways of X in the same order and take the first one that Y can follow.
 */
class Search {
  readonly #matcher: Matcher;
  readonly #isAhead: boolean;
  #at = 0;
  readonly #length: number;

  constructor(matcher: Matcher, isAhead: boolean, length: number) {
    this.#matcher = matcher;
    this.#isAhead = isAhead;
    this.#length = length;
  }

  get groups(): number {
    return this.#matcher.groupCount() - (this.#isAhead ? 1 : 0);
  }

  /** Goes to the next match. */
  next(run: Run): boolean {
    if (!this.#isAhead) return this.#matcher.find();
    run.visit(1);
    if (this.#at > this.#length || !this.#matcher.find(this.#at)) return false;
    this.#at = this.end === this.start ? this.end + 1 : this.end;
    return true;
  }

  get start(): number {
    return this.#matcher.start(this.#isAhead ? 1 : 0);
  }

  get end(): number {
    return this.#matcher.end(this.#isAhead ? 1 : 0);
  }

  group(number: number): string | null {
    return this.#matcher.group(number + (this.#isAhead ? 1 : 0));
  }
}

function searchOf(run: Run, text: string, pattern: string): Search {
  run.visit(1 + Math.floor((text.length + pattern.length) / CHARACTERS_PER_NODE));
  const ahead = lookAheadOf(pattern);
  const compiled = ahead === undefined ? pattern : `(${ahead.before})(?:${ahead.after})`;
  try {
    const matcher = RE2JS.compile(compiled, RE2JS.LOOKBEHINDS).matcher(text);
    return new Search(matcher, ahead !== undefined, text.length);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw evaluationFault(`'${pattern}' is no pattern: ${reason}`);
  }
}

/** The parts of `X(?=Y)`; undefined for a pattern of another form, or with alternatives of which X is only one. */
function lookAheadOf(
  pattern: string,
): { readonly before: string; readonly after: string } | undefined {
  let depth = 0;
  let opened = -1;
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') at += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '|' && depth === 0) return undefined;
    else if (character === '(') {
      if (depth === 0) opened = pattern.startsWith('(?=', at) ? at : -1;
      depth += 1;
    } else if (character === ')') {
      depth -= 1;
      const isLast = at === pattern.length - 1 && depth === 0;
      if (isLast && opened >= 0) {
        return { before: pattern.slice(0, opened), after: pattern.slice(opened + 3, at) };
      }
    }
  }
  return undefined;
}

/** Every match replaced; in the replacement `$1` is a group, `${name}` a named one, and `\` takes `$` and `\` literally. */
export function replaceMatches(
  run: Run,
  text: string,
  pattern: string,
  replacement: string,
): string {
  const search = searchOf(run, text, pattern);
  const parts = parseReplacement(replacement, search.groups);
  let result = '';
  let from = 0;
  let length = 0;
  while (search.next(run)) {
    const piece =
      text.slice(from, search.start) + parts.map((part) => partText(part, search)).join('');
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

function parseReplacement(replacement: string, groups: number): readonly Part[] {
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
  const search = searchOf(run, text, pattern);
  const pieces: string[] = [];
  let from = 0;
  while ((limit <= 0 || pieces.length < limit - 1) && search.next(run)) {
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
