// Program text to tokens.

import { Fault } from './fault.ts';
import { RESERVED_WORDS, SYMBOLS, type Token } from './token.ts';

export interface Lexed {
  readonly tokens: readonly Token[];
  /** The text ends inside a line comment. */
  readonly endsInLineComment: boolean;
}

const LETTER =
  'A-Za-z_$\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u1fff\\u3040-\\u318f\\u3300-\\u337f\\u3400-\\u3d2d\\u4e00-\\u9fff\\uf900-\\ufaff';
const SPACE = /[ \t\n\r\f]+/y;
const LINE_COMMENT = /\/\/[^\n\r]*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;
const BLANKS = ' \t\n\r\f';
const COMMENTS = [LINE_COMMENT, BLOCK_COMMENT];
const NAME = new RegExp(
  `(?:[${LETTER}]|\\\\u+[0-9a-fA-F]{4})(?:[${LETTER}0-9]|\\\\u+[0-9a-fA-F]{4})*`,
  'y',
);
const IS_NAME = new RegExp(`^[${LETTER}][${LETTER}0-9]*$`);
const HEXADECIMAL = /0[xX][0-9a-fA-F]*[lL]?/y;
const FLOATING =
  /(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)[fFdD]?|[0-9]+[fFdD]/y;
/** What a number begins with. */
const NUMERIC = '0123456789.';
const INTEGER = /(?:[1-9][0-9]*|0[0-7]*)[lL]?/y;
const UNICODE_ESCAPE = /\\u+([0-9a-fA-F]{4})/y;
const UNICODE_ESCAPES = /\\u+([0-9a-fA-F]{4})/g;
const LONGEST_LONG = 9_223_372_036_854_775_807n;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['b', '\b'],
  ['r', '\r'],
  ['f', '\f'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

/**
 * Reads a program from offset `from` to its end.
 * @throws Fault `parse` at a character that begins no token, a bad escape, a text that stays open, a number out of range
 */
export function lex(source: string, from = 0): Lexed {
  const tokens: Token[] = [];
  let at = from;
  let endsInLineComment = false;
  while (at < source.length) {
    const skipped = skip(source, at);
    if (skipped > at) {
      endsInLineComment = source.startsWith('//', at) && skipped === source.length;
      at = skipped;
      continue;
    }
    const token = readToken(source, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', start: source.length, end: source.length });
  return { tokens, endsInLineComment };
}

/** Where white space or one comment that begins at `at` ends; `at` when there is none. */
function skip(source: string, at: number): number {
  const first = source.charAt(at);
  if (BLANKS.includes(first)) return at + (matchAt(SPACE, source, at)?.length ?? 0);
  if (first !== '/') return at;
  for (const pattern of COMMENTS) {
    const text = matchAt(pattern, source, at);
    if (text !== undefined) return at + text.length;
  }
  if (source.startsWith('/*', at)) {
    throw refused('this comment is never closed', at, source.length);
  }
  return at;
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function readToken(source: string, start: number): Token {
  const first = source.charAt(start);
  if (first === "'" || first === '"') return readString(source, start, first);
  const number = NUMERIC.includes(first) ? readNumber(source, start) : undefined;
  if (number !== undefined) return number;
  const symbol = [source.slice(start, start + 2), first].find((text) => SYMBOLS.has(text));
  if (symbol !== undefined)
    return { kind: 'symbol', text: symbol, start, end: start + symbol.length };
  const name = readName(source, start);
  if (name !== undefined) return name;
  const character = String.fromCodePoint(source.codePointAt(start) ?? 0);
  throw refused('this character means nothing here', start, start + character.length);
}

function readName(source: string, start: number): Token | undefined {
  const raw = matchAt(NAME, source, start);
  if (raw === undefined) return undefined;
  const end = start + raw.length;
  const text = raw.replace(UNICODE_ESCAPES, (_, digits: string) => fromHexadecimal(digits));
  if (!IS_NAME.test(text))
    throw refused('an escape outside a text must stand for a letter', start, end);
  return { kind: RESERVED_WORDS.has(text) ? 'word' : 'name', text, start, end };
}

function readNumber(source: string, start: number): Token | undefined {
  const hexadecimal = matchAt(HEXADECIMAL, source, start);
  if (hexadecimal !== undefined) {
    throw refused('numbers are decimal', start, start + hexadecimal.length);
  }
  const floating = matchAt(FLOATING, source, start);
  if (floating !== undefined) {
    const value = Number(floating.replace(/[fFdD]$/, ''));
    return { kind: 'double', value, start, end: start + floating.length };
  }
  const integer = matchAt(INTEGER, source, start);
  if (integer === undefined) return undefined;
  const end = start + integer.length;
  const value = BigInt(integer.replace(/[lL]$/, ''));
  if (value > LONGEST_LONG) throw refused(`a LONG goes up to ${LONGEST_LONG}`, start, end);
  return { kind: 'long', value, start, end };
}

function readString(source: string, start: number, quote: string): Token {
  let value = '';
  let at = start + 1;
  for (;;) {
    const character = source.charAt(at);
    if (character === '' || character === '\n' || character === '\r') {
      throw refused('this text is not closed on its line', start, at);
    }
    if (character === quote) return { kind: 'string', value, start, end: at + 1 };
    if (character !== '\\') {
      value += character;
      at += 1;
      continue;
    }
    const [escaped, length] = readEscape(source, at);
    value += escaped;
    at += length;
  }
}

function readEscape(source: string, at: number): readonly [string, number] {
  UNICODE_ESCAPE.lastIndex = at;
  const match = UNICODE_ESCAPE.exec(source);
  if (match !== null) return [fromHexadecimal(match[1] ?? ''), match[0].length];
  const escaped = ESCAPES.get(source.charAt(at + 1));
  if (escaped === undefined) throw refused('there is no such escape', at, at + 2);
  return [escaped, 2];
}

const fromHexadecimal = (digits: string): string =>
  String.fromCharCode(Number.parseInt(digits, 16));

function refused(message: string, start: number, end: number): Fault {
  return new Fault('parse', message, { span: { start, end } });
}
