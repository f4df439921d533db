// LONG and DOUBLE: their methods, the classes Long, Integer, Double, Float and Boolean, and Math.

import { evaluationFault } from './fault.ts';
import { type Arguments, type Method, type MethodTable, method, type SelClass } from './member.ts';
import { power } from './power.ts';
import { doubleText, parseDouble, parseLong } from './number-text.ts';
import { type Operand, UNSET_STRING } from './operand.ts';
import type { Run } from './run.ts';

const LONGEST = 2n ** 63n;

function longOf(text: string): bigint {
  const value = parseLong(text);
  if (value === undefined) throw evaluationFault(`'${text}' is no LONG`);
  return value;
}

function doubleOf(text: string): number {
  const value = parseDouble(text);
  if (value === undefined) throw evaluationFault(`'${text}' is no DOUBLE`);
  return value;
}

function toLong(run: Run, _: unknown, args: Arguments): Operand {
  run.create(1);
  return typeof args.at(0) === 'bigint' ? args.long(0) : longOf(args.string(0));
}

function toDouble(run: Run, _: unknown, args: Arguments): Operand {
  run.create(1);
  return typeof args.at(0) === 'number' ? args.double(0) : doubleOf(args.string(0));
}

/** Cuts the fraction off; what leaves the range of a LONG becomes its end, NaN becomes 0. */
function truncate(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= Number(LONGEST)) return LONGEST - 1n;
  if (value <= -Number(LONGEST)) return -LONGEST;
  return BigInt(Math.trunc(value));
}

const parseLongMethod = method<unknown>(1, (run, _, args) => {
  run.create(1);
  return longOf(args.string(0));
});
const parseDoubleMethod = method<unknown>(1, (run, _, args) => {
  run.create(1);
  return doubleOf(args.string(0));
});
const longText = method<unknown>(1, (run, _, args) => run.text(String(args.long(0))));
const doubleTextMethod = method<unknown>(1, (run, _, args) => run.text(doubleText(args.double(0))));

/** What both the class and each of its values offer. */
const LONG_STATICS: MethodTable<unknown> = new Map([
  ['valueOf', method<unknown>(1, toLong)],
  ['parseLong', parseLongMethod],
  ['toString', longText],
]);
const DOUBLE_STATICS: MethodTable<unknown> = new Map([
  ['valueOf', method<unknown>(1, toDouble)],
  ['parseDouble', parseDoubleMethod],
  ['toString', doubleTextMethod],
]);

export const LONG_METHODS: MethodTable<bigint> = new Map<string, Method<bigint>>([
  ...LONG_STATICS,
  [
    'toString',
    method(
      0,
      (run, self: bigint, args) => run.text(String(args.count === 0 ? self : args.long(0))),
      1,
    ),
  ],
  ['intValue', method(0, (_, self: bigint) => self)],
]);

export const DOUBLE_METHODS: MethodTable<number> = new Map<string, Method<number>>([
  ...DOUBLE_STATICS,
  [
    'toString',
    method(
      0,
      (run, self: number, args) => run.text(doubleText(args.count === 0 ? self : args.double(0))),
      1,
    ),
  ],
  ['intValue', method(0, (_, self: number) => truncate(self))],
  ['longValue', method(0, (_, self: number) => truncate(self))],
]);

const newBoolean = method<undefined>(1, (run, _, args) => {
  run.create(1);
  const given = args.at(0);
  if (typeof given === 'boolean') return given;
  return given !== UNSET_STRING && args.string(0).toLowerCase() === 'true';
});

export const NUMBER_CLASSES: readonly SelClass[] = [
  ...['Long', 'Integer'].map((name) => ({
    name,
    methods: LONG_STATICS,
    construct: method<undefined>(1, toLong),
  })),
  ...['Double', 'Float'].map((name) => ({
    name,
    methods: DOUBLE_STATICS,
    construct: method<undefined>(1, toDouble),
  })),
  { name: 'Boolean', construct: newBoolean },
];

/** What a power takes, in visited nodes. */
const POWER_NODES = 500;

/** LONG or DOUBLE, as a DOUBLE. */
function realNumber(args: Arguments, index: number): number {
  const operand = args.at(index);
  return typeof operand === 'bigint' ? Number(operand) : args.double(index);
}

export const MATH_CLASS: SelClass = {
  name: 'Math',
  methods: new Map([
    ['min', method<undefined>(2, (_, _self, args) => smaller(args.long(0), args.long(1)))],
    ['max', method<undefined>(2, (_, _self, args) => larger(args.long(0), args.long(1)))],
    [
      'pow',
      method<undefined>(2, (run, _, args) => {
        run.create(1);
        run.visit(POWER_NODES);
        return power(realNumber(args, 0), realNumber(args, 1));
      }),
    ],
    ['random', method<undefined>(0, (run) => run.environment.random())],
  ]),
};

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
