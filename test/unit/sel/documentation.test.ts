// The pages about the expression language: every example gives what stands beside it, and every function has a row.
//
// A table whose last two columns are `example` and `result` is evaluated. One whose first column is `function` names what
// a program may call, as `text.length()`, `String.valueOf(value)` or `new String()`; the names are compared with the tables
// of the language.

import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { PARAM_FUNCTIONS } from '../../../src/param/param-extension.ts';
import { CLASSES } from '../../../src/sel/class-table.ts';
import {
  DATE_METHODS,
  DATE_STATICS,
  DAYS_METHODS,
  DAYS_STATICS,
  FORMATTER_METHODS,
  FORMATTER_STATICS,
  PROPERTY_METHODS,
  ZONE_METHODS,
  ZONE_STATICS,
} from '../../../src/sel/date-class.ts';
import { MAP_METHODS, UNSET_MAP_METHODS } from '../../../src/sel/map-class.ts';
import { DOUBLE_METHODS, LONG_METHODS } from '../../../src/sel/number-class.ts';
import type { UnsetType } from '../../../src/sel/operand.ts';
import { evaluateRow } from '../../../src/sel/rows.ts';
import { STRING_CLASS, STRING_METHODS } from '../../../src/sel/string-class.ts';
import { UUID_METHODS, UUID_STATICS } from '../../../src/sel/system-class.ts';
import type { SelType } from '../../../src/sel/value.ts';

interface TableRow {
  /** Names of the columns. */
  readonly columns: readonly string[];
  readonly first: string;
  readonly example: string;
  readonly result: string;
}

const cellsOf = (line: string): readonly string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

const isTableLine = (line: string | undefined): line is string => line?.startsWith('|') === true;

/** The rows of all tables with examples. */
function rowsOf(page: string): readonly TableRow[] {
  const lines = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8').split('\n');
  let columns: readonly string[] = [];
  return lines.flatMap((line, at) => {
    if (!isTableLine(line)) return [];
    if (!isTableLine(lines[at - 1])) columns = cellsOf(line);
    const isHead = isTableLine(lines[at + 1]) && lines[at + 1]?.startsWith('|---') === true;
    if (isHead || line.startsWith('|---') || columns.at(-2) !== 'example') return [];
    const [first = '', , example = '', result = ''] = cellsOf(line);
    return [{ columns, first, example: codeOf(example), result }];
  });
}

const codeOf = (cell: string): string => /^`(.*)`$/.exec(cell)?.[1] ?? '';

const LANGUAGE = rowsOf('sel.md');
const FUNCTIONS = rowsOf('sel-functions.md');
const EXAMPLES = [...LANGUAGE, ...FUNCTIONS];

/** What the examples have as an input, as the page says. */
const INPUTS = { day: { type: 'LONG', value: 20240131 } };

/** The result as the page writes it, which is how the command line prints it. */
function resultOf(program: string): string {
  const result = evaluateRow({ expr: program, vars: INPUTS });
  if ('error' in result) return result.error === 'eval' ? 'refused' : result.error;
  if ('refs' in result) return 'references';
  const { type, value, text } = result;
  const shown = typeof text === 'string' ? text : JSON.stringify(value);
  return shown === undefined ? `\`${type}\`` : `\`${type} ${shown}\``;
}

describe('an example gives what stands beside it', () => {
  it.each(
    EXAMPLES.filter(({ columns }) => columns.at(-1) === 'result').map(
      ({ example, result }) => [example, result] as const,
    ),
  )('%s', (example, result) => {
    expect(resultOf(example)).toBe(result);
  });
});

describe('an example that needs a workflow is at least a program', () => {
  it.each(
    EXAMPLES.filter(({ columns }) => columns.at(-1) !== 'result').map(({ example }) => [example]),
  )('%s', (example) => {
    expect(evaluateRow({ group: 'refs', expr: example })).toEqual({ refs: ['params'] });
  });
});

test('examples can be pasted between single quotes, those with quotes in a date pattern aside', () => {
  const unfit = EXAMPLES.filter(({ example }) => /'|^-|^$/.test(example));
  expect(unfit.map(({ first }) => first)).toEqual(["`'text'`", "`''`"]);
});

const SIGNATURE = /^`([^(`]+)(?:\(([^)]*)\))?`$/;

/** What a row of functions is about, without its arguments: `text.length`, `new String`, `DateTimeZone.UTC`. */
const nameIn = ({ first }: TableRow): string => SIGNATURE.exec(first)?.[1] ?? first;

/** How many arguments a row shows; `values…` may be none at all. */
const argumentsIn = ({ first }: TableRow): number =>
  (SIGNATURE.exec(first)?.[2] ?? '').split(', ').filter((name) => !/^$|…$/.test(name)).length;

const FUNCTION_ROWS = FUNCTIONS.filter(({ columns }) => columns[0] === 'function');

interface Counts {
  readonly least: number;
  readonly most: number;
}
type Functions = ReadonlyMap<string, Counts>;
const NONE: Functions = new Map();

/** What the page calls a value of a type, and the functions it has; every type has its line here. */
const OF_VALUES = {
  STRING: ['text', STRING_METHODS],
  LONG: ['whole', LONG_METHODS],
  DOUBLE: ['real', DOUBLE_METHODS],
  MAP: ['map', MAP_METHODS],
  DATETIME: ['date', DATE_METHODS],
  DATETIME_PROPERTY: ['field', PROPERTY_METHODS],
  DATETIME_ZONE: ['zone', ZONE_METHODS],
  DATETIME_FORMATTER: ['formatter', FORMATTER_METHODS],
  DATETIME_DAYS: ['days', DAYS_METHODS],
  UUID: ['uuid', UUID_METHODS],
  BOOLEAN: ['truth', NONE],
  STRING_ARRAY: ['array', NONE],
  LONG_ARRAY: ['array', NONE],
  DOUBLE_ARRAY: ['array', NONE],
  BOOLEAN_ARRAY: ['array', NONE],
  NULL: ['null', NONE],
  VOID: ['nothing', NONE],
  ERROR: ['error', NONE],
} as const satisfies { readonly [Type in SelType]: readonly [string, Functions] };

const OF_UNSET = {
  STRING: ['String text; text', STRING_CLASS.methods ?? NONE],
  MAP: ['Map map; map', UNSET_MAP_METHODS],
  UUID: ['UUID uuid; uuid', UUID_STATICS],
  DATETIME: ['DateTime date; date', DATE_STATICS],
  DATETIME_ZONE: ['DateTimeZone zone; zone', ZONE_STATICS],
  DATETIME_FORMATTER: ['DateTimeFormatter formatter; formatter', FORMATTER_STATICS],
  DATETIME_DAYS: ['Days days; days', DAYS_STATICS],
  DATETIME_PROPERTY: ['Property field; field', NONE],
} as const satisfies { readonly [Type in UnsetType]: readonly [string, Functions] };

const FIELD: Counts = { least: 0, most: 0 };

/** What the language answers without a table. */
const BUILT_IN: readonly (readonly [string, Counts])[] = [
  ['zone.UTC', FIELD],
  ['params.get', { least: 1, most: 1 }],
  ['params.containsKey', { least: 1, most: 1 }],
  ['params["name"]', FIELD],
  ['params.name', FIELD],
];

/** Everything a program may call, by the name that the page gives it. */
function everyFunction(): ReadonlyMap<string, Counts> {
  const ofClasses = [...CLASSES.values()].flatMap(({ name, fields, methods, construct }) => [
    ...(construct === undefined ? [] : [[`new ${name}`, construct] as const]),
    ...[...(fields?.keys() ?? [])].map((field) => [`${name}.${field}`, FIELD] as const),
    ...[...(methods ?? NONE)].map(([method, counts]) => [`${name}.${method}`, counts] as const),
  ]);
  const ofValues = [...Object.values(OF_VALUES), ...Object.values(OF_UNSET)].flatMap(
    ([value, methods]) =>
      [...methods].map(([method, counts]) => [`${value}.${method}`, counts] as const),
  );
  return new Map<string, Counts>([...ofClasses, ...ofValues, ...BUILT_IN, ...ofParams()]);
}

function ofParams(): readonly (readonly [string, Counts])[] {
  const all = Object.keys(PARAM_FUNCTIONS).map((key) => key.split('/'));
  return [...new Set(all.map(([name]) => name))].map((name) => {
    const counts = all.filter(([other]) => other === name).map(([, count]) => Number(count));
    return [`params.${name}`, { least: Math.min(...counts), most: Math.max(...counts) }];
  });
}

const EVERY_FUNCTION = everyFunction();

test('every function has a row, and every row is about a function', () => {
  const documented = new Set(FUNCTION_ROWS.map(nameIn));
  expect([...EVERY_FUNCTION.keys()].filter((name) => !documented.has(name))).toEqual([]);
  expect([...documented].filter((name) => !EVERY_FUNCTION.has(name))).toEqual([]);
});

test('the rows of a function show the fewest and the most arguments it takes', () => {
  const wrong = [...EVERY_FUNCTION].filter(([name, { least, most }]) => {
    const shown = FUNCTION_ROWS.filter((row) => nameIn(row) === name).map(argumentsIn);
    const shownMost = most === Number.POSITIVE_INFINITY ? least : most;
    return !shown.includes(least) || !shown.includes(shownMost);
  });
  expect(wrong.map(([name]) => name)).toEqual([]);
});

/** Ways to write an input down, whose examples have a name of their own. */
const ANY_INPUT = ['params["name"]', 'params.name'];

test('the example of a function calls it', () => {
  const wrong = FUNCTION_ROWS.filter((row) => {
    const name = nameIn(row);
    const called = name.startsWith('new ') ? name : name.slice(name.lastIndexOf('.'));
    const call = row.first.includes('(') ? `${called}(` : called;
    return !ANY_INPUT.includes(name) && !row.example.includes(call);
  });
  expect(wrong.map(({ first }) => first)).toEqual([]);
});

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'].flatMap((letter) => [
  letter,
  letter.toUpperCase(),
]);

/** The first column of the tables that begin with this column, all of it. */
const firstCells = (column: string): string =>
  FUNCTIONS.filter(({ columns }) => columns[0] === column)
    .map(({ first }) => first)
    .join(' ');

test('every letter that a date pattern may have has a row', () => {
  const known = LETTERS.filter(
    (letter) => resultOf(`DateTimeFormat.forPattern("${letter}")`) !== 'refused',
  );
  const cells = firstCells('letters');
  expect(known.length).toBeGreaterThan(20);
  expect(known.filter((letter) => !cells.includes(`\`${letter}\``))).toEqual([]);
});

test('every conversion that String.format knows has a row', () => {
  const known = LETTERS.filter((letter) =>
    ['1', '1.5', '"a"'].some(
      (value) => resultOf(`String.format("%${letter}", ${value})`) !== 'refused',
    ),
  );
  const cells = firstCells('conversion');
  expect(known.length).toBeGreaterThan(15);
  expect(known.filter((letter) => !cells.includes(`\`%${letter}\``))).toEqual([]);
});
