// The error codes of the engine: why a command or a question was refused. Nothing was changed in any of these cases.

const ENGINE_ERROR_CODES = [
  'invalid',
  'invalid-status',
  'not-found',
  'conflict',
  'precondition-failed',
] as const;

/**
 * - `invalid`: the request is wrong in itself
 * - `invalid-status`: the instance, run or step is in a status that does not allow it
 * - `not-found`: there is no such thing
 * - `conflict`: something else is under way that excludes it
 * - `precondition-failed`: what exists contradicts it
 */
export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number];

/** Is the value one of the codes? */
export function isEngineErrorCode(value: unknown): value is EngineErrorCode {
  return ENGINE_ERROR_CODES.some((code) => code === value);
}
