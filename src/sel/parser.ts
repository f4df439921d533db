// A program as a user writes it to its syntax tree.

import type { Tree } from './ast.ts';
import { Fault } from './fault.ts';
import { lex } from './lexer.ts';
import { parseTree } from './statement-parser.ts';
import type { Token } from './token.ts';
import { TokenStream } from './token-stream.ts';

/** Blanks and control characters: what is trimmed. */
const BLANK = 0x20;

/**
 * Does the semicolon rule close this text? It does unless the trimmed text is empty, ends with `;`, or ends with `}`
 * without beginning as a map would (`{"`).
 */
function lacksSemicolon(trimmed: string): boolean {
  if (trimmed === '' || trimmed.endsWith(';')) return false;
  return !trimmed.endsWith('}') || trimmed.startsWith('{"');
}

/**
 * Parses a program, closed by the semicolon rule. Blanks and control characters around it count for nothing.
 * @param maxLength exclusive, of the closed text
 * @throws Fault `parse` or `limit` (`length`, `nesting`); positions are those of `source`
 */
export function parse(source: string, maxLength: number): Tree {
  let start = 0;
  let end = source.length;
  while (start < end && source.charCodeAt(start) <= BLANK) start += 1;
  while (end > start && source.charCodeAt(end - 1) <= BLANK) end -= 1;
  const isOpen = lacksSemicolon(source.slice(start, end));
  if (end - start + (isOpen ? 1 : 0) >= maxLength) {
    const message = `a program is shorter than ${maxLength} characters`;
    throw new Fault('limit', message, { limit: 'length', span: { start, end } });
  }
  const { tokens, endsInLineComment } = lex(source.slice(0, end), start);
  const closes = isOpen && !(endsInLineComment && isClosed(tokens.at(-2)));
  return parseTree(new TokenStream(closes ? closed(tokens, end) : tokens));
}

/** A `;` behind a line comment would be part of it: there, one is added only where a statement is open. */
function isClosed(last: Token | undefined): boolean {
  return last === undefined || (last.kind === 'symbol' && (last.text === ';' || last.text === '}'));
}

function closed(tokens: readonly Token[], end: number): readonly Token[] {
  const semicolon: Token = { kind: 'symbol', text: ';', start: end, end };
  return [...tokens.slice(0, -1), semicolon, ...tokens.slice(-1)];
}
