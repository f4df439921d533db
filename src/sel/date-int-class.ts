// Util: dates as whole numbers of the form yyyymmdd, ranges, and the time left until a deadline.

import { dateOf } from './calendar.ts';
import { dateArgument } from './date-class.ts';
import { readPattern } from './date-pattern.ts';
import { evaluationFault } from './fault.ts';
import { type Arguments, method, type SelClass } from './member.ts';
import { DAY_MS, later, millisOf, type Moment, momentOf } from './moment.ts';
import { ArrayOperand, type Operand } from './operand.ts';
import type { Run } from './run.ts';
import { zoneOf } from './zone.ts';

/** A whole number, or a text of one. */
function whole(args: Arguments, index: number): bigint {
  const given = args.at(index);
  if (typeof given === 'bigint') return given;
  const text = args.string(index);
  return /^-?\d{1,15}$/.test(text) ? BigInt(text) : args.refuse(index, 'a whole number');
}

const number = (args: Arguments, index: number): number => Number(whole(args, index));

const DATE_INT = readPattern('YYYYMMdd');
const DATE_INT_HOUR = readPattern('YYYYMMddHH');
/** What making a day's number takes, in visited nodes. */
const DAY_NODES = 8;

/** A STRING, or a LONG as text. */
function digits(args: Arguments, index: number): string {
  const given = args.at(index);
  return typeof given === 'bigint' ? String(given) : args.string(index);
}

/** Midnight of a date of the form yyyymmdd, in UTC. */
function midnight(run: Run, args: Arguments, index: number): Moment {
  return DATE_INT.parse(run, digits(args, index)).instant;
}

const dayArgument = (run: Run, args: Arguments, index: number): number =>
  midnight(run, args, index).day;

function dateInt(days: number): number {
  const { year, month, day } = dateOf(days);
  return year * 10_000 + month * 100 + day;
}

const dateText = (run: Run, instant: Moment): string => DATE_INT.printInstant(run, instant);

/** A LONG that fits 32 bits, or a text of one. */
function int(args: Arguments, index: number): number {
  const value = number(args, index);
  if (value !== Math.trunc(value) || value !== (value | 0)) {
    return args.refuse(index, 'an int of 32 bits');
  }
  return value;
}

function made(run: Run, values: readonly number[]): Operand {
  run.create(values.length);
  return ArrayOperand.own('LONG_ARRAY', values.map(BigInt));
}

function dateIntsBetween(run: Run, args: Arguments): Operand {
  const [from, to] = [dayArgument(run, args, 0), dayArgument(run, args, 1)];
  const step = int(args, 2);
  if (step === 0) throw evaluationFault('the step between two dates is not 0');
  const [start, end] = step > 0 ? [from, to] : [to, from];
  const days: number[] = [];
  run.visit(DAY_NODES * Math.max(0, Math.ceil((end - start) / Math.abs(step))));
  for (let day = start; day < end; day += Math.abs(step)) days.push(dateInt(day));
  return made(run, step > 0 ? days : days.reverse());
}

function intsBetween(run: Run, args: Arguments): Operand {
  const [from, to, step] = [int(args, 0), int(args, 1), int(args, 2)];
  if (step === 0) throw evaluationFault('the step between two numbers is not 0');
  const count = Math.max(0, Math.ceil((to - from) / step));
  run.visit(count);
  run.create(count);
  return made(
    run,
    Array.from({ length: count }, (_, at) => from + at * step),
  );
}

function dateIntHourToTs(run: Run, args: Arguments): Operand {
  const zone = zoneOf(args.string(2));
  if (zone === undefined) throw evaluationFault(`there is no time zone '${args.string(2)}'`);
  const date = DATE_INT_HOUR.withZone(zone).parse(run, digits(args, 0) + digits(args, 1));
  const earlier = date.plusDays(-int(args, 3));
  return millisOf(earlier.plusMillis(-int(args, 4) * 3_600_000).instant);
}

/** In the order in which they are written, each once at most. */
const UNITS: readonly (readonly [unit: string, unitMs: number])[] = [
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
];
const SEPARATOR = / and |,? ?and |, ?| /iy;
const COUNTS = UNITS.map(
  ([unit, unitMs]) => [new RegExp(`([-+]?\\d{1,9}) ${unit}s?(?![a-z])`, 'iy'), unitMs] as const,
);

/** `2 days and 3 hours`, in milliseconds. */
function duration(text: string): number {
  let sum = 0;
  let at = 0;
  for (const [count, unitMs] of COUNTS) {
    count.lastIndex = at;
    if (at > 0) {
      SEPARATOR.lastIndex = at;
      if (!SEPARATOR.test(text)) break;
      count.lastIndex = SEPARATOR.lastIndex;
    }
    const match = count.exec(text);
    if (match === null) continue;
    sum += Number(match[1]) * unitMs;
    at = count.lastIndex;
  }
  if (at < text.length) {
    throw evaluationFault(`'${text}' is no time such as '2 days and 3 hours'`);
  }
  return sum;
}

function timeLeft(run: Run, instant: Moment, args: Arguments): Operand {
  const deadline = millisOf(later(instant, duration(args.string(1))));
  const left = deadline - BigInt(run.environment.nowMs());
  return run.text(`${left > 0n ? left : 0n} milliseconds`);
}

export const DATE_INT_CLASS: SelClass = {
  name: 'Util',
  methods: new Map([
    ['dateIntToTs', method<undefined>(1, (run, _, args) => millisOf(midnight(run, args, 0)))],
    [
      'tsToDateInt',
      method<undefined>(1, (run, _, args) => run.text(dateText(run, momentOf(whole(args, 0))))),
    ],
    [
      'incrementDateInt',
      method<undefined>(2, (run, _, args) =>
        run.text(dateText(run, later(midnight(run, args, 0), args.int(1) * DAY_MS))),
      ),
    ],
    ['dateIntsBetween', method<undefined>(3, (run, _, args) => dateIntsBetween(run, args))],
    ['intsBetween', method<undefined>(3, (run, _, args) => intsBetween(run, args))],
    ['dateIntHourToTs', method<undefined>(5, (run, _, args) => dateIntHourToTs(run, args))],
    [
      'timeoutForDateTimeDeadline',
      method<undefined>(2, (run, _, args) => timeLeft(run, dateArgument(args, 0).instant, args)),
    ],
    [
      'timeoutForDateIntDeadline',
      method<undefined>(2, (run, _, args) => timeLeft(run, midnight(run, args, 0), args)),
    ],
  ]),
};
