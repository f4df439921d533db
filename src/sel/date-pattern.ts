// Patterns of dates: read once, then printed and parsed with any number of times.
//
// A pattern is a row of pieces (date-piece.ts). Printing asks every piece for its text; parsing lets every piece take its
// text and say what it found, and sets the fields from the longest to the shortest.

import { FIELDS } from './date-field.ts';
import {
  fieldPiece,
  type Found,
  foundField,
  literal,
  type Parsing,
  type Piece,
  RANK,
} from './date-piece.ts';
import { DateTimeObject, fromLocal } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import { later, type Moment } from './moment.ts';
import type { LibraryObject } from './operand.ts';
import type { Run } from './run.ts';
import { UTC, type ZoneObject } from './zone.ts';

/** What a piece of a pattern takes to be read, printed or parsed, in visited nodes; and the name of a zone to be printed. */
const PIECE_NODES = 24;
const NAME_NODES = 2_000;
/** A piece keeps as much as so many values. */
const PIECE_VALUES = 4;
/** So many pieces has a pattern at most. */
const PIECE_LIMIT = 10_000;

export class FormatterObject implements LibraryObject {
  readonly type = 'DATETIME_FORMATTER';
  readonly #pieces: readonly Piece[];
  readonly #zone: ZoneObject | undefined;

  constructor(pieces: readonly Piece[], zone: ZoneObject | undefined) {
    this.#pieces = pieces;
    this.#zone = zone;
  }

  toText(): undefined {
    return undefined;
  }

  withZone(zone: ZoneObject): FormatterObject {
    return new FormatterObject(this.#pieces, zone);
  }

  print(run: Run, date: DateTimeObject): string {
    run.visit(PIECE_NODES * this.#pieces.length);
    run.visit(NAME_NODES * this.#pieces.filter(({ isSlow }) => isSlow).length);
    const shown = this.#zone === undefined ? date : new DateTimeObject(date.instant, this.#zone);
    return this.#pieces.map((piece) => piece.print(shown)).join('');
  }

  printInstant(run: Run, instant: Moment): string {
    return this.print(run, new DateTimeObject(instant, this.#zone ?? UTC));
  }

  parse(run: Run, text: string): DateTimeObject {
    run.visit(PIECE_NODES * this.#pieces.length);
    run.scan(text.length);
    const parsing: Parsing = { text, at: 0, found: [], offset: undefined, zone: undefined };
    const fits = this.#pieces.every((piece) => piece.parse(parsing));
    if (!fits || parsing.at < text.length) {
      throw evaluationFault(`'${text}' does not follow the pattern at position ${parsing.at + 1}`);
    }
    const zone = this.#zone ?? UTC;
    const local = localOf(parsing.found);
    if (parsing.offset !== undefined) {
      return new DateTimeObject(later(local, -parsing.offset), zone);
    }
    const written = fromLocal(local, parsing.zone ?? zone);
    return new DateTimeObject(written.instant, zone);
  }
}

/**
 * Every field is set twice: first from the longest to the shortest, each at the beginning of its span, then once more, so
 * that a short month on the way to a long day is forgotten. Without a year, months, weeks and days are those of 2000;
 * everything else begins in 1970.
 */
function localOf(found: readonly Found[]): Moment {
  const sorted = found.toSorted((a, b) => a.rank - b.rank);
  const first = sorted[0]?.rank ?? RANK.hour;
  if (first >= RANK.month && first <= RANK.weekday) {
    sorted.unshift(foundField(FIELDS.year, RANK.year, DEFAULT_YEAR));
  }
  let local: Moment = EPOCH;
  for (const { set, floor } of sorted) local = floor(set(local));
  for (const { set } of sorted) local = set(local);
  return sorted.at(-1)?.floor(local) ?? local;
}

const DEFAULT_YEAR = 2000;
const EPOCH: Moment = { day: 0, millis: 0 };

const TOKEN = /([A-Za-z])\1*|'((?:[^']|'')*)(?:'|$)|[^A-Za-z']+/g;
const NUMERIC = /^[CYyxDdwehHkKmsS]$/;

/** Reads a pattern. */
export function parsePattern(run: Run, pattern: string): FormatterObject {
  run.visit(PIECE_NODES + pattern.length);
  return readPattern(pattern, run);
}

/** Reads a pattern, and counts its pieces where it is a program that does. */
export function readPattern(pattern: string, run?: Run): FormatterObject {
  if (pattern === '') throw evaluationFault('a date pattern is not empty');
  const matches = [...pattern.matchAll(TOKEN)];
  run?.visit(PIECE_NODES * matches.length);
  run?.create(PIECE_VALUES * matches.length);
  if (matches.length > PIECE_LIMIT) throw evaluationFault('the date pattern is too long');
  const pieces = matches.map((match, at) => {
    const [text, letter, quoted] = match;
    if (letter !== undefined) {
      const next = matches[at + 1];
      const nextIsNumber = isNumeric(next?.[1], next?.[0].length ?? 0);
      return fieldPiece({ letter, count: text.length }, nextIsNumber);
    }
    if (quoted !== undefined) return literal(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    return literal(text);
  });
  return new FormatterObject(pieces, undefined);
}

function isNumeric(letter: string | undefined, count: number): boolean {
  if (letter === 'M') return count < 3;
  return letter !== undefined && NUMERIC.test(letter);
}
