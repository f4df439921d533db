// The pieces of a date pattern: texts that stand for themselves, and fields named by letters. A piece prints its text; it
// parses by taking its text and saying what it found.

import { dayNumber } from './calendar.ts';
import { type DateField, FIELDS } from './date-field.ts';
import type { DateTimeObject } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import { DAY_MS, FIRST_MOMENT, type Moment } from './moment.ts';
import { offsetText, readOffset, type ZoneObject, zoneOf } from './zone.ts';

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
export interface Found {
  readonly rank: number;
  readonly set: (local: Moment) => Moment;
  /** The first moment at which the field has the value it has. */
  readonly floor: (local: Moment) => Moment;
}

export interface Parsing {
  readonly text: string;
  at: number;
  readonly found: Found[];
  offset: number | undefined;
  zone: ZoneObject | undefined;
}

export interface Piece {
  /** Printing it asks the runtime for the name of a zone. */
  readonly isSlow?: boolean;
  print(date: DateTimeObject): string;
  /** Takes its text, or refuses. */
  parse(parsing: Parsing): boolean;
}

/** The smaller, the earlier a field is set. */
export const RANK = {
  era: 0,
  century: 0.5,
  year: 1,
  month: 2,
  week: 3,
  dayOfYear: 4,
  day: 5,
  weekday: 6,
  half: 7,
  hour: 8,
  hourOfHalf: 8.5,
  minute: 9,
  second: 10,
  fraction: 11,
} as const;

/** Years before 1 are counted backwards from 1 again. */
const YEAR_OF_ERA: DateField = {
  ...FIELDS.year,
  name: 'yearOfEra',
  range: (local) => [1, FIELDS.year.range(local)[1]],
  read(local) {
    const year = FIELDS.year.read(local);
    return year > 0 ? year : 1 - year;
  },
  set: (local, value) => FIELDS.year.set(local, FIELDS.year.read(local) > 0 ? value : 1 - value),
};

const CENTURY_YEARS = 100;

/** Of the year without its sign: of -100, which is the year 101 of its era, and of -199. */
const CENTURY_OF_ERA: DateField = {
  name: 'centuryOfEra',
  read: (local) => Math.floor(Math.abs(FIELDS.year.read(local)) / CENTURY_YEARS),
  range: (local) => [0, Math.floor(FIELDS.year.range(local)[1] / CENTURY_YEARS)],
  set(local, value) {
    const year = FIELDS.year.read(local);
    const size = (Math.abs(year) % CENTURY_YEARS) + value * CENTURY_YEARS;
    return FIELDS.year.set(local, year < 0 ? -size : size);
  },
  floor(local) {
    const year = FIELDS.year.read(local);
    return { day: dayNumber(year - (year % CENTURY_YEARS), 1, 1), millis: 0 };
  },
};

/** A field that was found, or stands for one that was not. */
export function foundField(field: DateField, rank: number, value: number): Found {
  return {
    rank,
    set(local) {
      const [least, most] = field.range(local);
      if (value < least || value > most) {
        throw evaluationFault(`${field.name} is from ${least} to ${most}, not ${value}`);
      }
      return field.set(local, value);
    },
    floor: (local) => field.floor(local),
  };
}

/** A text that stands for itself. */
export function literal(text: string): Piece {
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
  field: DateField,
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
      parsing.found.push(foundField(field, rank, shift.back(value)));
      return true;
    },
  };
}

const AS_IS = { out: (value: number): number => value, back: (value: number): number => value };

/** A name that begins at `at` as it is, or wholly in lower or upper case; the longest one. */
function takeName<Value>(
  parsing: Parsing,
  names: readonly (readonly [string, Value])[],
): Value | undefined {
  const { text, at } = parsing;
  let longest: readonly [string, Value] | undefined;
  for (const entry of names) {
    const [name] = entry;
    const isHere = [name, name.toLowerCase(), name.toUpperCase()].some((form) =>
      text.startsWith(form, at),
    );
    if (isHere && name.length > (longest?.[0].length ?? 0)) longest = entry;
  }
  parsing.at += longest?.[0].length ?? 0;
  return longest?.[1];
}

/** A field as a name, long or of three letters. */
function namePiece(
  field: DateField,
  rank: number,
  names: readonly string[],
  short: boolean,
): Piece {
  const shown = (name: string): string => (short ? name.slice(0, 3) : name);
  const forms = names.flatMap((name, at): readonly (readonly [string, number])[] => [
    [name, at + 1],
    [name.slice(0, 3), at + 1],
  ]);
  return {
    print: ({ local }) => shown(names[field.read(local) - 1] ?? ''),
    parse(parsing) {
      const value = takeName(parsing, forms);
      if (value === undefined) return false;
      parsing.found.push(foundField(field, rank, value));
      return true;
    },
  };
}

/** Two-digit years are those of the hundred years from here on. */
const TWO_DIGITS_FROM = 1945;

function twoDigitYear(field: DateField, strict: boolean): Piece {
  return {
    print: ({ local }) => paddedNumber(Math.abs(field.read(local)) % 100, 2),
    parse(parsing) {
      const digits = /^[+-]?\d+/.exec(parsing.text.slice(parsing.at))?.[0] ?? '';
      const isTwo = strict ? /^\d\d/.test(digits) : /^\d\d$/.test(digits);
      const value = takeNumber(parsing, { least: 2, most: isTwo ? 2 : 9, signed: !isTwo });
      if (value === undefined || (strict && !isTwo)) return false;
      const low = TWO_DIGITS_FROM;
      const year = isTwo ? low + ((((value - low) % 100) + 100) % 100) : value;
      parsing.found.push(foundField(field, RANK.year, year));
      return true;
    },
  };
}

const HALVES: readonly (readonly [string, number])[] = [
  ['AM', 0],
  ['PM', 12],
];

const halfday: Piece = {
  print: ({ local }) => (FIELDS.hourOfDay.read(local) < 12 ? 'AM' : 'PM'),
  parse(parsing) {
    const base = takeName(parsing, HALVES);
    if (base === undefined) return false;
    const set = (local: Moment): Moment => {
      const hour = FIELDS.hourOfDay.read(local);
      return FIELDS.hourOfDay.set(local, (hour % 12) + base);
    };
    const floor = ({ day, millis }: Moment): Moment => ({
      day,
      millis: millis - (millis % (DAY_MS / 2)),
    });
    parsing.found.push({ rank: RANK.half, set, floor });
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
      const most = Math.max(2, least);
      const value = takeNumber(parsing, { least, most, signed: false });
      if (value === undefined) return false;
      const [low, high] = twelve ? [1, 12] : [0, 11];
      if (value < low || value > high) {
        throw evaluationFault(`an hour of half a day is from ${low} to ${high}, not ${value}`);
      }
      const hour = value % 12;
      const set = (local: Moment): Moment =>
        field.set(local, (field.read(local) < 12 ? 0 : 12) + hour);
      parsing.found.push({ rank: RANK.hourOfHalf, set, floor: (local) => field.floor(local) });
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
      parsing.found.push(foundField(field, RANK.fraction, millis));
      return true;
    },
  };
}

const ERAS: readonly (readonly [string, boolean])[] = [
  ['AD', true],
  ['CE', true],
  ['BC', false],
  ['BCE', false],
];

const era: Piece = {
  print: ({ local }) => (FIELDS.year.read(local) > 0 ? 'AD' : 'BC'),
  parse(parsing) {
    const isLater = takeName(parsing, ERAS);
    if (isLater === undefined) return false;
    const { year } = FIELDS;
    const set = (local: Moment): Moment =>
      year.read(local) > 0 === isLater ? local : year.set(local, 1 - year.read(local));
    const floor = (): Moment => (isLater ? { day: dayNumber(1, 1, 1), millis: 0 } : FIRST_MOMENT);
    parsing.found.push({ rank: RANK.era, set, floor });
    return true;
  },
};

/** `+hhmm`: a pattern shows no seconds of an offset. */
const HOURS_AND_MINUTES = 5;

function offsetPiece(separator: string): Piece {
  return {
    print: ({ offset }) =>
      offsetText(offset, separator).slice(0, HOURS_AND_MINUTES + separator.length),
    parse(parsing) {
      const { text, at } = parsing;
      const read = /z/i.test(text[at] ?? '') ? ([0, at + 1] as const) : readOffset(text, at);
      if (read === undefined) return false;
      [parsing.offset, parsing.at] = read;
      return true;
    },
  };
}

const zoneId: Piece = {
  print: ({ zone }) => zone.id,
  parse(parsing) {
    const part = /^[A-Z][A-Za-z0-9_+/-]{0,40}/.exec(parsing.text.slice(parsing.at))?.[0] ?? '';
    // The longest id: something may follow that could be part of one.
    for (let length = part.length; length > 1; length -= 1) {
      const zone = zoneOf(part.slice(0, length));
      if (zone === undefined) continue;
      parsing.at += length;
      parsing.zone = zone;
      return true;
    }
    return false;
  },
};

/** Short names that are understood, longest first. */
const ZONE_NAMES: readonly (readonly [name: string, id: string])[] = [
  ...['UTC', 'GMT', 'UT'].map((name) => [name, 'UTC'] as const),
  ...['EST', 'EDT'].map((name) => [name, 'America/New_York'] as const),
  ...['CST', 'CDT'].map((name) => [name, 'America/Chicago'] as const),
  ...['MST', 'MDT'].map((name) => [name, 'America/Denver'] as const),
  ...['PST', 'PDT'].map((name) => [name, 'America/Los_Angeles'] as const),
];

function zoneName(format: 'short' | 'long'): Piece {
  return {
    isSlow: true,
    print: ({ zone, instant }) => zone.nameAt(instant, format),
    parse(parsing) {
      const name = ZONE_NAMES.find(([known]) => parsing.text.startsWith(known, parsing.at));
      if (format === 'long' || name === undefined) return false;
      parsing.at += name[0].length;
      parsing.zone = zoneOf(name[1]);
      return true;
    },
  };
}

export interface Token {
  readonly letter: string;
  readonly count: number;
}

/** @param nextIsNumber digits follow at once, so a year takes just as many as the pattern says */
export function fieldPiece({ letter, count }: Token, nextIsNumber: boolean): Piece {
  const number = (field: DateField, rank: number, most: number): Piece =>
    numberPiece(field, rank, { least: count, most: Math.max(most, count), signed: false });
  const year = (field: DateField): Piece => {
    // Two digits never count backwards.
    if (count === 2) {
      return twoDigitYear(field === YEAR_OF_ERA ? FIELDS.year : field, nextIsNumber);
    }
    const most = nextIsNumber ? count : 9;
    return numberPiece(field, RANK.year, { least: count, most, signed: field !== YEAR_OF_ERA });
  };
  switch (letter) {
    case 'G':
      return era;
    case 'C':
      return numberPiece(CENTURY_OF_ERA, RANK.century, {
        least: count,
        most: count,
        signed: false,
      });
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
  const number = (field: DateField, rank: number): Piece =>
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
