// The uuid of an attempt: a function of what names the attempt, so that it is never stored and always the same.

import { hash128 } from '../../cluster/core/hash.ts';

const ENCODER = new TextEncoder();

export interface AttemptName {
  readonly workflowUuid: string;
  readonly runId: number;
  readonly stepId: string;
  readonly attempt: number;
}

/** A UUID of version 8: the 128-bit hash of the attempt's name. */
export function stepUuid({ workflowUuid, runId, stepId, attempt }: AttemptName): string {
  const words = hash128(ENCODER.encode(`${workflowUuid}/${runId}/${stepId}/${attempt}`));
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
