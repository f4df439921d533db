// What the command line reads and prints without a node. test/integration/grpc.test.ts covers commands against one.

import { expect, test } from 'vitest';
import { jsonText, readDocument, readJson } from '../../../src/cli/json-value.ts';
import { tableText } from '../../../src/cli/output.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { runParamsJson } from '../../../src/cli/run-params.ts';

function terminal(environment: Readonly<Record<string, string>> = {}, input = '') {
  const out: string[] = [];
  const errors: string[] = [];
  return {
    out: (text: string) => void out.push(text),
    error: (text: string) => void errors.push(text),
    environment,
    input: async () => input,
    printed: out,
    errors,
  };
}

const params = (...given: string[]): unknown => JSON.parse(runParamsJson(given));

test('a parameter without a type takes the type of its JSON, or is a text', () => {
  expect(params('n=5', 'on=true', 'list=["a"]', 'day=2024-01-01', 'eq=a=b')).toEqual({
    n: { value: 5 },
    on: { value: true },
    list: { value: ['a'] },
    day: { value: '2024-01-01' },
    eq: { value: 'a=b' },
  });
});

test('a parameter that is to be a STRING stays a text', () => {
  expect(params('day:string=20240101')).toEqual({ day: { value: '20240101', type: 'STRING' } });
});

test('a parameter of an unknown type is refused with the types there are', () => {
  expect(() => runParamsJson(['n:INT=5'])).toThrow(/--param n must have a type of STRING, LONG/);
  expect(() => runParamsJson(['n'])).toThrow('--param must be name=value');
});

test('whole numbers of 64 bits survive reading and writing', () => {
  const text = '{"n": 9223372036854775807, "m": 1.5, "s": "9223372036854775807"}';
  expect(jsonText(readJson(text)).replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
  expect(readDocument('n: 9223372036854775807\nsmall: 3')).toEqual({
    n: 9223372036854775807n,
    small: 3,
  });
});

test('a negative zero survives reading and writing', () => {
  expect(jsonText(readDocument('a: -0.0')).replace(/\s+/g, '')).toBe('{"a":-0.0}');
  expect(params('x:DOUBLE=-0.0')).toEqual({ x: { value: -0, type: 'DOUBLE' } });
});

test.each([
  ['a: &a [*a]', '*a must not stand inside of what it names at line 1'],
  ['a: 1\na: 2', 'the key a must be given once at line 2'],
  ['? [a]\n: 1', 'With stringKeys, all keys must be strings'],
  [`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'too many objects and lists'],
  [`a: ${'x'.repeat(600_000)}`, 'it has at most 524288 characters'],
])(
  'a definition in YAML that no node would read ends the command with the reason',
  async (text, why) => {
    const screen = terminal({}, text);
    expect(await runProgram(['workflow', 'validate', '-'], screen)).toBe(2);
    expect(screen.errors.join()).toContain(`baton: -: ${why}`);
  },
);

test('a definition in JSON may be longer than one in YAML', () => {
  const long = { workflow: { n: 9223372036854775807n, text: 'x'.repeat(600_000) } };
  expect(readDocument(jsonText(long))).toEqual(long);
});

test('what only looks like an object is a text where a parameter is given', () => {
  expect(params('at=a: 1234567890123456')).toEqual({ at: { value: 'a: 1234567890123456' } });
});

test('a table is as wide as its widest cells and shows times as dates', () => {
  const rows = [
    { id: 'a', time: 1_700_000_000_000 },
    { id: 'longer', time: null },
  ];
  expect(
    tableText(rows, [
      ['ID', 'id'],
      ['TIME', 'time'],
    ]),
  ).toBe('ID      TIME\na       2023-11-14T22:13:20.000Z\nlonger  -');
});

test('an unknown command ends with the exit code of a wrong command line', async () => {
  const screen = terminal();
  expect(await runProgram(['nonsense'], screen)).toBe(2);
  expect(screen.errors.join()).toContain("unknown command 'nonsense'");
});

test('an instance number that is none ends with the exit code of a wrong command line', async () => {
  const screen = terminal();
  expect(await runProgram(['instance', 'get', 'w', 'zero'], screen)).toBe(2);
  expect(screen.errors.join()).toContain('<instance> must be a whole number from 1');
});

test('a file that is not there ends with the exit code of a wrong command line', async () => {
  expect(await runProgram(['workflow', 'push', 'no-such-file.json'], terminal())).toBe(2);
});

test('a node that is not there ends with the exit code of an unreachable node', async () => {
  const screen = terminal({ BATON_ADDRESS: '127.0.0.1:1' });
  expect(await runProgram(['workflow', 'list'], screen)).toBe(4);
  expect(screen.errors.join()).toContain('127.0.0.1:1: UNAVAILABLE');
});

test('the version is printed', async () => {
  const screen = terminal();
  expect(await runProgram(['--version'], screen)).toBe(0);
  expect(screen.printed.join()).toMatch(/^\d+\.\d+\.\d+/);
});

test('after a command --version chooses a version of the workflow', async () => {
  for (const verb of ['workflow get', 'instance start']) {
    const screen = terminal({ BATON_ADDRESS: '127.0.0.1:1' });
    const words = [...verb.split(' '), 'w', '--version', 'latest'];
    expect(await runProgram(words, screen)).toBe(4);
    expect(screen.printed).toEqual([]);
  }
});
