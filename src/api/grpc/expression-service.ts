// ExpressionService over the handlers.

import type { ExpressionServiceServer } from '../../../proto/gen/baton/v1/expression.ts';
import { writeJson } from '../json.ts';
import { jsonObject } from '../mapping/request.ts';
import { type Door, unary } from './calls.ts';

/** The handlers of ExpressionService. */
export function expressionService(door: Door): ExpressionServiceServer {
  const { expression } = door.services;
  return {
    check: unary(door, async ({ expression: source, paramsJson }) => {
      const { references, value, problem } = await expression.check(
        source,
        paramsJson === '' ? {} : jsonObject(paramsJson, 'params_json'),
      );
      return {
        references: [...references],
        type: value?.type ?? '',
        valueJson: value === undefined ? '' : writeJson(value.json),
        problem: problem === undefined ? undefined : { ...problem, kind: problem.class },
      };
    }),
  };
}
