// Util: dates as whole numbers of the form yyyymmdd, ranges, and the time left until a deadline.

import { DAY_MS, dateOf, dayNumber, daysInMonth } from './calendar.ts';
import { dateArgument } from './date-class.ts';
import { evaluationFault } from './fault.ts';
import { type Arguments, method, type SelClass } from './member.ts';
import { ArrayOperand, type Operand } from './operand.ts';
import type { Run } from './run.ts';
import { zoneOf } from './zone.ts';
import { fromLocal } from './date-time.ts';

/** A whole number, or a text of one. */
function number(args: Arguments, index: number): number {
  const given = args.at(index);
  if (typeof given === 'bigint') return Number(given);
  const text = args.string(index);
  if (!/^-?\d{1,15}$/.test(text)) return args.refuse(index, 'a whole number');
  return Number(text);
}

/** The day of a date of the form yyyymmdd. */
function dayArgument(args: Arguments, index: number): number {
  const value = number(args, index);
  const text = String(value);
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const isDate =
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= daysInMonth(Number(year), Number(month));
  if (!isDate) throw evaluationFault(`${text} is no date of the form yyyymmdd`);
  return dayNumber(Number(year), Number(month), Number(day));
}

function dateInt(days: number): number {
  const { year, month, day } = dateOf(days);
  return year * 10_000 + month * 100 + day;
}

const dateText = (days: number): string => String(dateInt(days)).padStart(8, '0');

function made(run: Run, values: readonly number[]): Operand {
  run.create(values.length);
  return ArrayOperand.own('LONG_ARRAY', values.map(BigInt));
}

function dateIntsBetween(run: Run, args: Arguments): Operand {
  const [from, to] = [dayArgument(args, 0), dayArgument(args, 1)];
  const step = args.int(2);
  if (step === 0) throw evaluationFault('the step between two dates is not 0');
  const [start, end] = step > 0 ? [from, to] : [to, from];
  const days: number[] = [];
  run.visit(Math.max(0, Math.ceil((end - start) / Math.abs(step))));
  for (let day = start; day < end; day += Math.abs(step)) days.push(dateInt(day));
  return made(run, step > 0 ? days : days.reverse());
}

function intsBetween(run: Run, args: Arguments): Operand {
  const [from, to, step] = [number(args, 0), number(args, 1), number(args, 2)];
  if (step === 0) throw evaluationFault('the step between two numbers is not 0');
  const count = Math.max(0, Math.ceil((to - from) / step));
  run.visit(count);
  run.create(count);
  return made(
    run,
    Array.from({ length: count }, (_, at) => from + at * step),
  );
}

function dateIntHourToTs(args: Arguments): Operand {
  const day = dayArgument(args, 0);
  const hour = number(args, 1);
  const zone = zoneOf(args.string(2));
  if (zone === undefined) throw evaluationFault(`there is no time zone '${args.string(2)}'`);
  if (hour < 0 || hour > 23) throw evaluationFault(`an hour is from 0 to 23, not ${hour}`);
  const date = fromLocal(day * DAY_MS + hour * 3_600_000, zone);
  const earlier = date.plusDays(-number(args, 3));
  return BigInt(earlier.plusMillis(-number(args, 4) * 3_600_000).millis);
}

const UNIT_MS: { readonly [unit: string]: number } = {
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};

/** `2 days and 3 hours`, in milliseconds. */
function duration(text: string): number {
  if (text.trim() === '') return 0;
  const parts = text
    .trim()
    .toLowerCase()
    .split(/\s*,?\s+and\s+|\s*,\s*/);
  let sum = 0;
  for (const part of parts) {
    const [, count, unit = ''] = /^(-?\d{1,9})\s+([a-z]+?)s?$/.exec(part) ?? [];
    const unitMs = UNIT_MS[unit];
    if (count === undefined || unitMs === undefined) {
      throw evaluationFault(`'${text}' is no time such as '2 days and 3 hours'`);
    }
    sum += Number(count) * unitMs;
  }
  return sum;
}

function timeLeft(run: Run, millis: number, args: Arguments): Operand {
  const deadline = millis + duration(args.string(1));
  return run.text(`${Math.max(0, deadline - run.environment.nowMs())} milliseconds`);
}

export const DATE_INT_CLASS: SelClass = {
  name: 'Util',
  methods: new Map([
    [
      'dateIntToTs',
      method<undefined>(1, (_, _self, args) => BigInt(dayArgument(args, 0) * DAY_MS)),
    ],
    [
      'tsToDateInt',
      method<undefined>(1, (run, _, args) =>
        run.text(dateText(Math.floor(number(args, 0) / DAY_MS))),
      ),
    ],
    [
      'incrementDateInt',
      method<undefined>(2, (run, _, args) =>
        run.text(dateText(dayArgument(args, 0) + args.int(1))),
      ),
    ],
    ['dateIntsBetween', method<undefined>(3, (run, _, args) => dateIntsBetween(run, args))],
    ['intsBetween', method<undefined>(3, (run, _, args) => intsBetween(run, args))],
    ['dateIntHourToTs', method<undefined>(5, (_, _self, args) => dateIntHourToTs(args))],
    [
      'timeoutForDateTimeDeadline',
      method<undefined>(2, (run, _, args) => timeLeft(run, dateArgument(args, 0).millis, args)),
    ],
    [
      'timeoutForDateIntDeadline',
      method<undefined>(2, (run, _, args) => timeLeft(run, dayArgument(args, 0) * DAY_MS, args)),
    ],
  ]),
};
