// The graph of steps on one level: successors by name become indexes, and what cannot be a graph is reported.

import { checkExpression, isAlwaysMet } from './condition.ts';
import { Fields } from './fields.ts';
import { type Problem, problem } from './problem.ts';
import type { StepGraph, Transition, WorkflowStep } from './workflow-definition.ts';

/** A transition as it was written. */
export interface WrittenTransition {
  readonly path: string;
  readonly predecessors?: readonly string[];
  /** Conditions by the id of the successor. */
  readonly successors: ReadonlyMap<string, string>;
}

/** A step whose neighbours are not known yet. */
export interface LooseStep {
  readonly path: string;
  readonly step: Omit<WorkflowStep, 'predecessors' | 'successors'>;
  readonly transition: WrittenTransition;
}

/** The field transition; answers always show it. */
export function parseTransition(fields: Fields): WrittenTransition {
  const path = fields.pathOf('transition');
  const inner = Fields.of(fields.read('transition') ?? {}, path, fields.problems);
  if (inner === undefined) return { path, successors: new Map() };
  const predecessors = inner.texts('predecessors');
  const successors = new Map<string, string>();
  const given = inner.object('successors') ?? {};
  for (const [id, value] of Object.entries(given)) {
    const at = `${inner.pathOf('successors')}.${id}`;
    const condition = typeof value === 'boolean' ? String(value) : value;
    if (typeof condition !== 'string') {
      fields.problems.push(problem(at, 'be an expression, such as "true"', value));
      continue;
    }
    if (!isAlwaysMet(condition)) checkExpression(condition, at, fields.problems);
    successors.set(id, condition);
  }
  inner.keep('successors', successors.size === 0 ? undefined : Object.fromEntries(successors));
  fields.keep('transition', { ...inner.close() });
  return { path, successors, ...(predecessors === undefined ? {} : { predecessors }) };
}

/** Ties steps together. Reports successors that do not exist, wrong predecessors and cycles. */
export function linkGraph(
  loose: readonly LooseStep[],
  path: string,
  problems: Problem[],
): StepGraph {
  const indexes = new Map(loose.map(({ step }, index) => [step.id, index]));
  const leading = loose.map((): string[] => []);
  const successors = loose.map((one) => transitionsOf(one, indexes, problems));
  for (const [index, transitions] of successors.entries()) {
    const id = loose[index]?.step.id ?? '';
    for (const { index: to } of transitions) leading[to]?.push(id);
  }
  checkPredecessors(loose, leading, problems);
  const cycle = findCycle(successors);
  if (cycle !== undefined) {
    const found = cycle.map((index) => loose[index]?.step.id).join(' -> ');
    problems.push({ path, rule: 'have no cycle of transitions', found });
  }
  const steps = loose.map(
    ({ step }, index): WorkflowStep => ({
      ...step,
      predecessors: leading[index]?.length ?? 0,
      successors: successors[index] ?? [],
    }),
  );
  const roots = [...steps.keys()].filter((index) => steps[index]?.predecessors === 0);
  return { steps, roots, indexes };
}

function transitionsOf(
  { transition }: LooseStep,
  indexes: ReadonlyMap<string, number>,
  problems: Problem[],
): readonly Transition[] {
  const transitions: Transition[] = [];
  for (const [stepId, condition] of transition.successors) {
    const index = indexes.get(stepId);
    if (index === undefined) {
      const rule = 'name a step of the same list of steps';
      problems.push(problem(`${transition.path}.successors.${stepId}`, rule, stepId));
    } else {
      transitions.push({ index, stepId, condition, always: isAlwaysMet(condition) });
    }
  }
  return transitions;
}

function checkPredecessors(
  loose: readonly LooseStep[],
  leading: readonly (readonly string[])[],
  problems: Problem[],
): void {
  for (const [index, { transition }] of loose.entries()) {
    const given = transition.predecessors;
    const computed = leading[index] ?? [];
    if (given === undefined) continue;
    const isSame =
      new Set(given).size === computed.length && computed.every((id) => given.includes(id));
    if (isSame) continue;
    problems.push({
      path: `${transition.path}.predecessors`,
      rule: `be the steps that lead here, [${computed.join(', ')}], or be left out`,
      found: `[${given.join(', ')}]`,
    });
  }
}

/** A cycle as indexes, the first of them again at its end; undefined when there is none. */
function findCycle(successors: readonly (readonly Transition[])[]): readonly number[] | undefined {
  const done = new Set<number>();
  for (const root of successors.keys()) {
    const trail: number[] = [];
    const onTrail = new Set<number>();
    const pending: { readonly index: number; readonly depth: number }[] = [
      { index: root, depth: 0 },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      while (trail.length > next.depth) leave(trail, onTrail, done);
      if (onTrail.has(next.index)) return [...trail.slice(trail.indexOf(next.index)), next.index];
      if (done.has(next.index)) continue;
      trail.push(next.index);
      onTrail.add(next.index);
      for (const { index } of successors[next.index] ?? []) {
        pending.push({ index, depth: trail.length });
      }
    }
    while (trail.length > 0) leave(trail, onTrail, done);
  }
  return undefined;
}

function leave(trail: number[], onTrail: Set<number>, done: Set<number>): void {
  const index = trail.pop();
  if (index === undefined) return;
  onTrail.delete(index);
  done.add(index);
}
