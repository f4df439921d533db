// How much a program may use. Every count is deterministic; only `overdue` may depend on a clock, and it is the caller's.

export interface Limits {
  /** Characters of the program text, exclusive. */
  readonly maxLength: number;
  /** Rounds of one loop. */
  readonly loopRounds: number;
  /** Elements of an array made with `new`. */
  readonly arraySize: number;
  /** Syntax nodes visited; built-in functions count more for long texts. */
  readonly visitedNodes: number;
  /** Bytes of created values, by the book: 32 per value and 2 per character. What is dropped is not given back. */
  readonly memoryBytes: number;
  /** Values waiting for others in one expression. */
  readonly stackDepth: number;
  /** Asked about every 256 visited nodes; true stops the program. */
  readonly overdue?: () => boolean;
}

export const DEFAULT_LIMITS: Limits = {
  maxLength: 10_000,
  loopRounds: 25_000,
  arraySize: 25_000,
  visitedNodes: 100_000_000,
  memoryBytes: 100_000_000,
  stackDepth: 128,
};

/** How deep brackets, blocks and assignments may nest in a program text; what a parser's own stack can bear. */
export const NESTING_LIMIT = 400;
