// Plain values: what rows, messages, replies and effects are made of.
//
// They survive a round trip through the row codec unchanged and may be shared between turns, because nobody mutates one.

/** A value without behaviour. `undefined` fields of an object are dropped when it is written. */
export type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

/** A plain object. */
export type PlainObject = { readonly [name: string]: Plain | undefined };

/** A zero with a sign, which formats without one for whole numbers lose. */
export function isNegativeZero(value: unknown): boolean {
  return value === 0 && Object.is(value, -0);
}

/** Is there a negative zero anywhere in a value? Asked of every row and every answer. */
export function holdsNegativeZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isNegativeZero(value);
  if (value instanceof Uint8Array) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (holdsNegativeZero(item)) return true;
    return false;
  }
  for (const name in value) {
    if (holdsNegativeZero((value as { readonly [name: string]: unknown })[name])) return true;
  }
  return false;
}
