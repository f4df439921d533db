// Types of steps: what may be written, how it is spelled in answers, and what a build of Baton can run.

/** Types that a `step` may name. */
export const TYPED_STEP_TYPES = [
  'NoOp',
  'Sleep',
  'Http',
  'Shell',
  'Kubernetes',
  'Notebook',
  'Titus',
] as const;

type TypedStepType = (typeof TYPED_STEP_TYPES)[number];

/** Kinds of steps that are a type of their own. */
type StructureType = 'subworkflow' | 'foreach' | 'while' | 'template';

export type StepType = TypedStepType | StructureType;

const RUNNABLE: ReadonlySet<StepType> = new Set(['NoOp', 'Sleep', 'Http', 'Shell']);

/** Can this build run steps of a type? */
export function isRunnable(type: StepType): boolean {
  return RUNNABLE.has(type);
}
