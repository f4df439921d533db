// Work that grows with a text, a map or an array is counted: no program of few nodes takes long or much.

import { expect, test } from 'vitest';
import { TURN_NODES } from '../../../src/param/allowance.ts';
import { DEFAULT_LIMITS } from '../../../src/sel/limits.ts';
import { compile, type Evaluation, evaluate } from '../../../src/sel/program.ts';
import type { SelValue } from '../../../src/sel/value.ts';

const INPUTS: ReadonlyMap<string, SelValue> = new Map<string, SelValue>([
  ['items', { type: 'STRING_ARRAY', value: Array.from({ length: 50_000 }, (_, at) => `x${at}`) }],
  [
    'nested',
    {
      type: 'MAP',
      value: new Map([
        [
          'inner',
          {
            type: 'MAP',
            value: new Map(
              Array.from({ length: 5_000 }, (_, at) => [`k${at}`, { type: 'LONG', value: 1n }]),
            ),
          },
        ],
      ]),
    },
  ],
]);

function inTurn(source: string): Evaluation {
  const compiled = compile(source);
  if (compiled.kind === 'refused') throw new Error(compiled.error.message);
  return evaluate(compiled.program, {
    read: (name) => INPUTS.get(name),
    nowMs: () => 0,
    random: () => 0,
    uuid: () => '',
    limits: { ...DEFAULT_LIMITS, visitedNodes: TURN_NODES },
  });
}

const DOUBLED = "String s = 'a'; for (int i = 0; i < 18; i += 1) s += s; ";
const MANY = (work: string): string => `for (int i = 0; i < 2000; i += 1) { ${work}; }`;
const SHARED =
  "x = new HashMap(); for (int i = 0; i < 30; i += 1) { y = new HashMap(); y.put('a', x); y.put('b', x); x = y; } ";

test.each([
  ['a map in many places, as a result', `${SHARED} x`],
  ['a map in many places, as a text', `${SHARED} '' + x`],
  ['a map in many places, formatted', `${SHARED} String.format('%s', x)`],
  ['texts of one length', `${DOUBLED} t = 'b' + s; u = 'b' + s; ${MANY('t == u')}`],
  ['equals', `${DOUBLED} t = 'b' + s; u = 'b' + s; ${MANY('t.equals(u)')}`],
  ['compareTo', `${DOUBLED} t = s + 'b'; u = s + 'c'; ${MANY('t.compareTo(u)')}`],
  ['startsWith', `${DOUBLED} ${MANY('s.startsWith(s)')}`],
  ['endsWith', `${DOUBLED} ${MANY('s.endsWith(s)')}`],
  ['toUpperCase', `${DOUBLED} ${MANY('s.toUpperCase()')}`],
  ['trim', `${DOUBLED} ${MANY('s.trim()')}`],
  ['replacing nothing', `${DOUBLED} s.replace('', 'b')`],
  ['joining', `${DOUBLED} ${MANY("s + 'b'")}`],
  ['formats without values', `${DOUBLED} String.format(s.replace('a', '%n'))`],
  ['wide formats', `${MANY("String.format('%9999s%9999s', 1, 2)")}`],
  ['long date patterns', `${DOUBLED} DateTimeFormat.forPattern(s)`],
  [
    'date patterns of many pieces',
    "String s = 'y-'; for (int i = 0; i < 12; i += 1) s += s; new DateTime(0).toString(s)",
  ],
  ['zones', MANY("DateTimeZone.forID('Europe/Berlin')")],
  ['names of zones', MANY("new DateTime(0).toString('z')")],
  ['days', 'Util.dateIntsBetween(19000101, 20991231, 1)'],
  ['powers', MANY('Math.pow(1.1, 2.5)')],
  ['nested inputs', MANY("params['nested']")],
  ['copies of inputs', MANY("a = params['items']; a[0] = 'y'")],
])('%s cost what they take', (_, source) => {
  expect(inTurn(source)).toMatchObject({ kind: 'failed', error: { limit: 'visited-nodes' } });
});

test('a format is as long as memory allows before it is made', () => {
  const source =
    "String f = '%1$9999d'; for (int i = 0; i < 13; i += 1) f += f; String.format(f, 1)";
  expect(inTurn(source)).toHaveProperty('error.class', 'limit');
});

test('a program with many brackets is read, however many places it could be read from again', () => {
  expect(compile(`${'a['.repeat(390)}1${']'.repeat(390)}${'+a[1]'.repeat(1_700)}`).kind).toBe(
    'compiled',
  );
});
