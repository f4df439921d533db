// How large a definition may be. Operators may raise these; everything else about a definition is a rule, not a limit.

export interface DefinitionLimits {
  /** Steps of a definition, those inside loops included. */
  readonly steps: number;
  /** Iterations of a foreach step at a time. */
  readonly foreachConcurrency: number;
  /** Bytes of a push request as compact JSON. */
  readonly requestBytes: number;
}

/** The limits where configuration says nothing. */
export const DEFAULT_DEFINITION_LIMITS: DefinitionLimits = {
  steps: 300,
  foreachConcurrency: 500,
  requestBytes: 262_144,
};
