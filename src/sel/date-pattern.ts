// Patterns of dates: read once, then printed and parsed with any number of times.
//
// A pattern is a row of pieces: texts that stand for themselves, and fields named by letters. Printing asks every piece for
// its text; parsing lets every piece take its text and say what it found, and sets the fields from the longest to the
// shortest.

import { DAY_MS, dayNumber } from './calendar.ts';
import { type DateField, FIELDS } from './date-field.ts';
import { DateTimeObject, fromLocal } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import type { LibraryObject } from './operand.ts';
import { fixedZone, offsetText, parseOffset, UTC, type ZoneObject, zoneOf } from './zone.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

export const monthName = (month: number): string => MONTHS[month - 1] ?? '';
export const weekdayName = (weekday: number): string => WEEKDAYS[weekday - 1] ?? '';

/** A field found by parsing: the smaller its rank, the earlier it is set. */
interface Found {
  readonly rank: number;
  readonly set: (local: number) => number;
}

interface Parsing {
  readonly text: string;
  at: number;
  readonly found: Found[];
  offset: number | undefined;
  zone: ZoneObject | undefined;
}

interface Piece {
  print(date: DateTimeObject): string;
  /** Takes its text, or refuses. */
  parse(parsing: Parsing): boolean;
}

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

  print(date: DateTimeObject): string {
    const shown = this.#zone === undefined ? date : new DateTimeObject(date.millis, this.#zone);
    return this.#pieces.map((piece) => piece.print(shown)).join('');
  }

  printMillis(millis: number): string {
    return this.print(new DateTimeObject(millis, this.#zone ?? UTC));
  }

  parse(text: string): DateTimeObject {
    const parsing: Parsing = { text, at: 0, found: [], offset: undefined, zone: undefined };
    const fits = this.#pieces.every((piece) => piece.parse(parsing));
    if (!fits || parsing.at < text.length) {
      throw evaluationFault(`'${text}' does not follow the pattern at position ${parsing.at + 1}`);
    }
    const zone = this.#zone ?? UTC;
    const local = localOf(parsing.found);
    if (parsing.offset !== undefined) {
      return new DateTimeObject(local - parsing.offset, zone);
    }
    const written = fromLocal(local, parsing.zone ?? zone);
    return new DateTimeObject(written.millis, zone);
  }
}

/** Fields without a year are those of 2000 when days or months are among them; everything else begins in 1970. */
function localOf(found: readonly Found[]): number {
  const sorted = found.toSorted((a, b) => a.rank - b.rank);
  const first = sorted[0]?.rank ?? RANK.hour;
  const hasDays = first >= RANK.month && first <= RANK.weekday;
  // A week without a day of it begins on its Monday.
  if (
    sorted.some(({ rank }) => rank === RANK.week) &&
    !sorted.some(({ rank }) => rank === RANK.weekday)
  )
    sorted.push({ rank: RANK.weekday, set: setting(FIELDS.dayOfWeek, 1) });
  let local = hasDays ? dayNumber(2000, 1, 1) * DAY_MS : 0;
  for (const { set } of sorted) local = set(local);
  // Once more: a short month in the way of a long day is gone now.
  for (const { set } of sorted) local = set(local);
  return local;
}

const RANK = {
  era: 0,
  year: 1,
  month: 2,
  week: 3,
  dayOfYear: 4,
  day: 5,
  weekday: 6,
  half: 7,
  hour: 8,
  minute: 9,
  second: 10,
  fraction: 11,
} as const;

type Field = DateField;

/** Years before 1 are counted backwards from 1 again. */
const YEAR_OF_ERA: DateField = {
  ...FIELDS.year,
  name: 'yearOfEra',
  read(localMs) {
    const year = FIELDS.year.read(localMs);
    return year > 0 ? year : 1 - year;
  },
};

function setting(field: Field, value: number): (local: number) => number {
  return (local) => {
    const [least, most] = field.range(local);
    if (value < least || value > most) {
      throw evaluationFault(`${field.name} is from ${least} to ${most}, not ${value}`);
    }
    return field.set(local, value);
  };
}

function literal(text: string): Piece {
  return {
    print: () => text,
    parse(parsing) {
      const part = parsing.text.slice(parsing.at, parsing.at + text.length);
      if (part.toLowerCase() !== text.toLowerCase()) return false;
      parsing.at += text.length;
      return true;
    },
  };
}

interface NumberShape {
  readonly least: number;
  readonly most: number;
  readonly signed: boolean;
}

/** Digits of a number, or undefined. */
function takeNumber(parsing: Parsing, { most, signed }: NumberShape): number | undefined {
  const rest = parsing.text.slice(parsing.at);
  const match = (signed ? /^[+-]?\d+/ : /^\d+/).exec(rest);
  if (match === null) return undefined;
  const sign = /^[+-]/.test(match[0]) ? 1 : 0;
  const digits = match[0].slice(0, most + sign);
  parsing.at += digits.length;
  return Number(digits);
}

const paddedNumber = (value: number, digits: number): string =>
  value < 0 ? `-${String(-value).padStart(digits, '0')}` : String(value).padStart(digits, '0');

/** A field as a number. @param shift what is printed, from what the field holds; and back */
function numberPiece(
  field: Field,
  rank: number,
  shape: NumberShape,
  shift: {
    readonly out: (value: number) => number;
    readonly back: (value: number) => number;
  } = AS_IS,
): Piece {
  return {
    print: ({ local }) => paddedNumber(shift.out(field.read(local)), shape.least),
    parse(parsing) {
      const value = takeNumber(parsing, shape);
      if (value === undefined) return false;
      parsing.found.push({ rank, set: setting(field, shift.back(value)) });
      return true;
    },
  };
}

const AS_IS = { out: (value: number): number => value, back: (value: number): number => value };

/** A field as a name, matched without regard to case, longest first. */
function namePiece(field: Field, rank: number, names: readonly string[], short: boolean): Piece {
  const shown = (name: string): string => (short ? name.slice(0, 3) : name);
  const forms = names.flatMap((name, at) => [
    { text: name.toLowerCase(), value: at + 1 },
    { text: name.slice(0, 3).toLowerCase(), value: at + 1 },
  ]);
  forms.sort((a, b) => b.text.length - a.text.length);
  return {
    print: ({ local }) => shown(names[field.read(local) - 1] ?? ''),
    parse(parsing) {
      const rest = parsing.text.slice(parsing.at).toLowerCase();
      const form = forms.find(({ text }) => rest.startsWith(text));
      if (form === undefined) return false;
      parsing.at += form.text.length;
      parsing.found.push({ rank, set: setting(field, form.value) });
      return true;
    },
  };
}

/** The pivot year of two-digit years is this far either side of it. */
const PIVOT = 2000 + 20;

function twoDigitYear(field: Field, strict: boolean): Piece {
  return {
    print: ({ local }) => paddedNumber(Math.abs(field.read(local)) % 100, 2),
    parse(parsing) {
      const digits = /^[+-]?\d+/.exec(parsing.text.slice(parsing.at))?.[0] ?? '';
      const isTwo = strict ? /^\d\d/.test(digits) : /^\d\d$/.test(digits);
      const value = takeNumber(parsing, { least: 2, most: isTwo ? 2 : 9, signed: !isTwo });
      if (value === undefined || (strict && !isTwo)) return false;
      const low = PIVOT - 50;
      const year = isTwo ? low + ((((value - low) % 100) + 100) % 100) : value;
      parsing.found.push({ rank: RANK.year, set: setting(field, year) });
      return true;
    },
  };
}

const halfday: Piece = {
  print: ({ local }) => (FIELDS.hourOfDay.read(local) < 12 ? 'AM' : 'PM'),
  parse(parsing) {
    const part = parsing.text.slice(parsing.at, parsing.at + 2).toUpperCase();
    if (part !== 'AM' && part !== 'PM') return false;
    parsing.at += 2;
    const base = part === 'AM' ? 0 : 12;
    const set = (local: number): number => {
      const hour = FIELDS.hourOfDay.read(local);
      return FIELDS.hourOfDay.set(local, (hour % 12) + base);
    };
    parsing.found.push({ rank: RANK.half, set });
    return true;
  },
};

/** An hour within its half of the day. @param twelve noon and midnight are 12 */
function halfdayHour(least: number, twelve: boolean): Piece {
  const field = FIELDS.hourOfDay;
  return {
    print({ local }) {
      const hour = field.read(local) % 12;
      return paddedNumber(twelve && hour === 0 ? 12 : hour, least);
    },
    parse(parsing) {
      const value = takeNumber(parsing, { least, most: 2, signed: false });
      if (value === undefined) return false;
      const [low, high] = twelve ? [1, 12] : [0, 11];
      if (value < low || value > high) {
        throw evaluationFault(`an hour of half a day is from ${low} to ${high}, not ${value}`);
      }
      const hour = value % 12;
      const set = (local: number): number =>
        field.set(local, (field.read(local) < 12 ? 0 : 12) + hour);
      parsing.found.push({ rank: RANK.hour, set });
      return true;
    },
  };
}

function fraction(digits: number): Piece {
  const field = FIELDS.millisOfSecond;
  return {
    print: ({ local }) =>
      digits <= 3
        ? paddedNumber(field.read(local), 3).slice(0, digits)
        : paddedNumber(field.read(local), 3).padEnd(digits, '0'),
    parse(parsing) {
      const found = /^\d+/.exec(parsing.text.slice(parsing.at))?.[0].slice(0, digits);
      if (found === undefined) return false;
      parsing.at += found.length;
      const millis = Number(found.slice(0, 3).padEnd(3, '0'));
      parsing.found.push({ rank: RANK.fraction, set: setting(field, millis) });
      return true;
    },
  };
}

const era: Piece = {
  print: ({ local }) => (FIELDS.year.read(local) > 0 ? 'AD' : 'BC'),
  parse(parsing) {
    const part = parsing.text.slice(parsing.at, parsing.at + 2).toUpperCase();
    if (part !== 'AD' && part !== 'BC') return false;
    parsing.at += 2;
    return true;
  },
};

function offsetPiece(separator: string): Piece {
  return {
    print: ({ offset }) => offsetText(offset, separator),
    parse(parsing) {
      const part = /^(?:Z|[+-]\d\d(?::?\d\d)?)/.exec(parsing.text.slice(parsing.at))?.[0];
      const offset = part === undefined || part === 'Z' ? 0 : parseOffset(part);
      if (part === undefined || offset === undefined) return false;
      parsing.at += part.length;
      parsing.offset = offset;
      return true;
    },
  };
}

const zoneId: Piece = {
  print: ({ zone }) => zone.id,
  parse(parsing) {
    const part = /^[A-Za-z0-9_+:/-]+/.exec(parsing.text.slice(parsing.at))?.[0];
    if (part === undefined) return false;
    const offset = parseOffset(part);
    const zone = offset === undefined ? zoneOf(part) : fixedZone(offset);
    if (zone === undefined) return false;
    parsing.at += part.length;
    parsing.zone = zone;
    return true;
  },
};

function zoneName(format: 'short' | 'long'): Piece {
  return {
    print: ({ zone, millis }) => zone.nameAt(millis, format),
    parse(parsing) {
      if (!parsing.text.startsWith('UTC', parsing.at)) return false;
      parsing.at += 3;
      parsing.zone = UTC;
      return true;
    },
  };
}

interface Token {
  readonly letter: string;
  readonly count: number;
}

/** @param nextIsNumber digits follow at once, so a year takes just as many as the pattern says */
function fieldPiece({ letter, count }: Token, nextIsNumber: boolean): Piece {
  const number = (field: Field, rank: number, most: number): Piece =>
    numberPiece(field, rank, { least: count, most: Math.max(most, count), signed: false });
  const year = (field: Field): Piece => {
    if (count === 2) return twoDigitYear(field, nextIsNumber);
    const most = nextIsNumber ? count : 9;
    return numberPiece(field, RANK.year, { least: count, most, signed: !nextIsNumber });
  };
  switch (letter) {
    case 'G':
      return era;
    case 'C':
      return numberPiece(
        FIELDS.year,
        RANK.year,
        { least: count, most: Math.max(count, 9), signed: false },
        { out: (value) => Math.floor(value / 100), back: (value) => value * 100 },
      );
    case 'Y':
      return year(YEAR_OF_ERA);
    case 'y':
      return year(FIELDS.year);
    case 'x':
      return year(FIELDS.weekyear);
    case 'M':
      if (count < 3) return number(FIELDS.monthOfYear, RANK.month, 2);
      return namePiece(FIELDS.monthOfYear, RANK.month, MONTHS, count === 3);
    case 'd':
      return number(FIELDS.dayOfMonth, RANK.day, 2);
    case 'D':
      return number(FIELDS.dayOfYear, RANK.dayOfYear, 3);
    case 'w':
      return number(FIELDS.weekOfWeekyear, RANK.week, 2);
    case 'e':
      return number(FIELDS.dayOfWeek, RANK.weekday, 1);
    case 'E':
      return namePiece(FIELDS.dayOfWeek, RANK.weekday, WEEKDAYS, count < 4);
    default:
      return clockPiece({ letter, count });
  }
}

function clockPiece({ letter, count }: Token): Piece {
  const number = (field: Field, rank: number): Piece =>
    numberPiece(field, rank, { least: count, most: Math.max(2, count), signed: false });
  switch (letter) {
    case 'a':
      return halfday;
    case 'K':
      return halfdayHour(count, false);
    case 'h':
      return halfdayHour(count, true);
    case 'H':
      return number(FIELDS.hourOfDay, RANK.hour);
    case 'k':
      return numberPiece(
        FIELDS.hourOfDay,
        RANK.hour,
        { least: count, most: Math.max(2, count), signed: false },
        { out: (hour) => (hour === 0 ? 24 : hour), back: (hour) => (hour === 24 ? 0 : hour || 24) },
      );
    case 'm':
      return number(FIELDS.minuteOfHour, RANK.minute);
    case 's':
      return number(FIELDS.secondOfMinute, RANK.second);
    case 'S':
      return fraction(count);
    case 'z':
      return zoneName(count < 4 ? 'short' : 'long');
    case 'Z':
      if (count === 1) return offsetPiece('');
      return count === 2 ? offsetPiece(':') : zoneId;
    default:
      throw evaluationFault(`'${letter}' means nothing in a date pattern`);
  }
}

const TOKEN = /([A-Za-z])\1*|'((?:[^']|'')*)(?:'|$)|[^A-Za-z']+/g;
const NUMERIC = /^[CYyxDdwehHkKmsS]$/;

/** Reads a pattern. */
export function parsePattern(pattern: string): FormatterObject {
  if (pattern === '') throw evaluationFault('a date pattern is not empty');
  const matches = [...pattern.matchAll(TOKEN)];
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
