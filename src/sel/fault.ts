// How compiling and running a program ends early: one exception inside, one plain value outside.

/** Which sandbox limit was reached. */
export type LimitName =
  | 'length'
  | 'nesting'
  | 'loop-rounds'
  | 'array-size'
  | 'visited-nodes'
  | 'memory'
  | 'stack-depth'
  | 'time';

/**
 * Why a program was refused or failed.
 *
 * - `parse`: refused before anything ran
 * - `eval`: accepted, and failed while running
 * - `limit`: stopped by a limit of the sandbox, named in `limit`
 */
export interface SelError {
  readonly class: 'parse' | 'eval' | 'limit';
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** The piece of the program at fault, shortened to 80 characters. */
  readonly text: string;
  readonly limit?: LimitName;
}

/** A piece of program text: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Thrown inside the language only; `compile` and `evaluate` turn it into a SelError. */
export class Fault extends Error {
  readonly class: SelError['class'];
  readonly limit: LimitName | undefined;
  readonly span: Span | undefined;

  constructor(
    kind: SelError['class'],
    message: string,
    at: { readonly span?: Span; readonly limit?: LimitName } = {},
  ) {
    super(message);
    this.class = kind;
    this.limit = at.limit;
    this.span = at.span;
  }
}

/** A failure of the running program; where it happened is filled in by whoever knows. */
export function evaluationFault(message: string): Fault {
  return new Fault('eval', message);
}

export function limitFault(limit: LimitName, message: string): Fault {
  return new Fault('limit', message, { limit });
}

const TEXT_LIMIT = 80;

/** The public form of a fault. `span` is used where the fault does not say better. */
export function toSelError(fault: Fault, source: string, span: Span): SelError {
  const { start, end } = fault.span ?? span;
  const before = source.slice(0, start);
  const line = before.split(/\r\n|\r|\n/);
  const text = source.slice(start, end);
  return {
    class: fault.class,
    message: fault.message,
    line: line.length,
    column: (line.at(-1)?.length ?? 0) + 1,
    text: text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text,
    ...(fault.limit === undefined ? {} : { limit: fault.limit }),
  };
}
