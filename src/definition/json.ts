// JSON as it arrives: what a reader of request bodies, YAML or stored facts hands over.

/** A JSON value. A lossless reader gives bigint for whole numbers that a double cannot hold. */
export type JsonValue =
  | null
  | string
  | number
  | bigint
  | boolean
  | readonly JsonValue[]
  | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** True for an object that is neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
