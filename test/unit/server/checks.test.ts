// Checks for somebody who waits: short ones here, long ones through an evaluator that does what the threads do.

import { expect, test } from 'vitest';
import { compileWorkflow } from '../../../src/definition/compile.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import { answerRequest } from '../../../src/param/evaluation-request.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';
import { Checks } from '../../../src/server/checks.ts';
import { definitions } from '../param/definitions.ts';
import { context } from '../param/evaluations.ts';

const programs = new ProgramCache(selLanguage());
const LOOP = 'int x = 0; for (int i = 0; i < 20000; i += 1) { x += n; }';

function start() {
  const asked: unknown[] = [];
  const checks = new Checks(programs, {
    async evaluate(request) {
      asked.push(request);
      const results = answerRequest(request, { ...context(), programs });
      return { kind: 'evaluated', results: { ...results } };
    },
  });
  return { checks, asked };
}

const lost = new Checks(programs, {
  evaluate: async () => ({ kind: 'evaluation-failed', message: 'the node is stopping' }),
});

test('an expression that takes long is evaluated elsewhere, and its value or problem told', async () => {
  const { checks, asked } = start();
  const n = definitions({ n: { value: 2 } });
  expect(await checks.expression('n + 1', n)).toMatchObject({ value: { type: 'LONG', json: 3 } });
  expect(asked).toHaveLength(0);
  expect(await checks.expression(`${LOOP} return x;`, n)).toEqual({
    references: ['n'],
    value: { type: 'LONG', json: 40_000 },
    problem: undefined,
  });
  expect(asked).toHaveLength(1);
  expect(await checks.expression(`${LOOP} return x - 'a';`, n)).toMatchObject({
    value: undefined,
    problem: { class: 'eval', line: 1 },
  });
});

test('the parameters of a definition that take long are evaluated elsewhere, too', async () => {
  const { checks } = start();
  const problems = async (text: string, by = checks) => {
    const compiled = compileWorkflow(
      {
        id: 'w',
        params: { n: { value: 2 }, long: { expression: `${LOOP} return ${text};`, type: 'LONG' } },
        steps: [{ step: { id: 's', type: 'NoOp' } }],
      },
      DEFAULT_DEFINITION_LIMITS,
    );
    if (compiled.kind === 'invalid') throw new Error('the definition is valid');
    return by.dryRun(compiled.definition, 'owner');
  };
  expect(await problems('x')).toEqual([]);
  expect(await problems("x - 'a'")).toMatchObject([{ path: 'workflow.params.long' }]);
  expect(await problems('x', lost)).toMatchObject([{ path: 'workflow.params' }]);
});

test('a check whose evaluation got lost says so', async () => {
  const checked = await lost.expression(`${LOOP} return x;`, definitions({ n: { value: 2 } }));
  expect(checked).toMatchObject({
    references: ['n'],
    problem: { class: 'time', message: 'the node is stopping' },
  });
});
