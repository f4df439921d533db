// Names of the form step__param: a parameter of another step, or of a signal.

import { STEP_PARAM_SEPARATOR } from '../definition/param-definition.ts';

export type StepReference =
  | { readonly kind: 'split'; readonly step: string; readonly param: string }
  | { readonly kind: 'unclear'; readonly why: string };

/** True when a name refers to a step or a signal. */
export function isStepReference(name: string): boolean {
  return name.includes(STEP_PARAM_SEPARATOR);
}

/**
 * Splits a reference at its separator. Ids and names may begin and end with an underscore: in `a___b` the step that
 * exists decides, `a` with `_b` or `a_` with `b`.
 */
export function splitReference(name: string, exists: (stepId: string) => boolean): StepReference {
  const first = name.indexOf(STEP_PARAM_SEPARATOR);
  if (first === name.lastIndexOf(STEP_PARAM_SEPARATOR)) return split(name, first);
  const short = name.slice(0, first);
  const long = name.slice(0, first + 1);
  const found = [exists(short), exists(long)];
  if (found[0] && found[1])
    return { kind: 'unclear', why: `both '${short}' and '${long}' are steps` };
  if (found[0]) return split(name, first);
  if (found[1]) return split(name, first + 1);
  return { kind: 'unclear', why: `neither '${short}' nor '${long}' has finished` };
}

function split(name: string, at: number): StepReference {
  return {
    kind: 'split',
    step: name.slice(0, at),
    param: name.slice(at + STEP_PARAM_SEPARATOR.length),
  };
}
