// JSON with whole numbers of 64 bits, and zeros with a sign.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson, writeJson } from '../../../src/api/json.ts';

test('a whole number that a double cannot hold is kept to its last digit', () => {
  const text = '{"a":[9007199254740993,-9223372036854775808],"b":"12345678901234567890","c":1.5}';
  expect(readJson(text)).toEqual({
    a: [9007199254740993n, -9223372036854775808n],
    b: '12345678901234567890',
    c: 1.5,
  });
  expect(writeJson(readJson(text))).toBe(text);
});

test('a negative zero is kept, as a number that is not whole', () => {
  const text = '{"a":[0,-0.0],"b":{"c":-0.0,"d":9007199254740993},"e":"-0.0"}';
  expect(writeJson(readJson(text))).toBe(text);
  expect(writeJson(-0)).toBe('-0.0');
});

test('what is written is read back the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }), (value, big) => {
      const whole = { value, big, list: [big] };
      const again = readJson(writeJson(whole));
      expect(again).toMatchObject({ big, list: [big] });
      expect(writeJson(again)).toBe(writeJson(whole));
    }),
  );
});

test('a text that is no JSON is refused, also when it has long numbers', () => {
  for (const text of ['', '{', '[1,]', '{"a":12345678901234567890', 'nul']) {
    expect(() => readJson(text)).toThrow(SyntaxError);
  }
});
