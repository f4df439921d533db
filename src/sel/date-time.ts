// Instants with a zone, and how local times become instants.
//
//   Z1  A local time that a zone leaves out (its clocks went forward) is refused where somebody writes it down, and moved
//       forward where arithmetic leads to it, or setting a field that does not tell the difference.
//   Z2  A local time that a zone has twice is the earlier one, except that a change keeps the offset it began with.

import { dateOf } from './calendar.ts';
import { type DateField, inMonth, YEARS } from './date-field.ts';
import { evaluationFault } from './fault.ts';
import { DAY_MS, isCountable, later, type Moment } from './moment.ts';
import type { LibraryObject } from './operand.ts';
import { offsetText, type ZoneObject } from './zone.ts';

/** Further than any zone is from any other. */
const SEARCH_MS = 2 * DAY_MS;

export class DateTimeObject implements LibraryObject {
  readonly type = 'DATETIME';
  readonly instant: Moment;
  readonly zone: ZoneObject;
  /** What is added to the instant to get local time, in milliseconds. */
  readonly offset: number;

  constructor(instant: Moment, zone: ZoneObject) {
    if (!isCountable(instant)) throw tooFar();
    this.instant = instant;
    this.zone = zone;
    this.offset = zone.offsetAt(instant);
  }

  get local(): Moment {
    return later(this.instant, this.offset);
  }

  /** ISO 8601 with milliseconds and offset. */
  toText(): string {
    const offset = this.offset === 0 ? 'Z' : offsetText(this.offset, ':');
    return `${isoDate(this.local)}T${isoTime(this.local)}${offset}`;
  }

  /** Sets a field (Z2). A time that is left out is moved forward where that leaves the field alone, else refused. */
  with(field: DateField, value: number): DateTimeObject {
    const [least, most] = field.range(this.local);
    if (value < least || value > most) {
      throw evaluationFault(`${field.name} is from ${least} to ${most}, not ${value}`);
    }
    const result = this.moved(field, value);
    // Moved out of a gap, the field may have another value than the one that was asked for.
    return field.read(result.local) === value
      ? result
      : fromLocal(field.set(this.local, value), this.zone);
  }

  /** Sets a field to an end of its range, moved forward out of a gap (Z1). */
  moved(field: DateField, value: number): DateTimeObject {
    const local = field.set(this.local, value);
    const kept = later(local, -this.offset);
    if (this.zone.offsetAt(kept) === this.offset) return new DateTimeObject(kept, this.zone);
    return movedLocal(local, this.zone);
  }

  /** Adds to the instant. */
  plusMillis(millis: number): DateTimeObject {
    return new DateTimeObject(later(this.instant, millis), this.zone);
  }

  /** Adds days to the local date. None leave the second of two equal times where it is. */
  plusDays(days: number): DateTimeObject {
    if (days === 0) return this;
    const { day, millis } = this.local;
    return movedLocal({ day: day + days, millis }, this.zone);
  }

  /** Adds months to the local date, on the last day of a month that is too short. */
  plusMonths(months: number): DateTimeObject {
    if (months === 0) return this;
    const { year, month } = dateOf(this.local.day);
    const count = year * 12 + month - 1 + months;
    const local = inMonth(this.local, Math.floor(count / 12), (((count % 12) + 12) % 12) + 1);
    return movedLocal(local, this.zone);
  }

  /** Adds years to the local date, from February 29 to the last day of a February that is shorter. */
  plusYears(years: number): DateTimeObject {
    const year = dateOf(this.local.day).year + years;
    if (year < YEARS[0] || year > YEARS[1]) throw tooFar();
    return this.plusMonths(years * 12);
  }

  /** The first moment of the local day. */
  startOfDay(): DateTimeObject {
    const local = { day: this.local.day, millis: 0 };
    const valid = offsetsOf(local, this.zone);
    if (valid.length > 0) return new DateTimeObject(later(local, -Math.max(...valid)), this.zone);
    // The day begins with a gap: its first moment is the one at which the clocks were changed.
    const early = later(local, -SEARCH_MS);
    const high = later(local, -this.zone.offsetAt(early));
    return new DateTimeObject(firstChange(this.zone, early, high), this.zone);
  }

  /** Sets a field to an end of its range; where that is left out, the moment next to the gap. */
  atEnd(field: DateField, end: 0 | 1): DateTimeObject {
    const value = field.range(this.local)[end];
    const result = this.moved(field, value);
    if (field.read(result.local) === value) return result;
    const { instant, zone } = this;
    const change = firstChange(zone, later(instant, -DAY_MS), later(instant, DAY_MS));
    return new DateTimeObject(later(change, -end), zone);
  }
}

const tooFar = () => evaluationFault('the date is too far away');

/** The first instant behind `low` with another offset; `high` has another one for sure. */
function firstChange(zone: ZoneObject, low: Moment, high: Moment): Moment {
  const before = zone.offsetAt(low);
  let [same, other] = [0, (high.day - low.day) * DAY_MS + high.millis - low.millis];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (zone.offsetAt(later(low, middle)) === before) same = middle;
    else other = middle;
  }
  return later(low, other);
}

/** Offsets under which a zone shows a local time: none in a gap, two in an overlap. */
function offsetsOf(local: Moment, zone: ZoneObject): readonly number[] {
  const around = [-SEARCH_MS, -DAY_MS / 2, 0, DAY_MS / 2, SEARCH_MS];
  const candidates = new Set(around.map((by) => zone.offsetAt(later(local, by))));
  return [...candidates].filter((offset) => zone.offsetAt(later(local, -offset)) === offset);
}

/** A local time that somebody wrote down (Z1, Z2). */
export function fromLocal(local: Moment, zone: ZoneObject): DateTimeObject {
  const valid = offsetsOf(local, zone);
  if (valid.length === 0) {
    const when = `${isoDate(local)}T${isoTime(local)}`;
    throw evaluationFault(`${when} does not exist in ${zone.id}: the clocks were put forward`);
  }
  return new DateTimeObject(later(local, -Math.max(...valid)), zone);
}

/** A local time that arithmetic led to (Z1, Z2). */
function movedLocal(local: Moment, zone: ZoneObject): DateTimeObject {
  const valid = offsetsOf(local, zone);
  const offset = valid.length === 0 ? zone.offsetAt(later(local, -SEARCH_MS)) : Math.max(...valid);
  return new DateTimeObject(later(local, -offset), zone);
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

function isoDate(local: Moment): string {
  const { year, month, day } = dateOf(local.day);
  const sign = year < 0 ? '-' : '';
  return `${sign}${padded(Math.abs(year), 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function isoTime({ millis }: Moment): string {
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1_000].map((unit, at) =>
    padded(Math.floor(millis / unit) % (at === 0 ? 24 : 60), 2),
  );
  return `${hours}:${minutes}:${seconds}.${padded(millis % 1_000, 3)}`;
}
