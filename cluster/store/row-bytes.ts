// Rows as bytes, as the stores need them: the adapter that makes them is handed in.

import type { Plain } from '../core/plain.ts';

/** How rows become bytes. */
export interface RowBytes {
  /** Never empty. */
  encode(value: Plain): Uint8Array;
  /** Throws `store-corrupt` for damaged bytes, `store-version` for those of a newer Baton. */
  decode(bytes: Uint8Array): Plain;
}
