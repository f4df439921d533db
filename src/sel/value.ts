// What crosses the boundary of the expression language: inputs of a program, arguments of outside functions, results.

/** Kinds of library objects: usable inside a program, never storable in a parameter. */
export type LibraryType =
  | 'DATETIME'
  | 'DATETIME_ZONE'
  | 'DATETIME_FORMATTER'
  | 'DATETIME_PROPERTY'
  | 'DATETIME_DAYS'
  | 'UUID';

/**
 * A value, immutable and tagged with its type.
 *
 * LONG is 64 bits wide. A STRING or MAP may be null: declared and never set. VOID is the result of a program whose last
 * statement has no value. ERROR is the text a program threw. A library object carries its text: a DATETIME as ISO 8601
 * with milliseconds and offset, a DATETIME_ZONE as its id, DATETIME_DAYS as an ISO period; null when it was never set.
 */
export type SelValue =
  | { readonly type: 'STRING'; readonly value: string | null }
  | { readonly type: 'LONG'; readonly value: bigint }
  | { readonly type: 'DOUBLE'; readonly value: number }
  | { readonly type: 'BOOLEAN'; readonly value: boolean }
  | { readonly type: 'STRING_ARRAY'; readonly value: readonly (string | null)[] }
  | { readonly type: 'LONG_ARRAY'; readonly value: readonly bigint[] }
  | { readonly type: 'DOUBLE_ARRAY'; readonly value: readonly number[] }
  | { readonly type: 'BOOLEAN_ARRAY'; readonly value: readonly boolean[] }
  | { readonly type: 'MAP'; readonly value: ReadonlyMap<string, SelValue> | null }
  | { readonly type: 'NULL' }
  | { readonly type: 'VOID' }
  | { readonly type: 'ERROR'; readonly text: string }
  | { readonly type: LibraryType; readonly text: string | null };

export type SelType = SelValue['type'];

/** An outside function's refusal; the expression fails with its message. */
export interface SelFailure {
  readonly type: 'FAILURE';
  readonly message: string;
}
