// Logging, as a port: fields first, then a constant lower-case message. Payloads and secrets are never fields.

type LogFields = { readonly [field: string]: unknown };

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** A log that keeps nothing. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };
