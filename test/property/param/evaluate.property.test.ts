import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeParameters, encodeParameters } from '../../../src/param/codec.ts';
import { type Evaluated, coerce } from '../../../src/param/evaluated.ts';
import { evaluateWorkflow } from '../../unit/param/evaluations.ts';

/** Parameters p0 … pn where each adds those it names to its own number, in a random order of definition. */
const graph = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 }),
    order: fc.shuffledSubarray(
      Array.from({ length: size }, (_, index) => index),
      { minLength: size, maxLength: size },
    ),
  }),
);

describe('evaluation', () => {
  it('gives the same values in every order of definition, when nothing refers to itself', () => {
    fc.assert(
      fc.property(graph, ({ edges, order }) => {
        const forward = edges.filter(([from, to]) => from < to);
        const needs = (index: number) => [
          ...new Set(forward.filter(([from]) => from === index).map(([, to]) => to)),
        ];
        const value = (index: number): number =>
          index + needs(index).reduce((sum, other) => sum + value(other), 0);
        const json = Object.fromEntries(
          order.map((index) => {
            const expression = [index, ...needs(index).map((other) => `p${other}`)].join(' + ');
            return [`p${index}`, { expression, type: 'LONG' }];
          }),
        );
        const { values, parameters } = evaluateWorkflow(json);
        expect([...parameters.keys()]).toEqual(order.map((index) => `p${index}`));
        for (const index of order) expect(values[`p${index}`]).toBe(value(index));
      }),
    );
  });

  it('fails exactly when something refers to itself', () => {
    fc.assert(
      fc.property(graph, ({ edges, order }) => {
        const needs = (index: number) =>
          edges.filter(([from]) => from === index).map(([, to]) => to);
        const reaches = (from: number, goal: number, visited: Set<number>): boolean =>
          needs(from).some((next) => {
            if (next === goal) return true;
            if (visited.has(next)) return false;
            visited.add(next);
            return reaches(next, goal, visited);
          });
        const circular = order.some((index) => reaches(index, index, new Set()));
        const json = Object.fromEntries(
          order.map((index) => {
            const expression = [index, ...needs(index).map((other) => `p${other}`)].join(' + ');
            return [`p${index}`, { expression, type: 'LONG' }];
          }),
        );
        expect(evaluateWorkflow(json).problems.length > 0).toBe(circular);
      }),
    );
  });
});

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });

const { value: evaluated } = fc.letrec<{ value: Evaluated }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string().map((value): Evaluated => ({ type: 'STRING', value })),
    long.map((value): Evaluated => ({ type: 'LONG', value })),
    double.map((value): Evaluated => ({ type: 'DOUBLE', value })),
    fc.boolean().map((value): Evaluated => ({ type: 'BOOLEAN', value })),
    fc.array(fc.string()).map((value): Evaluated => ({ type: 'STRING_ARRAY', value })),
    fc.array(long).map((value): Evaluated => ({ type: 'LONG_ARRAY', value })),
    fc.array(double).map((value): Evaluated => ({ type: 'DOUBLE_ARRAY', value })),
    fc.array(fc.boolean()).map((value): Evaluated => ({ type: 'BOOLEAN_ARRAY', value })),
    fc
      .array(fc.tuple(fc.string(), tie('value')))
      .map((entries): Evaluated => ({ type: 'MAP', value: new Map(entries) })),
  ),
}));

describe('results', () => {
  it('read back from rows as they were, whatever their type', () => {
    fc.assert(
      fc.property(evaluated, (value) => {
        const definition = { kind: 'expression', type: value.type, expression: 'x' } as const;
        const parameters = new Map([['x', { definition, evaluated: value, evaluatedAtMs: 1 }]]);
        expect(decodeParameters(encodeParameters(parameters))).toEqual(parameters);
      }),
    );
  });

  it('stay as they are in their own type, and twice converted as once converted', () => {
    fc.assert(
      fc.property(evaluated, fc.constantFrom('STRING', 'DOUBLE', 'STRING_ARRAY'), (value, type) => {
        expect(coerce(value, value.type)?.value).toBe(value);
        const once = coerce(value, type);
        if (once !== undefined) expect(coerce(once.value, type)?.value).toBe(once.value);
      }),
    );
  });
});
