// Time zones: from an id to offsets, on luxon's reading of the time zone database.
//
// Invariant: a zone never changes, and the same id gives the same zone.

import { FixedOffsetZone, IANAZone, type Zone as LuxonZone } from 'luxon';
import { dayNumber } from './calendar.ts';
import { DAY_MS, type Moment } from './moment.ts';
import type { LibraryObject } from './operand.ts';

const MINUTE_MS = 60_000;
/** How many days a zone keeps the offsets of. */
const DAYS_LIMIT = 500;

/** The calendar begins anew after so many days, 400 years, on the same day of the week. */
const CYCLE_DAYS = 146_097;
/** 1500-01-01 and 2800-01-01: no zone had more than one offset before, nor has rules that are not for ever behind. */
const FIRST_DAY = -171_664;
const LAST_DAY = 303_154;

/** In the last year that is whole, as in Joda-Time, clocks stay as they are when it begins. */
const NO_MORE_CHANGES = dayNumber(292_278_993, 1, 1);

/** A day that the time zone database has an answer for, with the same clocks as that one. */
function dayAlike(given: number): number {
  if (given < FIRST_DAY) return FIRST_DAY;
  const day = Math.min(given, NO_MORE_CHANGES);
  return day < LAST_DAY ? day : LAST_DAY - CYCLE_DAYS + ((day - LAST_DAY) % CYCLE_DAYS);
}

/** A time zone, as a value of a program. */
export class ZoneObject implements LibraryObject {
  readonly type = 'DATETIME_ZONE';
  readonly id: string;
  readonly #zone: LuxonZone;
  /** Offsets by the day in UTC; undefined on a day on which the clocks are changed. */
  readonly #days = new Map<number, number | undefined>();

  constructor(id: string, zone: LuxonZone) {
    this.id = id;
    this.#zone = zone;
  }

  toText(): string {
    return this.id;
  }

  /** What is added to an instant to get local time, in milliseconds. */
  offsetAt(instant: Moment): number {
    if (this.#zone.isUniversal) return this.#ask(0);
    const day = dayAlike(instant.day);
    if (!this.#days.has(day)) this.#learn(day);
    return this.#days.get(day) ?? this.#ask(day * DAY_MS + instant.millis);
  }

  /** Asking the database takes long. No zone changes its clocks there and back within a day. */
  #learn(day: number): void {
    if (this.#days.size >= DAYS_LIMIT) this.#days.clear();
    const before = this.#ask(day * DAY_MS);
    const after = this.#ask((day + 1) * DAY_MS);
    this.#days.set(day, before === after ? before : undefined);
  }

  #ask(millis: number): number {
    return Math.round(this.#zone.offset(millis) * MINUTE_MS);
  }

  /** The zone's name at an instant, short or long, in English. */
  nameAt(instant: Moment, format: 'short' | 'long'): string {
    const millis = dayAlike(instant.day) * DAY_MS + instant.millis;
    if (this === UTC) return format === 'short' ? 'UTC' : 'Coordinated Universal Time';
    return this.#zone.offsetName(millis, { format, locale: 'en-US' }) ?? this.id;
  }
}

export const UTC = new ZoneObject('UTC', FixedOffsetZone.utcInstance);

/** Old names of zones and the ones they stand for. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['US/Alaska', 'America/Anchorage'],
  ['US/Arizona', 'America/Phoenix'],
  ['US/Central', 'America/Chicago'],
  ['US/Eastern', 'America/New_York'],
  ['US/Hawaii', 'Pacific/Honolulu'],
  ['US/Mountain', 'America/Denver'],
  ['US/Pacific', 'America/Los_Angeles'],
  ['Asia/Katmandu', 'Asia/Kathmandu'],
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ['Asia/Rangoon', 'Asia/Yangon'],
  ['GB', 'Europe/London'],
  ['Hongkong', 'Asia/Hong_Kong'],
  ['Japan', 'Asia/Tokyo'],
  ['NZ', 'Pacific/Auckland'],
  ['PRC', 'Asia/Shanghai'],
  ['ROK', 'Asia/Seoul'],
  ['Singapore', 'Asia/Singapore'],
  ['Turkey', 'Europe/Istanbul'],
]);

/** Ids of three letters in the time zone database; the runtime knows more, under names that mean several zones. */
const SHORT_IDS: ReadonlySet<string> = new Set(
  'CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' '),
);

const known = new Map<string, ZoneObject | undefined>();
const KNOWN_LIMIT = 1_000;

/** The zone of an id, or of an offset such as `+05:30`; undefined when there is none. Ids are case-sensitive. */
export function zoneOf(id: string): ZoneObject | undefined {
  if (known.has(id)) return known.get(id);
  if (known.size >= KNOWN_LIMIT) known.clear();
  const zone = makeZone(id);
  known.set(id, zone);
  return zone;
}

function makeZone(id: string): ZoneObject | undefined {
  if (id === 'UTC') return UTC;
  const offset = parseOffset(id);
  if (offset !== undefined) return fixedZone(offset);
  const name = RENAMED.get(id) ?? id;
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name)) return undefined;
  if (/^[A-Z]{3}$/.test(name) && !SHORT_IDS.has(name)) return undefined;
  if (!IANAZone.isValidZone(name)) return undefined;
  const spelled = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  const isSpelledSo = spelled === name || spelled.toLowerCase() !== name.toLowerCase();
  return isSpelledSo ? new ZoneObject(name, IANAZone.create(name)) : undefined;
}

/** A zone with one offset for ever. */
function fixedZone(offsetMs: number): ZoneObject {
  if (offsetMs === 0) return UTC;
  const zone = FixedOffsetZone.instance(offsetMs / MINUTE_MS);
  return new ZoneObject(offsetText(offsetMs, ':'), zone);
}

const HOURS_LIMIT = 23;
const SIXTY_LIMIT = 59;

/** Parts of an offset behind its hours: how many digits each has, what it is at most, and its unit. */
const OFFSET_PARTS = [
  { least: 2, digits: 2, most: SIXTY_LIMIT, unitMs: MINUTE_MS, separator: /:/ },
  { least: 2, digits: 2, most: SIXTY_LIMIT, unitMs: 1_000, separator: /:/ },
  { least: 1, digits: 3, most: 999, unitMs: 1, separator: /[.,]/ },
] as const;

/**
 * Reads an offset within a text: `+hh`, `+hhmm`, `+hh:mm`, both with seconds and a fraction of one. A part that begins has
 * to be whole: a digit right behind an offset is the beginning of another part of it.
 * @returns milliseconds, and the position behind it; undefined when there is none
 */
export function readOffset(text: string, from: number): readonly [number, number] | undefined {
  const digitsAt = (at: number, most: number): string =>
    /^\d*/.exec(text.slice(at, at + most))?.[0] ?? '';
  const sign = text[from] === '-' ? -1 : 1;
  const hours = digitsAt(from + 1, 2);
  if (!/[+-]/.test(text[from] ?? '') || hours.length < 2 || Number(hours) > HOURS_LIMIT) return;
  let offsetMs = Number(hours) * 60 * MINUTE_MS;
  let at = from + 3;
  const isSeparated = text[at] === ':';
  for (const { least, digits, most, unitMs, separator } of OFFSET_PARTS) {
    if (isSeparated) {
      if (!separator.test(text[at] ?? '')) break;
      at += 1;
    }
    const part = digitsAt(at, digits);
    if (part === '' && !isSeparated) break;
    const value = Number(digits === 3 ? part.padEnd(3, '0') : part);
    if (part.length < least || value > most) return;
    offsetMs += value * unitMs;
    at += part.length;
  }
  return [sign * offsetMs, at];
}

/** Milliseconds of a text that is an offset and nothing else; undefined for anything else. */
export function parseOffset(text: string): number | undefined {
  const [offsetMs, end] = readOffset(text, 0) ?? [];
  return end === text.length ? offsetMs : undefined;
}

/** An offset as `+hh<separator>mm`, with seconds where it has some. */
export function offsetText(offsetMs: number, separator: string): string {
  const size = Math.abs(offsetMs);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const parts = [two(size / 3_600_000), two((size / MINUTE_MS) % 60)];
  if (size % MINUTE_MS !== 0) parts.push(two((size / 1_000) % 60));
  const fraction = size % 1_000 === 0 ? '' : `.${String(size % 1_000).padStart(3, '0')}`;
  return `${offsetMs < 0 ? '-' : '+'}${parts.join(separator)}${fraction}`;
}
