/** What a piece of work tells of its cost while it is done; it stops where that is too much. */
export interface Meter {
  /** Counts visited nodes, or work that takes as long. */
  visit(nodes: number): void;
  /** Counts created values. */
  create(values: number): void;
}
