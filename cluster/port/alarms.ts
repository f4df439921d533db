// Waiting, as a port.

/** Stops an alarm that has not rung; does nothing afterwards. */
export type CancelAlarm = () => void;

export interface Alarms {
  /** Rings once after at least `delayMs` (0 or more; beyond 2^31 − 1 it rings early and the caller re-arms). */
  after(delayMs: number, ring: () => void): CancelAlarm;
  /** Runs soon, after pending input and output had their turn. */
  soon(run: () => void): void;
}
