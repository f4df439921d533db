// Chance, as a port.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A random UUID (version 4). */
  uuid(): string;
}
