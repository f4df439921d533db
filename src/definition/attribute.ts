// Attributes: settings of a workflow or a step that a definition fixes, or leaves to the parameters of each run, such as
// a timeout of `${hours}h`.

import type { Problem } from './problem.ts';

export type Attribute<Value> =
  | { readonly kind: 'fixed'; readonly value: Value }
  | WrittenAttribute<Value>;

/** An attribute with names of workflow parameters in it. */
export interface WrittenAttribute<Value> {
  readonly kind: 'written';
  /** Where it stands, for problems. */
  readonly path: string;
  /** Texts in which the names are to be replaced. */
  readonly texts: readonly string[];
  /** What the texts, in the same order, come to once that is done. */
  readonly read: (texts: readonly string[]) => AttributeValue<Value>;
  /** Stands in when a name is unknown or the texts come to nothing; left out: that is a problem. */
  readonly otherwise?: Value;
}

export type AttributeValue<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** An attribute that is the same in every run. */
export function fixed<Value>(value: Value): Attribute<Value> {
  return { kind: 'fixed', value };
}
