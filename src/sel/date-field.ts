// The fields of a local time: what each reads, how it is set, and its range.

import {
  dateOf,
  DAY_MS,
  dayNumber,
  dayOf,
  daysInMonth,
  daysInYear,
  millisOfDay,
  weekDay,
  weekdayOf,
  weekOf,
  weeksInWeekyear,
} from './calendar.ts';

export interface DateField {
  readonly name: string;
  read(localMs: number): number;
  /** Both ends included, at that local time. */
  range(localMs: number): readonly [least: number, most: number];
  /** With a value within the range. */
  set(localMs: number, value: number): number;
  /** The first moment of the span in which the field has the value it has. */
  floor(localMs: number): number;
}

/** Years beyond it are no dates here. */
const YEAR_LIMIT = 275_000;
const YEARS = [-YEAR_LIMIT, YEAR_LIMIT] as const;

const onDay = (localMs: number, days: number): number => days * DAY_MS + millisOfDay(localMs);

/** The date in another month, on the last day of that month when it is too short. */
export function inMonth(localMs: number, year: number, month: number): number {
  const { day } = dateOf(dayOf(localMs));
  return onDay(localMs, dayNumber(year, month, Math.min(day, daysInMonth(year, month))));
}

function withWeekyear(localMs: number, weekyear: number): number {
  const days = dayOf(localMs);
  const week = Math.min(weekOf(days).week, weeksInWeekyear(weekyear));
  return onDay(localMs, weekDay(weekyear, week, weekdayOf(days)));
}

/** A field that counts `unitMs` within `of`. */
function clockField(name: string, unitMs: number, ofMs: number): DateField {
  const most = ofMs / unitMs - 1;
  const read = (localMs: number): number => Math.floor((millisOfDay(localMs) % ofMs) / unitMs);
  return {
    name,
    read,
    range: () => [0, most],
    set: (localMs, value) => localMs + (value - read(localMs)) * unitMs,
    floor: (localMs) => Math.floor(localMs / unitMs) * unitMs,
  };
}

const year: DateField = {
  name: 'year',
  read: (localMs) => dateOf(dayOf(localMs)).year,
  range: () => YEARS,
  set: (localMs, value) => inMonth(localMs, value, dateOf(dayOf(localMs)).month),
  floor: (localMs) => dayNumber(dateOf(dayOf(localMs)).year, 1, 1) * DAY_MS,
};

const monthOfYear: DateField = {
  name: 'monthOfYear',
  read: (localMs) => dateOf(dayOf(localMs)).month,
  range: () => [1, 12],
  set: (localMs, value) => inMonth(localMs, dateOf(dayOf(localMs)).year, value),
  floor(localMs) {
    const { year, month } = dateOf(dayOf(localMs));
    return dayNumber(year, month, 1) * DAY_MS;
  },
};

const weekyear: DateField = {
  name: 'weekyear',
  read: (localMs) => weekOf(dayOf(localMs)).weekyear,
  range: () => YEARS,
  set: withWeekyear,
  floor: (localMs) => weekDay(weekOf(dayOf(localMs)).weekyear, 1, 1) * DAY_MS,
};

/** A field that counts days from `first`. */
function dayField(
  name: string,
  read: (days: number) => number,
  most: (days: number) => number,
): DateField {
  return {
    name,
    read: (localMs) => read(dayOf(localMs)),
    range: (localMs) => [1, most(dayOf(localMs))],
    set: (localMs, value) => localMs + (value - read(dayOf(localMs))) * DAY_MS,
    floor: (localMs) => dayOf(localMs) * DAY_MS,
  };
}

const weekOfWeekyear: DateField = {
  name: 'weekOfWeekyear',
  read: (localMs) => weekOf(dayOf(localMs)).week,
  range: (localMs) => [1, weeksInWeekyear(weekOf(dayOf(localMs)).weekyear)],
  set: (localMs, value) => localMs + (value - weekOf(dayOf(localMs)).week) * 7 * DAY_MS,
  floor: (localMs) => (dayOf(localMs) - weekdayOf(dayOf(localMs)) + 1) * DAY_MS,
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** All fields by name. */
export const FIELDS = {
  year,
  weekyear,
  monthOfYear,
  weekOfWeekyear,
  dayOfYear: dayField(
    'dayOfYear',
    (days) => dateOf(days).dayOfYear,
    (days) => daysInYear(dateOf(days).year),
  ),
  dayOfMonth: dayField(
    'dayOfMonth',
    (days) => dateOf(days).day,
    (days) => daysInMonth(dateOf(days).year, dateOf(days).month),
  ),
  dayOfWeek: dayField('dayOfWeek', weekdayOf, () => 7),
  hourOfDay: clockField('hourOfDay', HOUR_MS, DAY_MS),
  minuteOfDay: clockField('minuteOfDay', MINUTE_MS, DAY_MS),
  minuteOfHour: clockField('minuteOfHour', MINUTE_MS, HOUR_MS),
  secondOfDay: clockField('secondOfDay', 1_000, DAY_MS),
  secondOfMinute: clockField('secondOfMinute', 1_000, MINUTE_MS),
  millisOfDay: clockField('millisOfDay', 1, DAY_MS),
  millisOfSecond: clockField('millisOfSecond', 1, 1_000),
} as const satisfies { readonly [name: string]: DateField };

export type FieldName = keyof typeof FIELDS;
