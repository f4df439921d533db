// Where an expression stands while it is compiled.

import type { Expression } from './ast.ts';
import type { Operand } from './operand.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

export type Evaluate = (run: Run) => Operand;

export interface Place {
  readonly scope: Scope;
  /** How many values already wait for this one. */
  readonly pending: number;
  /** Compiles an expression inside another. */
  readonly compile: (node: Expression, place: Place) => Evaluate;
}

/** A place one value deeper. */
export const behind = (place: Place): Place => ({ ...place, pending: place.pending + 1 });

/** Evaluates from left to right. Members of a list do not wait for each other. */
export function compileList(
  nodes: readonly Expression[],
  place: Place,
): (run: Run) => readonly Operand[] {
  const inner = behind(place);
  const parts = nodes.map((node) => place.compile(node, inner));
  return (run) => {
    const operands: Operand[] = [];
    for (const part of parts) operands.push(part(run));
    return operands;
  };
}
