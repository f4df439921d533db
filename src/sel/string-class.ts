// STRING: its methods and the class String. Positions and lengths count UTF-16 units.

import { isSameText } from './arithmetic.ts';
import { evaluationFault } from './fault.ts';
import {
  ANY_NUMBER,
  type Arguments,
  type Method,
  type MethodTable,
  method,
  type SelClass,
} from './member.ts';
import { ArrayOperand, type Operand, typeOf, UNSET_STRING } from './operand.ts';
import { replaceMatches, splitText } from './regular-expression.ts';
import type { Run } from './run.ts';
import { formatText } from './string-format.ts';
import { textOf } from './text-form.ts';

function substring(run: Run, self: string, args: Arguments): Operand {
  const from = args.int(0);
  const to = args.count === 1 ? self.length : args.int(1);
  if (from < 0 || to > self.length || from > to) {
    throw evaluationFault(`${from} to ${to} is outside a text of ${self.length} characters`);
  }
  return run.text(self.slice(from, to));
}

/** Below zero, zero or above it, as the texts are ordered by UTF-16 units. */
function compareTexts(run: Run, left: string, right: string): bigint {
  const shared = Math.min(left.length, right.length);
  // Character by character takes longer than what the runtime does at once.
  run.scan(4 * shared);
  for (let at = 0; at < shared; at += 1) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at);
    if (difference !== 0) return BigInt(difference);
  }
  return BigInt(left.length - right.length);
}

function replaceText(run: Run, self: string, args: Arguments): Operand {
  const [from, to] = [args.string(0), args.string(1)];
  run.scan(self.length);
  const found = countOf(self, from);
  run.visit(found);
  run.createText(self.length + found * (to.length - from.length));
  return self.replaceAll(from, () => to);
}

/** How often replacing `part` would replace something; an empty part is found around every character. */
function countOf(text: string, part: string): number {
  if (part === '') return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

const blank = (text: string, at: number): boolean => text.charCodeAt(at) <= 0x20;

function trim(run: Run, self: string): Operand {
  run.scan(2 * self.length);
  let start = 0;
  let end = self.length;
  while (start < end && blank(self, start)) start += 1;
  while (end > start && blank(self, end - 1)) end -= 1;
  return run.text(self.slice(start, end));
}

function withCase(run: Run, self: string, change: (text: string) => string): Operand {
  run.scan(self.length);
  return run.text(change(self));
}

function split(run: Run, self: string, args: Arguments): Operand {
  const limit = args.count === 1 ? 0 : args.int(1);
  return ArrayOperand.own('STRING_ARRAY', splitText(run, self, args.string(0), limit));
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['\b', '\\b'],
  ['\f', '\\f'],
]);

/** The text as it stands between double quotes in a program. */
function escapeText(run: Run, text: string): Operand {
  run.scan(text.length);
  const escaped = text.replace(
    /["\\\n\t\r\b\f]/g,
    (character) => ESCAPES.get(character) ?? character,
  );
  return run.text(escaped);
}

function join(run: Run, args: Arguments): Operand {
  const separator = args.string(0);
  const parts = joinedParts(args);
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  run.visit(parts.length);
  run.scan(length);
  run.createText(length);
  return parts.join(separator);
}

function joinedParts(args: Arguments): readonly string[] {
  const list = args.at(1);
  if (args.count === 2 && list instanceof ArrayOperand) {
    if (list.type !== 'STRING_ARRAY') args.refuse(1, 'STRING_ARRAY');
    return list.items.map(String);
  }
  return args.list
    .slice(1)
    .map((part, index) => (part === UNSET_STRING ? 'null' : args.string(index + 1)));
}

/** Text of anything; a LONG below the range of an int loses its upper half, as it always did. */
function textFrom(run: Run, args: Arguments): Operand {
  const operand = args.at(0);
  if (typeof operand === 'bigint' && operand < -(2n ** 31n)) {
    return run.text(String(BigInt.asIntN(32, operand)));
  }
  return run.text(textOf(run, operand));
}

/** What both the class and each STRING offer; a STRING they are called on plays no part. */
const STATICS: MethodTable<unknown> = new Map([
  [
    'format',
    method<unknown>(
      1,
      (run, _, args) => formatText(run, args.string(0), args.list.slice(1)),
      ANY_NUMBER,
    ),
  ],
  ['join', method<unknown>(1, (run, _, args) => join(run, args), ANY_NUMBER)],
]);

export const STRING_METHODS: MethodTable<string> = new Map<string, Method<string>>([
  ...STATICS,
  ['length', method(0, (_, self: string) => BigInt(self.length))],
  ['isEmpty', method(0, (_, self: string) => self === '')],
  [
    'toUpperCase',
    method(0, (run, self: string) => withCase(run, self, (text) => text.toUpperCase())),
  ],
  [
    'toLowerCase',
    method(0, (run, self: string) => withCase(run, self, (text) => text.toLowerCase())),
  ],
  ['trim', method(0, trim)],
  ['substring', method(1, substring, 2)],
  [
    'lastIndexOf',
    method(1, (run, self: string, args) => {
      run.scan(self.length);
      return BigInt(self.lastIndexOf(args.string(0)));
    }),
  ],
  [
    'contains',
    method(1, (run, self: string, args) => {
      run.scan(self.length);
      return self.includes(args.string(0));
    }),
  ],
  [
    'startsWith',
    method(1, (run, self: string, args) => {
      run.scan(args.string(0).length);
      return self.startsWith(args.string(0));
    }),
  ],
  [
    'endsWith',
    method(1, (run, self: string, args) => {
      run.scan(args.string(0).length);
      return self.endsWith(args.string(0));
    }),
  ],
  [
    'equals',
    method(1, (run, self: string, args) => {
      const other = args.at(0);
      return typeof other === 'string' && isSameText(run, self, other);
    }),
  ],
  ['compareTo', method(1, (run, self: string, args) => compareTexts(run, self, args.string(0)))],
  ['replace', method(2, replaceText)],
  [
    'replaceAll',
    method(2, (run, self: string, args) =>
      replaceMatches(run, self, args.string(0), args.string(1)),
    ),
  ],
  ['split', method(1, split, 2)],
  [
    'escape',
    method(
      0,
      (run, self: string, args) => escapeText(run, args.count === 0 ? self : args.string(0)),
      1,
    ),
  ],
]);

function construct(run: Run, _: undefined, args: Arguments): Operand {
  if (args.count === 0) return run.text('');
  const given = args.at(0);
  if (given === UNSET_STRING) return given;
  if (typeof given !== 'string' && typeof given !== 'bigint') {
    throw evaluationFault(`no new String of ${typeOf(given)}`);
  }
  return run.text(String(given));
}

export const STRING_CLASS: SelClass = {
  name: 'String',
  methods: new Map([
    ...STATICS,
    ['valueOf', method<unknown>(1, (run, _, args) => textFrom(run, args))],
    ['escape', method<unknown>(1, (run, _, args) => escapeText(run, args.string(0)))],
  ]),
  construct: method<undefined>(0, construct, 1),
};
