// Definitions for tests, read from JSON like everybody's.

import {
  type ParamDefinitions,
  parseParamDefinitions,
} from '../../../src/definition/param-definition.ts';
import { type Problem, problemText } from '../../../src/definition/problem.ts';

/** Parses definitions that are known to be right. */
export function definitions(json: unknown): ParamDefinitions {
  const problems: Problem[] = [];
  const parsed = parseParamDefinitions(json, 'params', problems);
  if (problems.length > 0) throw new Error(problems.map(problemText).join('; '));
  return parsed;
}
