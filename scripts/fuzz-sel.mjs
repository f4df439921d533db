// `npm run fuzz -- [SECONDS]`: programs of nonsense for the expression language, made of its own words and of pieces of
// programs that mean something.
//
// A program must give a value or one of the known failures. Anything thrown, a program that takes longer than its budget
// could, or memory that grows from one tenth of the time to the next is a finding.

import { evaluateRow } from '../dist/src/sel/rows.js';

const PIECES = [
  ...[
    'a',
    'n',
    's',
    'm',
    'params',
    'params["n"]',
    'String',
    'Math',
    'Util',
    'DateTime',
    'DateTimeZone.UTC',
  ],
  ...[
    'new',
    'return',
    'if',
    'else',
    'while',
    'for',
    'break',
    'continue',
    'throw',
    'int',
    'String[]',
    'Map',
  ],
  ...[
    '1',
    '0',
    '-1',
    '2.5',
    '9223372036854775807',
    "'text'",
    '"$x"',
    "''",
    'true',
    'false',
    'null',
  ],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '+',
    '-',
    '*',
    '/',
    '%',
    '=',
    '==',
    '!=',
    '<',
    '>=',
    '&&',
    '||',
  ],
  ...[
    '!',
    '?',
    ':',
    ';',
    ',',
    '.',
    '+=',
    '-=',
    '\\',
    '#',
    '@',
    '//',
    '/*',
    '*/',
    '\n',
    '\u0000',
    '💥',
  ],
  ...[
    '.length',
    '.length()',
    '.split(",")',
    '.replaceAll("(a+)+", "$0")',
    '.substring(1, 3)',
    '.get("k")',
  ],
  ...['new HashMap()', 'new int[3]', 'new String[]{"a"}', 'm.put("k", m)', 'm.put("k", n)'],
  ...[
    'new DateTime(n, DateTimeZone.UTC)',
    '.plusMonths(n)',
    '.toString("yyyyMMdd")',
    '.withDayOfWeek(n)',
  ],
  ...[
    'Util.intsBetween(0, n, 1)',
    'Util.dateIntsBetween(20200101, 20240101, n)',
    'String.format(s, n)',
  ],
  ...[
    'while (n < 5) n += 1;',
    'for (i = 0; i < n; i += 1) a += i;',
    'if (n > 3) { a = 1; } else { a = 2; }',
  ],
];
const FAILURES = new Set(['parse', 'eval', 'limit']);
const SLOW_MS = 10_000;
const INPUTS = {
  n: { type: 'LONG', value: 7 },
  a: { type: 'LONG', value: 1 },
  s: { type: 'STRING', value: '%s and %5.2f' },
  m: { type: 'MAP', value: { k: { type: 'STRING', value: 'v' } } },
};

const seconds = Number(process.argv[2] ?? 60);
const pick = (values) => values[Math.floor(Math.random() * values.length)];
const endsAt = performance.now() + seconds * 1_000;
let programs = 0;
let values = 0;
const heaps = [];
let nextLook = performance.now();
while (performance.now() < endsAt) {
  const length = 1 + Math.floor(Math.random() * 30);
  const separator = Math.random() < 0.7 ? ' ' : '';
  const expr = Array.from({ length }, () => pick(PIECES)).join(separator);
  const startedAt = performance.now();
  const result = evaluateRow({ expr, vars: INPUTS });
  const tookMs = performance.now() - startedAt;
  programs++;
  if (result.error === undefined) values++;
  if ((result.error !== undefined && !FAILURES.has(result.error)) || tookMs > SLOW_MS) {
    throw new Error(`${Math.round(tookMs)} ms, ${JSON.stringify(result)}: ${JSON.stringify(expr)}`);
  }
  if (performance.now() >= nextLook) {
    nextLook += (seconds * 1_000) / 10;
    globalThis.gc?.();
    heaps.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
  }
}
const growth = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0);
console.log(JSON.stringify({ seconds, programs, values, heap_mib: heaps }));
if (growth > 20) throw new Error(`the heap grew by ${growth} MiB`);
