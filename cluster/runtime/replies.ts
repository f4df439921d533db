// The way back: answers and refusals for calls, whichever node they came from.

import { ClusterError } from '../core/errors.ts';
import type { PlainObject } from '../core/plain.ts';
import type { ReplyTo } from '../core/reduction.ts';
import type { Transport } from '../port/transport.ts';
import type { Asks } from './asks.ts';

/** Refusals that say nothing of the call: somebody else owns the shard, or soon will. */
const ELSEWHERE = new Set(['not-owner', 'draining', 'fenced']);

/** May the call be answered once it finds the shard's owner? */
export function isElsewhere({ code }: ClusterError): boolean {
  return ELSEWHERE.has(code);
}

export class Replies {
  readonly #nodeId: string;
  readonly #asks: Asks;
  readonly #transport: Transport;
  #onElsewhere: (ask: number, error: ClusterError) => void = (ask, error) =>
    this.#asks.reject(ask, error);

  constructor(nodeId: string, asks: Asks, transport: Transport) {
    this.#nodeId = nodeId;
    this.#asks = asks;
    this.#transport = transport;
  }

  /** Who is told when a call of this node has to be sent again (isElsewhere). */
  whenElsewhere(told: (ask: number, error: ClusterError) => void): void {
    this.#onElsewhere = told;
  }

  reply({ node, ask }: ReplyTo, value: PlainObject): void {
    if (node === this.#nodeId) this.#asks.resolve(ask, value);
    else this.#transport.toNode(node, { kind: 'reply', ask, value });
  }

  refuse({ node, ask }: ReplyTo, error: ClusterError): void {
    if (node !== this.#nodeId) {
      const { code, message, details, retryAfterMs } = error;
      this.#transport.toNode(node, { kind: 'refusal', ask, code, message, details, retryAfterMs });
    } else this.refused(ask, error);
  }

  /** A call of this node was refused. */
  refused(ask: number, error: ClusterError): void {
    if (isElsewhere(error)) this.#onElsewhere(ask, error);
    else this.#asks.reject(ask, error);
  }

  /** Does the caller still wait, as far as this node knows? */
  isAwaited({ node, ask }: ReplyTo): boolean {
    return node !== this.#nodeId || this.#asks.isPending(ask);
  }
}

/** Any failure as one that travels. */
export function asClusterError(error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ClusterError('violation', message, { cause: error });
}
