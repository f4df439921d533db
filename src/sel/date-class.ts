// The date classes of programs: DateTime, DateTimeZone, DateTimeFormat, Days, and the values they make.

import { FIELDS, type FieldName } from './date-field.ts';
import { FormatterObject, parsePattern } from './date-pattern.ts';
import { monthName, weekdayName } from './date-piece.ts';
import { DateTimeObject, fromLocal } from './date-time.ts';
import { evaluationFault } from './fault.ts';
import { parseIsoDate } from './iso-date.ts';
import { dayNumber, daysInMonth } from './calendar.ts';
import { type Arguments, type Method, type MethodTable, method, type SelClass } from './member.ts';
import { type LibraryObject, type Operand, Unset } from './operand.ts';
import { compareMoments, later, millisOf, type Moment, momentOf } from './moment.ts';
import type { Run } from './run.ts';
import { UTC, ZoneObject, zoneOf } from './zone.ts';

/** A field of a date. */
export class PropertyObject implements LibraryObject {
  readonly type = 'DATETIME_PROPERTY';
  readonly date: DateTimeObject;
  readonly field: FieldName;

  constructor(date: DateTimeObject, field: FieldName) {
    this.date = date;
    this.field = field;
  }

  toText(): string {
    return `Property[${this.field}]`;
  }

  get value(): number {
    return FIELDS[this.field].read(this.date.local);
  }

  get name(): string {
    if (this.field === 'monthOfYear') return monthName(this.value);
    return this.field === 'dayOfWeek' ? weekdayName(this.value) : String(this.value);
  }

  /** The date with the field at the least or greatest value it can have there. */
  atEnd(end: 0 | 1): DateTimeObject {
    return this.date.atEnd(FIELDS[this.field], end);
  }
}

/** A number of days. */
export class DaysObject implements LibraryObject {
  readonly type = 'DATETIME_DAYS';
  readonly days: number;

  constructor(days: number) {
    this.days = days;
  }

  toText(): string {
    return `P${this.days}D`;
  }
}

/** What a date takes to be made, in visited nodes: zones are looked up. */
const DATE_NODES = 100;

/** A value the program made: counted, then handed on. */
function made(run: Run, operand: Operand): Operand {
  run.create(1);
  run.visit(operand instanceof DateTimeObject && operand.zone !== UTC ? DATE_NODES : 2);
  return operand;
}

export function dateArgument(args: Arguments, index: number): DateTimeObject {
  const operand = args.at(index);
  return operand instanceof DateTimeObject ? operand : args.refuse(index, 'DATETIME');
}

function zoneArgument(args: Arguments, index: number): ZoneObject {
  const operand = args.at(index);
  return operand instanceof ZoneObject ? operand : args.refuse(index, 'DATETIME_ZONE');
}

function construct(run: Run, _: undefined, args: Arguments): Operand {
  switch (args.count) {
    case 0:
      return made(run, new DateTimeObject(now(run), UTC));
    case 1:
      return made(run, fromOne(run, args, undefined));
    case 2:
      return made(run, fromOne(run, args, zoneArgument(args, 1)));
    case 8:
      return made(run, fromParts(args));
    default:
      throw evaluationFault(`a DateTime is not made of ${args.count} values`);
  }
}

const now = (run: Run): Moment => momentOf(run.environment.nowMs());

/** Nothing stands for now, and for UTC. */
const isNothing = (operand: Operand): boolean => operand === null || operand instanceof Unset;

function fromOne(run: Run, args: Arguments, zone: ZoneObject | undefined): DateTimeObject {
  const given = args.at(0);
  if (typeof given === 'bigint') return new DateTimeObject(momentOf(given), zone ?? UTC);
  if (typeof given === 'string') return parseIsoDate(given, zone ?? UTC);
  if (given instanceof DateTimeObject) return new DateTimeObject(given.instant, zone ?? given.zone);
  if (isNothing(given)) return new DateTimeObject(now(run), zone ?? UTC);
  return args.refuse(0, 'LONG or STRING');
}

const PART_NAMES = ['month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const;

function fromParts(args: Arguments): DateTimeObject {
  const zone = zoneArgument(args, 7);
  const year = args.int(0);
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0, millis = 0] = PART_NAMES.map(
    (_, at) => args.int(at + 1),
  );
  const ranges = [
    [1, 12],
    [1, month >= 1 && month <= 12 ? daysInMonth(year, month) : 31],
    [0, 23],
    [0, 59],
    [0, 59],
    [0, 999],
  ] as const;
  ranges.forEach(([least, most], at) => {
    const value = args.int(at + 1);
    if (value < least || value > most) {
      throw evaluationFault(`the ${PART_NAMES[at]} is from ${least} to ${most}, not ${value}`);
    }
  });
  const time = ((hour * 60 + minute) * 60 + second) * 1_000 + millis;
  return fromLocal({ day: dayNumber(year, month, day), millis: time }, zone);
}

const UNIT_MS = { Hours: 3_600_000, Minutes: 60_000, Seconds: 1_000, Millis: 1 } as const;

type DateMethod = [string, Method<DateTimeObject>];

function arithmetic(sign: 1 | -1, prefix: string): readonly DateMethod[] {
  const moved = (move: (date: DateTimeObject, count: number) => DateTimeObject) =>
    method(1, (run, self: DateTimeObject, args) => made(run, move(self, sign * args.int(0))));
  return [
    [`${prefix}Years`, moved((date, count) => date.plusYears(count))],
    [`${prefix}Months`, moved((date, count) => date.plusMonths(count))],
    [`${prefix}Weeks`, moved((date, count) => date.plusDays(count * 7))],
    [`${prefix}Days`, moved((date, count) => date.plusDays(count))],
    ...Object.entries(UNIT_MS).map(
      ([unit, unitMs]): DateMethod => [
        `${prefix}${unit}`,
        moved((date, count) => date.plusMillis(count * unitMs)),
      ],
    ),
  ];
}

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** Fields that have a property, a getter and a setter; the getter of the minutes of a day has no setter beside it. */
const PROPERTIES: readonly FieldName[] = [
  'monthOfYear',
  'weekyear',
  'weekOfWeekyear',
  'dayOfYear',
  'dayOfMonth',
  'dayOfWeek',
  'hourOfDay',
  'minuteOfDay',
  'minuteOfHour',
  'secondOfDay',
  'secondOfMinute',
  'millisOfDay',
  'millisOfSecond',
];
const SETTERS: readonly FieldName[] = [
  'year',
  'weekyear',
  'monthOfYear',
  'weekOfWeekyear',
  'dayOfYear',
  'dayOfMonth',
  'dayOfWeek',
  'hourOfDay',
  'minuteOfHour',
  'secondOfMinute',
  'millisOfSecond',
  'millisOfDay',
];

function fieldMethods(): readonly DateMethod[] {
  const properties = PROPERTIES.map(
    (field): DateMethod => [
      field,
      method(0, (run, self: DateTimeObject) => made(run, new PropertyObject(self, field))),
    ],
  );
  const getters = ([...PROPERTIES, 'year'] as const).map(
    (field): DateMethod => [
      `get${capital(field)}`,
      method(0, (_, self: DateTimeObject) => BigInt(FIELDS[field].read(self.local))),
    ],
  );
  const setters = SETTERS.map(
    (field): DateMethod => [
      `with${capital(field)}`,
      method(1, (run, self: DateTimeObject, args) =>
        made(run, self.with(FIELDS[field], args.int(0))),
      ),
    ],
  );
  return [...properties, ...getters, ...setters];
}

const toZone = method(1, (run, self: DateTimeObject, args) =>
  made(run, new DateTimeObject(self.instant, isNothing(args.at(0)) ? UTC : zoneArgument(args, 0))),
);

/** @param holds for how the date compares: below 0 earlier, above later */
function compared(holds: (comparison: number) => boolean): Method<DateTimeObject> {
  // Nothing to compare with means now.
  return method(1, (run, self: DateTimeObject, args) => {
    const other = isNothing(args.at(0)) ? now(run) : dateArgument(args, 0).instant;
    return holds(compareMoments(self.instant, other));
  });
}

function dateText(run: Run, self: DateTimeObject, args: Arguments): Operand {
  return run.text(
    isNothing(args.at(0)) ? self.toText() : parsePattern(run, args.string(0)).print(run, self),
  );
}

export const DATE_METHODS: MethodTable<DateTimeObject> = new Map<string, Method<DateTimeObject>>([
  ['toString', method(0, dateText, 1)],
  ['withZone', toZone],
  ['toDateTime', toZone],
  ['isBefore', compared((comparison) => comparison < 0)],
  ['isAfter', compared((comparison) => comparison > 0)],
  ['isEqual', compared((comparison) => comparison === 0)],
  ['withTimeAtStartOfDay', method(0, (run, self: DateTimeObject) => made(run, self.startOfDay()))],
  ['getMillis', method(0, (_, self: DateTimeObject) => millisOf(self.instant))],
  ...arithmetic(1, 'plus'),
  ...arithmetic(-1, 'minus'),
  ...fieldMethods(),
]);

export const PROPERTY_METHODS: MethodTable<PropertyObject> = new Map<
  string,
  Method<PropertyObject>
>([
  ['get', method(0, (_, self: PropertyObject) => BigInt(self.value))],
  ['getAsText', method(0, (run, self: PropertyObject) => run.text(self.name))],
  ['withMinimumValue', method(0, (run, self: PropertyObject) => made(run, self.atEnd(0)))],
  ['withMaximumValue', method(0, (run, self: PropertyObject) => made(run, self.atEnd(1)))],
]);

export const DATE_STATICS: MethodTable<unknown> = new Map([
  ['parse', method<unknown>(2, (run, _, args) => parseDate(run, args))],
]);

export const ZONE_STATICS: MethodTable<unknown> = new Map([
  ['forID', method<unknown>(1, (run, _, args) => made(run, zoneNamed(run, args)))],
]);

export const FORMATTER_STATICS: MethodTable<unknown> = new Map([
  [
    'forPattern',
    method<unknown>(1, (run, _, args) => made(run, parsePattern(run, args.string(0)))),
  ],
]);

export const DAYS_STATICS: MethodTable<unknown> = new Map([
  ['daysBetween', method<unknown>(2, (run, _, args) => daysBetween(run, args))],
]);

export const ZONE_METHODS: MethodTable<ZoneObject> = new Map<string, Method<ZoneObject>>([
  ...ZONE_STATICS,
  [
    'getOffset',
    method(1, (_, self: ZoneObject, args) => BigInt(self.offsetAt(dateArgument(args, 0).instant))),
  ],
]);

export const DAYS_METHODS: MethodTable<DaysObject> = new Map<string, Method<DaysObject>>([
  ...DAYS_STATICS,
  ['getDays', method(0, (_, self: DaysObject) => BigInt(self.days))],
]);

export const FORMATTER_METHODS: MethodTable<FormatterObject> = new Map<
  string,
  Method<FormatterObject>
>([
  ...FORMATTER_STATICS,
  [
    'withZone',
    method(1, (run, self: FormatterObject, args) =>
      made(run, self.withZone(zoneArgument(args, 0))),
    ),
  ],
  [
    'parseDateTime',
    method(1, (run, self: FormatterObject, args) => {
      const given = args.at(0);
      return made(run, self.parse(run, typeof given === 'bigint' ? String(given) : args.string(0)));
    }),
  ],
  [
    'parseMillis',
    method(1, (run, self: FormatterObject, args) =>
      millisOf(self.parse(run, args.string(0)).instant),
    ),
  ],
  [
    'print',
    method(1, (run, self: FormatterObject, args) => {
      const given = args.at(0);
      if (typeof given === 'bigint') return run.text(self.printInstant(run, momentOf(given)));
      return run.text(self.print(run, dateArgument(args, 0)));
    }),
  ],
]);

function parseDate(run: Run, args: Arguments): Operand {
  const text = args.string(0);
  const formatter = args.at(1);
  if (!(formatter instanceof FormatterObject)) return args.refuse(1, 'DATETIME_FORMATTER');
  return made(run, formatter.parse(run, text));
}

/** Whether an id is known takes longest for those that are not. */
const ZONE_NODES = 300;
const ID_LENGTH = 100;

function zoneNamed(run: Run, args: Arguments): ZoneObject {
  run.visit(ZONE_NODES);
  const id = args.string(0);
  if (id.length > ID_LENGTH) throw evaluationFault('no time zone has so long an id');
  const zone = zoneOf(id);
  if (zone === undefined) throw evaluationFault(`there is no time zone '${id}'`);
  return zone;
}

function daysBetween(run: Run, args: Arguments): Operand {
  const start = dateArgument(args, 0);
  const end = new DateTimeObject(dateArgument(args, 1).instant, start.zone);
  // Whole days: from the later of the two back to the time of day of the earlier.
  const { day, millis } = later(end.local, -start.local.millis);
  const days = day - start.local.day;
  const whole = days < 0 && millis > 0 ? days + 1 : days;
  if (whole !== (whole | 0)) throw evaluationFault('there are too many days between the dates');
  return made(run, new DaysObject(whole));
}

const ZONE_FIELDS = new Map<string, Operand>([['UTC', UTC]]);

export const DATE_CLASSES: readonly SelClass[] = [
  {
    name: 'DateTime',
    construct: method<undefined>(0, construct, 8),
    methods: DATE_STATICS,
  },
  {
    name: 'DateTimeZone',
    fields: ZONE_FIELDS,
    methods: ZONE_STATICS,
  },
  ...['DateTimeFormat', 'DateTimeFormatter'].map((name) => ({ name, methods: FORMATTER_STATICS })),
  { name: 'Days', methods: DAYS_STATICS },
  { name: 'Property' },
  { name: 'DateTimeConstants', fields: new Map<string, Operand>([['SUNDAY', 7n]]) },
];
