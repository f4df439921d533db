import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PARAM_MODES,
  type ParamDefinition,
  type ParamDefinitions,
  type ParamMode,
  paramDefinitionsToJson,
  parseParamDefinitions,
} from '../../../src/definition/param-definition.ts';
import type { Problem } from '../../../src/definition/problem.ts';
import { mergeParams, settleParams, stricter } from '../../../src/param/merge.ts';
import { sameEntries } from '../../../src/param/same-definition.ts';
import { type ParamSource, changeableModes, isSystemSource } from '../../../src/param/source.ts';

const SOURCES: readonly ParamSource[] = [
  'SYSTEM_DEFAULT',
  'DEFINITION',
  'LAUNCH',
  'RESTART',
  'FOREACH',
  'SUBWORKFLOW',
  'OUTPUT_PARAMETER',
];

const mode = fc.option(fc.constantFrom(...PARAM_MODES), { nil: undefined });

const scalar: fc.Arbitrary<ParamDefinition> = fc
  .tuple(
    mode,
    fc.oneof(
      fc.integer().map((value) => ({ kind: 'literal', type: 'LONG', value }) as const),
      fc.integer().map((n) => ({ kind: 'literal', type: 'STRING', value: String(n) }) as const),
      fc.boolean().map((value) => ({ kind: 'literal', type: 'BOOLEAN', value }) as const),
      fc.constant({ kind: 'expression', type: 'LONG', expression: 'a + 1' } as const),
    ),
  )
  .map(([given, body]) => (given === undefined ? body : { ...body, mode: given }));

const NAMES = ['a', 'b', 'c', 'd'];

function entriesOf(value: fc.Arbitrary<ParamDefinition>): fc.Arbitrary<ParamDefinitions> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), {
      selector: ([name]) => name,
      maxLength: NAMES.length,
    })
    .map((entries) => new Map(entries));
}

const map: fc.Arbitrary<ParamDefinition> = fc
  .tuple(mode, entriesOf(scalar))
  .map(([given, value]) => {
    const body = { kind: 'literal', type: 'MAP', value } as const;
    return given === undefined ? body : { ...body, mode: given };
  });

const definitions = entriesOf(fc.oneof(scalar, map));

const stage = fc.record({
  source: fc.constantFrom(...SOURCES),
  upstream: fc.boolean(),
  restart: fc.boolean(),
});

function modeOf(definition: ParamDefinition | undefined): ParamMode {
  return definition?.mode ?? 'MUTABLE';
}

/** A baseline that has been through a merge, as all have. */
function merged(given: ParamDefinitions): ParamDefinitions {
  return mergeParams(new Map(), given, { source: 'DEFINITION' }, { path: 'params', problems: [] });
}

describe('merging', () => {
  it('never loosens a mode, changes a type or drops a name, and leaves its inputs alone', () => {
    fc.assert(
      fc.property(definitions, definitions, stage, (below, above, how) => {
        const baseline = merged(below);
        const before = JSON.stringify(paramDefinitionsToJson(baseline));
        const problems: Problem[] = [];
        const after = mergeParams(baseline, above, how, { path: 'run', problems });
        expect(JSON.stringify(paramDefinitionsToJson(baseline))).toBe(before);
        for (const [name, definition] of baseline) {
          const now = after.get(name);
          expect(now?.type).toBe(definition.type);
          if (!isSystemSource(how.source)) {
            expect(stricter(modeOf(now), modeOf(definition))).toBe(modeOf(now));
          }
        }
        const expected = new Set([...baseline.keys(), ...above.keys()]);
        expect([...after.keys()].every((name) => expected.has(name))).toBe(true);
      }),
    );
  });

  it('changes only what the stage may change', () => {
    fc.assert(
      fc.property(definitions, definitions, stage, (below, above, how) => {
        if (isSystemSource(how.source)) return;
        const baseline = merged(below);
        const after = mergeParams(baseline, above, how, { path: 'run', problems: [] });
        const allowed = changeableModes(how.source, how.restart);
        for (const [name, definition] of baseline) {
          const now = after.get(name);
          if (now === undefined) throw new Error(`${name} is gone`);
          const same = sameEntries(new Map([[name, now]]), new Map([[name, definition]]));
          if (!same) expect(allowed).toContain(modeOf(now));
        }
      }),
    );
  });

  it('accepts what it has merged when it is repeated, at every stage', () => {
    fc.assert(
      fc.property(definitions, stage, (given, how) => {
        const baseline = merged(given);
        const plain = new Map(
          [...baseline].map(([name, { meta: _meta, ...definition }]) => [name, definition]),
        );
        const problems: Problem[] = [];
        const after = mergeParams(baseline, plain, how, { path: 'run', problems });
        expect(problems).toEqual([]);
        expect(sameEntries(after, baseline)).toBe(true);
      }),
    );
  });

  it('gives definitions that settle, and read back as themselves', () => {
    fc.assert(
      fc.property(definitions, (given) => {
        const problems: Problem[] = [];
        const settled = settleParams(merged(given), { path: 'params', problems });
        const json = paramDefinitionsToJson(settled);
        const again = parseParamDefinitions(json, 'params', problems);
        expect(problems).toEqual([]);
        expect(paramDefinitionsToJson(again)).toEqual(json);
        expect(sameEntries(again, settled)).toBe(true);
      }),
    );
  });
});
