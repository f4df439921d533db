// The local actor kernel behind a port: the serial loop of each activation, fair interleaving, isolation of crashes.
//
// A wake-up carries no message. The activation takes its own messages from its own bounded mailbox when it is woken.
//
//   H1  `turn` of one hosted actor is never entered twice at the same time.
//   H2  Two hosted actors that are both awake both get turns, and input and output get theirs in between.
//   H3  A `turn` that throws stops its hosted actor and calls `crashed`; nobody else notices.
//   H4  After `stop` the `turn` is not entered again.

export interface HostedTurns {
  /** Called once per wake-up. */
  turn(): void;
  crashed(error: Error): void;
}

export interface HostedActor {
  /** Asks for one call of `turn`, soon. */
  wake(): void;
  stop(): void;
}

/** The actors of one shard. */
export interface HostedShard {
  /** @param name unique among the living actors of this shard; any text */
  spawn(name: string, turns: HostedTurns): HostedActor;
  stop(): void;
}

export interface ActorHost {
  /** @param name unique within the host */
  shard(name: string): HostedShard;
  /** Wake-ups asked for and not yet served. */
  outstanding(): number;
  stop(): void;
}
