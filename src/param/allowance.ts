// How much evaluations may take: visited nodes first, which depend on nothing but the program and its inputs, then time.
//
// Invariant: an allowance only shrinks. Whatever it cuts short in a turn is done again elsewhere with a whole one, so how
// fast this machine is decides where an expression is evaluated, and never what it comes to.

/** Nodes that the evaluations of one turn may visit together. */
export const TURN_NODES = 50_000;
/** How long they may take together, in milliseconds; the rest of the 5 that nobody may hold the event loop is for what surrounds them, and for what begins before the end. */
const TURN_MS = 2;
/** The same for an evaluation that may take its time. */
const WHOLE_NODES = 100_000_000;
const WHOLE_MS = 20_000;

export class Allowance {
  /** There is no larger one: what it cuts short has failed. */
  readonly isWhole: boolean;
  readonly #monotonicMs: (() => number) | undefined;
  readonly #mostMs: number;
  readonly #mostNodes: number;
  #nodes: number;
  #startedMs: number | undefined;

  private constructor(isWhole: boolean, nodes: number, monotonicMs?: () => number) {
    this.isWhole = isWhole;
    this.#mostNodes = nodes;
    this.#nodes = nodes;
    this.#mostMs = isWhole ? WHOLE_MS : TURN_MS;
    this.#monotonicMs = monotonicMs;
  }

  /** For evaluations that hold up others. @param monotonicMs the time, if that is to count */
  static ofTurn(monotonicMs?: () => number, nodes = TURN_NODES): Allowance {
    return new Allowance(false, nodes, monotonicMs);
  }

  /** For evaluations that hold up nobody, or can take next to nothing. @param monotonicMs the time, if that is to count */
  static whole(monotonicMs?: () => number): Allowance {
    return new Allowance(true, WHOLE_NODES, monotonicMs);
  }

  /** Nodes that are left, at least 0. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Takes nodes that were visited. */
  take(nodes: number): void {
    this.#nodes = Math.max(0, this.#nodes - nodes);
  }

  /** Time counts from now, unless it does already. */
  begin(): void {
    this.#startedMs ??= this.#monotonicMs?.();
  }

  /** Whether the time is over; never before `begin`. */
  readonly isOverdue = (): boolean => this.#spentMs() > this.#mostMs;

  /** Whether less than half is left: whatever comes next had better begin with a new one. */
  get isLow(): boolean {
    return this.#nodes * 2 < this.#mostNodes || this.#spentMs() * 2 > this.#mostMs;
  }

  #spentMs(): number {
    if (this.#startedMs === undefined || this.#monotonicMs === undefined) return 0;
    return this.#monotonicMs() - this.#startedMs;
  }
}
