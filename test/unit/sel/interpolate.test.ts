// Names in literals.

import { describe, expect, it } from 'vitest';
import { interpolate, interpolatedNames } from '../../../src/sel/interpolate.ts';
import type { SelValue } from '../../../src/sel/value.ts';
import { long, map, string } from '../../support/sel-program.ts';

const VALUES: ReadonlyMap<string, SelValue> = new Map([
  ['x', string('ex')],
  ['y', string('$x')],
  ['x-y', string('dashed')],
  ['n', long(42)],
  ['d', { type: 'DOUBLE', value: 1e7 }],
  ['list', { type: 'STRING_ARRAY', value: ['a "b"', null] }],
  ['conf', map({ b: long(1), a: { type: 'DOUBLE_ARRAY', value: [1, 0.5] } })],
]);

describe('a literal', () => {
  it.each([
    ['$x-${x-y}', 'ex-dashed'],
    ['$y', '$x'],
    ['$$x $$$x $$${n}', '$x $ex $42'],
    ['$$$$missing', '$$missing'],
    ['$ $5 ${} ${x y} ${x', '$ $5 ${} ${x y} ${x'],
    ['$d', '1.0E7'],
    ['$list $conf', '["a \\"b\\"",null] {"b":1,"a":[1.0,0.5]}'],
    ['no dollar', 'no dollar'],
  ])('%s becomes %s', (text, expected) => {
    expect(interpolate(text, (name) => VALUES.get(name))).toEqual({ kind: 'text', text: expected });
  });

  it('fails at a name that is missing, and says where', () => {
    expect(interpolate('a\n ${b} $c', () => undefined)).toEqual({
      kind: 'failed',
      error: {
        class: 'eval',
        message: "there is no parameter 'b'",
        line: 2,
        column: 2,
        text: '${b}',
      },
    });
  });

  it('names what it interpolates', () => {
    expect(interpolatedNames('$a ${b.c} $$d $a ${e f}')).toEqual(['a', 'b.c']);
  });
});
