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
