// The proleptic Gregorian calendar and ISO weeks, on days counted from 1970-01-01 without any zone. All numbers here are
// exact integers.

const floorDiv = (value: number, by: number): number => Math.floor(value / by);
const floorMod = (value: number, by: number): number => value - by * Math.floor(value / by);

function isLeapYear(year: number): boolean {
  return floorMod(year, 4) === 0 && (floorMod(year, 100) !== 0 || floorMod(year, 400) === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** @param month from 1 */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 31);
}

export const daysInYear = (year: number): number => (isLeapYear(year) ? 366 : 365);

/** Days from 1970-01-01 to the first day of a year. */
function yearStart(year: number): number {
  const before = year - 1;
  return (
    365 * (year - 1970) + floorDiv(before, 4) - floorDiv(before, 100) + floorDiv(before, 400) - 477
  );
}

/** Days from 1970-01-01 to a date that exists. */
export function dayNumber(year: number, month: number, day: number): number {
  let days = yearStart(year) + day - 1;
  for (let before = 1; before < month; before += 1) days += daysInMonth(year, before);
  return days;
}

export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
}

const AVERAGE_YEAR_DAYS = 365.2425;

/** The date of a day number. */
export function dateOf(days: number): CalendarDate {
  let year = 1970 + Math.floor(days / AVERAGE_YEAR_DAYS);
  while (yearStart(year) > days) year -= 1;
  while (yearStart(year + 1) <= days) year += 1;
  let rest = days - yearStart(year);
  const dayOfYear = rest + 1;
  let month = 1;
  while (rest >= daysInMonth(year, month)) {
    rest -= daysInMonth(year, month);
    month += 1;
  }
  return { year, month, day: rest + 1, dayOfYear };
}

/** From 1, Monday, to 7. */
export const weekdayOf = (days: number): number => floorMod(days + 3, 7) + 1;

export interface WeekDate {
  readonly weekyear: number;
  readonly week: number;
}

/** Day number of the Monday of a week year's first week: the one with January 4. */
function weekyearStart(weekyear: number): number {
  const fourth = yearStart(weekyear) + 3;
  return fourth - weekdayOf(fourth) + 1;
}

/** The week year and the week of a day. */
export function weekOf(days: number): WeekDate {
  const { year } = dateOf(days);
  for (const weekyear of [year + 1, year, year - 1]) {
    const start = weekyearStart(weekyear);
    if (start <= days) return { weekyear, week: floorDiv(days - start, 7) + 1 };
  }
  return { weekyear: year, week: 1 };
}

/** 52 or 53. */
export function weeksInWeekyear(weekyear: number): number {
  return (weekyearStart(weekyear + 1) - weekyearStart(weekyear)) / 7;
}

/** Day number of a day of a week that exists. */
export function weekDay(weekyear: number, week: number, weekday: number): number {
  return weekyearStart(weekyear) + (week - 1) * 7 + weekday - 1;
}
