// Regular expressions, in time linear in the text: the one file that knows the library.

import { type Matcher, RE2JS } from 're2js';
import { evaluationFault } from './fault.ts';
import type { Run } from './run.ts';

/** Matching counts one visited node for so many characters. */
const CHARACTERS_PER_NODE = 4;

function matcherOf(run: Run, text: string, pattern: string): Matcher {
  run.visit(1 + Math.floor((text.length + pattern.length) / CHARACTERS_PER_NODE));
  try {
    return RE2JS.compile(pattern, RE2JS.LOOKBEHINDS).matcher(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw evaluationFault(`'${pattern}' is no pattern: ${reason}`);
  }
}

/** Every match replaced; in the replacement `$1` is a group, `${name}` a named one, and `\` takes `$` and `\` literally. */
export function replaceMatches(
  run: Run,
  text: string,
  pattern: string,
  replacement: string,
): string {
  const matcher = matcherOf(run, text, pattern);
  const parts = parseReplacement(replacement, matcher.groupCount());
  let result = '';
  let from = 0;
  let length = 0;
  while (matcher.find()) {
    const piece =
      text.slice(from, matcher.start()) + parts.map((part) => partText(part, matcher)).join('');
    length += piece.length;
    run.createText(length === piece.length ? length : piece.length);
    result += piece;
    from = matcher.end();
  }
  return run.text(result + text.slice(from));
}

type Part = string | number;

const partText = (part: Part, matcher: Matcher): string =>
  typeof part === 'string' ? part : (matcher.group(part) ?? '');

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
  const matcher = matcherOf(run, text, pattern);
  const pieces: string[] = [];
  let from = 0;
  while ((limit <= 0 || pieces.length < limit - 1) && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
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
