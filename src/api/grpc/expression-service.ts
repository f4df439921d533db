// ExpressionService over the handlers.

import type { ExpressionServiceServer } from '../../../proto/gen/baton/v1/expression.ts';
import { readJson, writeJson } from '../json.ts';
import { refused } from '../mapping/request.ts';
import { type Door, unary } from './calls.ts';

/** The handlers of ExpressionService. */
export function expressionService(door: Door): ExpressionServiceServer {
  const { expression } = door.services;
  return {
    check: unary(door, async ({ expression: source, paramsJson }) => {
      const { references, value, problem } = expression.check(source, paramsOf(paramsJson));
      return {
        references: [...references],
        type: value?.type ?? '',
        valueJson: value === undefined ? '' : writeJson(value.json),
        problem: problem === undefined ? undefined : { ...problem, kind: problem.class },
      };
    }),
  };
}

function paramsOf(text: string): unknown {
  if (text === '') return {};
  try {
    return readJson(text);
  } catch {
    throw refused('params_json', 'be JSON', text);
  }
}
