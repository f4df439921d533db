// What may be given from outside with a start or a restart.

import { type ParamDefinitions, parseParamDefinitions } from '../definition/param-definition.ts';
import { type Problem, problem } from '../definition/problem.ts';

/** Parameters in one request, at most. */
const RUN_PARAMS_LIMIT = 128;

/** Names that are the system's own and never given from outside. */
export const RESERVED_PARAM_NAMES: ReadonlySet<string> = new Set([
  'maestro',
  'Maestro',
  'MAESTRO',
  'scheduler',
  'Scheduler',
  'SCHEDULER',
  'util',
  'Util',
  'UTIL',
  'params',
  'Params',
  'PARAMS',
  'AUTH_BLOB',
  'AUTH_DATA',
  'AUTH_ACTING_ON_BEHALF_OF_BLOB',
  'AUTH_TRIGGERING_ON_BEHALF_OF_BLOB',
  'AUTHORIZED_MANAGERS',
]);

/** Reads the parameters of a request and holds them to the rules for what people may give. */
export function parseRunParams(json: unknown, path: string, problems: Problem[]): ParamDefinitions {
  const params = parseParamDefinitions(json, path, problems);
  if (params.size > RUN_PARAMS_LIMIT) {
    problems.push({
      path,
      rule: `hold at most ${RUN_PARAMS_LIMIT} parameters`,
      found: `${params.size} parameters`,
    });
  }
  for (const [name, definition] of params) {
    const at = `${path}.${name}`;
    if (RESERVED_PARAM_NAMES.has(name)) {
      problems.push(problem(at, 'not have a name that the system reserves', name));
    }
    const source = definition.meta?.['source'];
    if (source !== undefined) problems.push(problem(`${at}.source`, 'not be given', source));
  }
  return params;
}
