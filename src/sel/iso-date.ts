// Dates written as ISO 8601, in the forms that a DateTime is made from.

import { dayNumber, daysInMonth, daysInYear, weekDay, weeksInWeekyear } from './calendar.ts';
import { YEARS } from './date-field.ts';
import { DateTimeObject, fromLocal } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import { later, type Moment } from './moment.ts';
import { parseOffset, type ZoneObject } from './zone.ts';

const FORM =
  /^(?:([+-]?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?|-(\d{3})|-W(\d{1,2})(?:-(\d))?)?)?(?:[Tt](?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}(?::\d{2}(?::\d{2})?|\d{2}(?:\d{2})?)?)?)?$/;

/** Reads a date. @param zone of the result; also of the text when it has no offset */
export function parseIsoDate(text: string, zone: ZoneObject): DateTimeObject {
  const match = FORM.exec(text);
  if (match === null || text === '' || /^t$/i.test(text)) throw unreadable(text);
  const local: Moment = { day: dayIn(match, text), millis: timeIn(match, text) };
  const offset = match[11];
  if (offset === undefined) return fromLocal(local, zone);
  const offsetMs = /^z$/i.test(offset) ? 0 : parseOffset(offset);
  if (offsetMs === undefined) throw unreadable(text);
  return new DateTimeObject(later(local, -offsetMs), zone);
}

function unreadable(text: string) {
  return evaluationFault(`'${text}' is no date`);
}

/** A part of the text as a number within a range. */
function within(part: string | undefined, range: readonly [number, number], text: string): number {
  const value = Number(part);
  if (value < range[0] || value > range[1]) throw unreadable(text);
  return value;
}

function dayIn(match: RegExpExecArray, text: string): number {
  const [, first, month, day, dayOfYear, week, weekday] = match;
  if (first === undefined) return 0;
  const year = within(first, YEARS, text);
  if (week !== undefined) {
    const known = within(week, [1, weeksInWeekyear(year)], text);
    return weekDay(year, known, within(weekday ?? '1', [1, 7], text));
  }
  if (dayOfYear !== undefined) {
    return dayNumber(year, 1, 1) + within(dayOfYear, [1, daysInYear(year)], text) - 1;
  }
  const known = within(month ?? '1', [1, 12], text);
  return dayNumber(year, known, within(day ?? '1', [1, daysInMonth(year, known)], text));
}

function timeIn(match: RegExpExecArray, text: string): number {
  const [hours, minutes, seconds, fraction] = match.slice(7, 11);
  if (hours === undefined) {
    if (fraction !== undefined) throw unreadable(text);
    return 0;
  }
  const unit = seconds !== undefined ? 1_000 : minutes !== undefined ? 60_000 : 3_600_000;
  return (
    within(hours, [0, 23], text) * 3_600_000 +
    within(minutes ?? '0', [0, 59], text) * 60_000 +
    within(seconds ?? '0', [0, 59], text) * 1_000 +
    Math.floor((Number(fraction ?? 0) * unit) / 10 ** (fraction?.length ?? 0))
  );
}
