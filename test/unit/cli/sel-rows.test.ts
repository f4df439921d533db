// `baton sel rows` answers every line, whatever it holds.

import { expect, test } from 'vitest';
import { linesOf, resultLine } from '../../../src/cli/sel-rows.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

async function read(...texts: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunks(...texts))) lines.push(line);
  return lines;
}

test('lines end in line feeds alone, with or without a carriage return, across chunks', async () => {
  expect(await read('a\r\nb', 'c\n\n', 'd\u2028e\u0085f\rg')).toEqual([
    'a',
    'bc',
    '',
    'd\u2028e\u0085f\rg',
  ]);
  expect(await read()).toEqual(['']);
});

const answer = (line: string, number = 1): unknown => {
  const result = resultLine(line, number);
  return result === undefined ? undefined : JSON.parse(result.text);
};

test('an empty line has no result, and a mark at the beginning counts for nothing', () => {
  expect(resultLine('', 1)).toBeUndefined();
  expect(resultLine(' \t', 2)).toBeUndefined();
  expect(answer('\ufeff{"id":1,"expr":"1"}')).toEqual({
    id: 1,
    result: { type: 'LONG', value: 1 },
  });
});

test('a row keeps its id and its characters', () => {
  expect(
    answer('{"id":"u","expr":"\'é😀\u2028\' + x","vars":{"x":{"type":"STRING","value":"日"}}}'),
  ).toEqual({ id: 'u', result: { type: 'STRING', value: 'é😀\u2028日' } });
  expect(resultLine('{"id":"z","expr":"-0.0"}', 1)?.text).toContain('-0.0');
});

test.each([
  ['{bad', 'JSON'],
  ['[]', 'object'],
  ['null', 'object'],
  ['{"id":"x"}', 'expr'],
  ['{"id":"x","expr":5}', 'expr'],
  ['{"id":"x","expr":"1","vars":[1]}', 'vars'],
  ['{"id":"x","expr":"1","vars":{"n":5}}', 'n has no type'],
  ['{"id":"x","literal":5}', 'literal'],
  ['{"id":"x","expr":"n","vars":{"n":{"type":"LONG","value":"abc"}}}', 'no LONG'],
  ['{"id":"x","expr":"n","vars":{"n":{"type":"LONG","value":"9223372036854775808"}}}', 'fit'],
  ['{"id":"x","expr":"n","vars":{"n":{"type":"DOUBLE","value":"abc"}}}', 'no DOUBLE'],
  ['{"id":"x","expr":"n","vars":{"n":{"type":"BOOLEAN","value":"true"}}}', 'BOOLEAN'],
  ['{"id":"x","expr":"n","vars":{"n":{"type":"DATETIME","value":0}}}', 'DATETIME'],
])('%s is answered with what is wrong', (line, reason) => {
  const result = resultLine(line, 7);
  expect(result?.isRow).toBe(false);
  expect(JSON.parse(result?.text ?? '')).toMatchObject({
    result: { error: 'row', message: expect.stringContaining(reason) },
  });
  expect(result?.text).toContain('line 7');
});

test('names of the machinery below are names like others', () => {
  const line =
    '{"expr":"__proto__ + \'/\' + constructor","vars":{"__proto__":{"type":"LONG","value":1}}}';
  expect(answer(line)).toEqual({ result: { type: 'STRING', value: '1/null' } });
  expect(answer(line.replace(" + '/' + constructor", ''))).toEqual({
    result: { type: 'LONG', value: 1 },
  });
});
