// What a step that starts a workflow (subworkflow, foreach, while) gives to it.

import type { ParamDefinition, ParamDefinitions } from '../definition/param-definition.ts';
import { type Parameters, toDefinition } from './parameter.ts';

export interface PassDown {
  /**
   * The evaluated parameters of the parent workflow, or NO_PARAMETERS where only explicit ones are passed. The system's
   * follow from the child's `origin` and are not among them.
   */
  readonly workflow: Parameters;
  /** The evaluated parameters of the step. */
  readonly step: Parameters;
  /** Names the step itself declares: of its parameters only these are passed. */
  readonly declared: Iterable<string>;
  /** The step type's own parameters, which stay behind: `subworkflow_id`, `loop_params`, … */
  readonly except: ReadonlySet<string>;
}

/** The run params of a child, as definitions that carry the results. The step's win over the workflow's. */
export function passDown(from: PassDown): ParamDefinitions {
  const passed = new Map<string, ParamDefinition>();
  for (const [name, parameter] of from.workflow) {
    if (!from.except.has(name)) passed.set(name, toDefinition(parameter));
  }
  for (const name of from.declared) {
    const parameter = from.step.get(name);
    if (parameter !== undefined && !from.except.has(name))
      passed.set(name, toDefinition(parameter));
  }
  return passed;
}
