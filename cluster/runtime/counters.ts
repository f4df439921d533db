// What a node counts of itself, since it started. Plain numbers, read by metrics and by the simulator.

export class NodeCounters {
  turns = 0;
  commits = 0;
  committedRows = 0;
  commitMs = 0;
  fencedCommits = 0;
  retriedCommits = 0;
  activations = 0;
  passivations = 0;
  resident = 0;
  violations = 0;
  quarantined = 0;
  refusals = 0;
  timersFired = 0;
  effectsStarted = 0;
  lettersSent = 0;
  lettersRepeated = 0;
  /** Calls sent to other nodes, and those sent once more because no answer came. */
  callsSent = 0;
  callsRepeated = 0;
  shardsOpened = 0;
  shardsHandedOver = 0;
  /** Time in which shards that were handed over took nothing in, in milliseconds. */
  handOverMs = 0;
  leaseRenewals = 0;
  /** Renewals that failed or came too late. */
  leaseTroubles = 0;
  /** Things that the reconcile tick had to put right; 0 in a healthy run. */
  reconciled = 0;
}
