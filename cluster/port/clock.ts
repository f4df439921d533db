// Time as the runtime may know it. Everything that asks for time, waits or draws a number does so through these ports,
// which is why a whole node can run under virtual time from one seed.

/** Reads time. */
export interface Clock {
  /** Milliseconds since 1970 (whole), for what is stored and shown. May jump. */
  wallMs(): number;
  /** Milliseconds (with fraction) that never fall and never jump, for durations and deadlines. */
  monotonicMs(): number;
}
