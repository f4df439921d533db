// Any syntax tree, printed in any way, is the tree that its text is parsed to.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Declaration, Expression, Statement, Suffix, Tree } from '../../src/sel/ast.ts';
import { parse } from '../../src/sel/parser.ts';
import { type Choose, printTree } from '../support/sel-printer.ts';

const spanned = { start: fc.constant(0), end: fc.constant(0) };
/** One or two. */
const some = <Value>(one: fc.Arbitrary<Value>) => fc.array(one, { minLength: 1, maxLength: 2 });

const name = fc.constantFrom('a', 'b1', '_x', '$y', 'String', 'Math', 'params', 'größe', '変数');
const text = fc.string({ unit: fc.constantFrom(...'ab\'"\\$\n\t{}();/*é😀'), maxLength: 8 });
const literal = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs),
  text,
);
const primitive = fc.constantFrom('boolean', 'int', 'long', 'float', 'double');
const typeName = fc.oneof(primitive, fc.constantFrom('String', 'Long'));
const chain = fc.constantFrom(
  ['==', '!='] as const,
  ['<', '>', '<=', '>='] as const,
  ['+', '-'] as const,
  ['*', '/', '%'] as const,
);
const assignment = fc.constantFrom('=', '+=', '-=', '*=', '/=', '%=');

interface Trees {
  readonly expression: Expression;
  readonly suffix: Suffix;
  readonly simple: Statement;
  readonly block: Statement;
  readonly statement: Statement;
  readonly declaration: Declaration;
}

const { statement, declaration } = fc.letrec<Trees>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('literal'), value: literal, ...spanned }),
    fc.record({ kind: fc.constant('name'), name, ...spanned }),
    fc.record({
      kind: fc.constant('signed'),
      signs: fc.array(fc.constantFrom('-', '+', '!'), { minLength: 1, maxLength: 3 }),
      operand: tie('expression'),
      ...spanned,
    }),
    chain.chain((operators) =>
      fc.record({
        kind: fc.constant('chain'),
        first: tie('expression'),
        links: some(
          fc.record({
            operator: fc.constantFrom(...operators),
            operand: tie('expression'),
            ...spanned,
          }),
        ),
        ...spanned,
      }),
    ),
    fc.record({
      kind: fc.constant('logic'),
      operator: fc.constantFrom('&&', '||'),
      operands: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('choice'),
      arms: some(fc.record({ condition: tie('expression'), chosen: tie('expression') })),
      otherwise: tie('expression'),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('assignment'),
      name,
      index: fc.option(tie('expression'), { nil: undefined }),
      operator: assignment,
      value: tie('expression'),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('access'),
      base: tie('expression'),
      suffixes: some(tie('suffix')),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('new-object'),
      className: name,
      args: fc.array(tie('expression'), { maxLength: 3 }),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('new-array'),
      elementType: typeName,
      size: tie('expression'),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('new-array-of'),
      elementType: typeName,
      elements: fc.array(tie('expression'), { maxLength: 3 }),
      ...spanned,
    }),
  ) as fc.Arbitrary<Expression>,
  suffix: fc.oneof(
    fc.record({ kind: fc.constant('index'), index: tie('expression'), ...spanned }),
    fc.record({ kind: fc.constant('field'), name, ...spanned }),
    fc.record({
      kind: fc.constant('call'),
      name,
      args: fc.array(tie('expression'), { maxLength: 2 }),
      ...spanned,
    }),
  ) as fc.Arbitrary<Suffix>,
  /** No `else` behind it could be taken for its own. */
  simple: fc.oneof(
    fc.record({ kind: fc.constant('expression'), expression: tie('expression'), ...spanned }),
    fc.record({ kind: fc.constantFrom('break', 'continue'), ...spanned }),
    fc.record({
      kind: fc.constantFrom('return', 'throw'),
      value: tie('expression'),
      ...spanned,
    }),
    tie('block'),
  ) as fc.Arbitrary<Statement>,
  block: fc.record({
    kind: fc.constant('block'),
    statements: fc.array(fc.oneof(tie('statement'), tie('declaration')), { maxLength: 3 }),
    ...spanned,
  }) as fc.Arbitrary<Statement>,
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('simple'),
    fc.record({
      kind: fc.constant('if'),
      arms: some(fc.record({ condition: tie('expression'), chosen: tie('simple') })),
      otherwise: fc.option(tie('simple'), { nil: undefined }),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('while'),
      condition: tie('expression'),
      body: tie('statement'),
      ...spanned,
    }),
    fc.record({
      kind: fc.constant('for'),
      init: fc.option(
        fc.oneof(
          tie('declaration'),
          fc.record({ kind: fc.constant('expression'), expression: tie('expression'), ...spanned }),
        ),
        { nil: undefined },
      ),
      condition: fc.option(tie('expression'), { nil: undefined }),
      step: fc.option(tie('expression'), { nil: undefined }),
      body: tie('statement'),
      ...spanned,
    }),
  ) as fc.Arbitrary<Statement>,
  declaration: fc.record({
    kind: fc.constant('declaration'),
    type: fc.record({
      name: fc.oneof(typeName, fc.constantFrom('Map', 'DateTime')),
      isArray: fc.boolean(),
    }),
    variables: some(
      fc.record({
        name,
        value: fc.option(tie('expression'), { nil: undefined }),
        ...spanned,
      }),
    ),
    ...spanned,
  }) as fc.Arbitrary<Declaration>,
}));

const tree: fc.Arbitrary<Tree> = fc.record({
  statements: fc.array(fc.oneof(statement, declaration), { maxLength: 4 }),
});

/** Where a piece stands depends on how it was printed. */
function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => field !== 'start' && field !== 'end')
      .map(([field, inner]) => [field, withoutSpans(inner)]),
  );
}

/** Draws from a list for as long as it lasts, over and over. */
function chooser(draws: readonly number[]): Choose {
  let at = 0;
  return (count) => (draws[at++ % draws.length] ?? 0) % count;
}

const LENGTH_LIMIT = 1_000_000;

test('a tree that is printed is parsed to the same tree', () => {
  fc.assert(
    fc.property(tree, fc.array(fc.nat(1_000), { minLength: 1 }), (before, draws) => {
      const printed = printTree(before, chooser(draws));
      expect(withoutSpans(parse(printed, LENGTH_LIMIT)), printed).toEqual(withoutSpans(before));
    }),
    { numRuns: 500 },
  );
});
