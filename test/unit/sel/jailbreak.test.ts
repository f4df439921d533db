// Programs that try to get out: to a prototype, a global, the process, the file system, the network, or to take what is not
// theirs. Each is refused, fails, is stopped by a limit, or reads nothing where it hoped for something.

import { expect, test } from 'vitest';
import { evaluateRow } from '../../../src/sel/rows.ts';

/** Names through which JavaScript or Java would be left. */
const NAMES = [
  'process',
  'globalThis',
  'global',
  'window',
  'self',
  'require',
  'module',
  'exports',
  'console',
  'Function',
  'eval',
  'Object',
  'Reflect',
  'Proxy',
  'Symbol',
  'Promise',
  'setTimeout',
  'fetch',
  'Buffer',
  'constructor',
  '__proto__',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'Runtime',
  'ClassLoader',
  'Thread',
  'File',
  'arguments',
];

test.each(NAMES)('the name %s stands for nothing', (name) => {
  expect(evaluateRow({ expr: `return ${name} == null;` })).toEqual({
    type: 'BOOLEAN',
    value: true,
  });
  expect(evaluateRow({ expr: `params['${name}'] == null` })).toEqual({
    type: 'BOOLEAN',
    value: true,
  });
});

const ESCAPES = [
  "''.constructor",
  "''.constructor('return process')()",
  "'a'.__proto__",
  "'a'['constructor']",
  '(1).constructor',
  '(1).__proto__.polluted',
  'true.constructor',
  'new Function("return process")()',
  'new Object()',
  'new Date()',
  'new File("/etc/passwd")',
  'new Thread()',
  'new ProcessBuilder("ls")',
  'new Array(3)',
  'new Proxy(1, 2)',
  'eval("1")',
  'require("fs")',
  'import("fs")',
  'process.exit(1)',
  'globalThis.process.env',
  'this.constructor',
  'this',
  'super.toString()',
  'System.exit(0)',
  'System.getenv("HOME")',
  'System.getProperty("user.home")',
  'System.out.println("x")',
  'Math.constructor',
  "Math['constructor']",
  'Math.floor.constructor("x")',
  'String.constructor',
  'String.prototype',
  'String.fromCharCode(65)',
  'String.raw("x")',
  'Long.class',
  "'a'.getClass().forName('java.lang.Runtime')",
  "''.getClass()",
  'DateTime.constructor',
  'new DateTime(0).constructor',
  'new DateTime(0, DateTimeZone.UTC).zone',
  'new DateTime(0, DateTimeZone.UTC).millis',
  "DateTimeZone.forID('../../../etc/passwd')",
  'Util.constructor("x")',
  'params.constructor("return process")()',
  "params.get('constructor').call()",
  'params.__proto__.x',
  'params.toString()',
  'params.x = 1',
  "params['x'] = 1",
  'x => x',
  'function f() { return 1; } f()',
  '() -> 1',
  'class A {}',
  '`${process}`',
  "try { throw 'x'; } catch (e) { e.stack }",
  'with (process) { exit() }',
  'delete params.x',
  'typeof process',
  'void 0',
  '1 instanceof Object',
  '[].constructor',
  '({}).constructor',
  '/x/.constructor',
  'new HashMap().constructor',
  'new HashMap().__proto__',
  'new HashMap().entries',
  "new HashMap().get('__proto__').x",
  'new String[1].constructor',
  'new String[1].map(x)',
  'new int[1].push(1)',
  "'a'.concat('b')",
  "'a'.matches('a')",
  "'a'.at(0)",
  'UUID.randomUUID().constructor',
  'Days.daysBetween(null, null)',
];

test.each(ESCAPES)('%s is refused or fails', (expr) => {
  expect(evaluateRow({ expr })).toHaveProperty('error');
});

/** Keys that would be a prototype's in an object; in a map of ours they are keys. */
test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a map takes the key %s like any other, and nothing else notices',
  (key) => {
    const expr = `m = new HashMap(); m.put('${key}', 'x'); other = new HashMap(); return m.get('${key}') + other.get('${key}') + m.size();`;
    expect(evaluateRow({ expr })).toEqual({ type: 'STRING', value: 'xnull1' });
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(({} as { readonly x?: unknown }).x).toBeUndefined();
  },
);

/** Programs that would take all time or memory there is. */
const HOGS = [
  'while (true) { }',
  'i = 0; while (true) { i += 1; }',
  'for (i = 0; i < 1000000000; i += 1) { }',
  "s = 'a'; for (i = 0; i < 60; i += 1) s += s; return s.length();",
  'new int[1000000000]',
  'new int[25001]',
  "'a'.replaceAll('', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx').replaceAll('', 'xxxxxxxxxxxxxxxx').length() + new int[9999999].length",
  "String.format('%2000000000d', 1)",
  'Util.intsBetween(0, 2000000000, 1)',
  'Util.intsBetween(0, 5, 0)',
  'Util.dateIntsBetween(00010101, 99991231, 0)',
];

test.each(HOGS)('%s is stopped', (expr) => {
  expect(evaluateRow({ expr })).toHaveProperty('error');
});

test('a pattern that makes other engines run for ever is matched in no time', () => {
  const expr = `'${'a'.repeat(2_000)}!'.replaceAll('(a+)+$', 'x')`;
  expect(evaluateRow({ expr })).toMatchObject({ type: 'STRING' });
});

test('brackets as deep as the text allows are refused, not a crash', () => {
  for (const [open, close] of [
    ['(', ')'],
    ['{', '}'],
    ['-', ''],
    ['!', ''],
  ] as const) {
    const expr = `${open.repeat(4_000)}1;${close.repeat(4_000)}`;
    expect(evaluateRow({ expr })).toHaveProperty('error');
  }
});
