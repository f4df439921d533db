// The closed set of parameter types.

import { type Problem, problem } from './problem.ts';

export const PARAM_TYPES = [
  'STRING',
  'LONG',
  'DOUBLE',
  'BOOLEAN',
  'STRING_MAP',
  'STRING_ARRAY',
  'LONG_ARRAY',
  'DOUBLE_ARRAY',
  'BOOLEAN_ARRAY',
  'MAP',
] as const;

export type ParamType = (typeof PARAM_TYPES)[number];

/** Reads a type's name, in any case. Absent or null is no type; anything else is reported. */
export function parseParamType(
  json: unknown,
  path: string,
  problems: Problem[],
): ParamType | undefined {
  if (json === undefined || json === null) return undefined;
  const upper = typeof json === 'string' ? json.toUpperCase() : '';
  const type = PARAM_TYPES.find((known) => known === upper);
  if (type === undefined) problems.push(problem(path, `be one of ${PARAM_TYPES.join(', ')}`, json));
  return type;
}
