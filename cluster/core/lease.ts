// A node's own view of its lease, on its own monotonic clock.
//
//   E1  The node stops acting before the store can let anybody else take over: it counts from before a renewal was sent,
//       and stops a margin early.
//   E2  It looks at the clock, not at a flag: a node that was frozen finds out at its first look.

/** How long a lease lasts after a renewal, in milliseconds. */
export const LEASE_MS = 6_000;
/** How long before its end the node stops to act. */
const LEASE_MARGIN_MS = 1_500;
export const RENEW_MS = 1_000;

export class Lease {
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  /** A renewal was granted. @param sentAtMs monotonic time before it was sent (E1) */
  renewed(sentAtMs: number): void {
    if (sentAtMs > this.#renewedAtMs) this.#renewedAtMs = sentAtMs;
  }

  /** Milliseconds since the newest renewal that was granted was sent. */
  ageMs(nowMs: number): number {
    return nowMs - this.#renewedAtMs;
  }

  /** May the node act? */
  isSure(nowMs: number): boolean {
    return nowMs - this.#renewedAtMs < LEASE_MS - LEASE_MARGIN_MS;
  }
}
