// The fields of a local time: what each reads, how it is set, and its range.

import {
  dateOf,
  dayNumber,
  daysInMonth,
  daysInYear,
  weekDay,
  weekdayOf,
  weekOf,
  weeksInWeekyear,
} from './calendar.ts';
import { DAY_MS, later, type Moment } from './moment.ts';

export interface DateField {
  readonly name: string;
  read(local: Moment): number;
  /** Both ends included, at that local time. */
  range(local: Moment): readonly [least: number, most: number];
  /** With a value within the range. */
  set(local: Moment, value: number): Moment;
  /** The first moment of the span in which the field has the value it has. */
  floor(local: Moment): Moment;
}

/** The years whose every millisecond is among those that 64 bits count. */
export const YEARS = [-292_275_054, 292_278_993] as const;

const onDay = ({ millis }: Moment, day: number): Moment => ({ day, millis });
const startOf = (day: number): Moment => ({ day, millis: 0 });

/** The date in another month, on the last day of that month when it is too short. */
export function inMonth(local: Moment, year: number, month: number): Moment {
  const { day } = dateOf(local.day);
  return onDay(local, dayNumber(year, month, Math.min(day, daysInMonth(year, month))));
}

function withWeekyear(local: Moment, weekyear: number): Moment {
  const week = Math.min(weekOf(local.day).week, weeksInWeekyear(weekyear));
  return onDay(local, weekDay(weekyear, week, weekdayOf(local.day)));
}

/** A field that counts `unitMs` within `of`. */
function clockField(name: string, unitMs: number, ofMs: number): DateField {
  const most = ofMs / unitMs - 1;
  const read = ({ millis }: Moment): number => Math.floor((millis % ofMs) / unitMs);
  return {
    name,
    read,
    range: () => [0, most],
    set: (local, value) => later(local, (value - read(local)) * unitMs),
    floor: ({ day, millis }) => ({ day, millis: millis - (millis % unitMs) }),
  };
}

const year: DateField = {
  name: 'year',
  read: (local) => dateOf(local.day).year,
  range: () => YEARS,
  set: (local, value) => inMonth(local, value, dateOf(local.day).month),
  floor: (local) => startOf(dayNumber(dateOf(local.day).year, 1, 1)),
};

const monthOfYear: DateField = {
  name: 'monthOfYear',
  read: (local) => dateOf(local.day).month,
  range: () => [1, 12],
  set: (local, value) => inMonth(local, dateOf(local.day).year, value),
  floor(local) {
    const { year, month } = dateOf(local.day);
    return startOf(dayNumber(year, month, 1));
  },
};

const weekyear: DateField = {
  name: 'weekyear',
  read: (local) => weekOf(local.day).weekyear,
  range: () => YEARS,
  set: withWeekyear,
  floor: (local) => startOf(weekDay(weekOf(local.day).weekyear, 1, 1)),
};

/** A field that counts days from `first`. */
function dayField(
  name: string,
  read: (days: number) => number,
  most: (days: number) => number,
): DateField {
  return {
    name,
    read: (local) => read(local.day),
    range: (local) => [1, most(local.day)],
    set: (local, value) => onDay(local, local.day + value - read(local.day)),
    floor: (local) => startOf(local.day),
  };
}

const weekOfWeekyear: DateField = {
  name: 'weekOfWeekyear',
  read: (local) => weekOf(local.day).week,
  range: (local) => [1, weeksInWeekyear(weekOf(local.day).weekyear)],
  set: (local, value) => onDay(local, local.day + (value - weekOf(local.day).week) * 7),
  floor: (local) => startOf(local.day - weekdayOf(local.day) + 1),
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
