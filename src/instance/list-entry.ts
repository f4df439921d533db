// The entry of an instance in the list of its workflow's instances: enough to filter a list without reading heads.

import type { Plain } from '../../cluster/core/plain.ts';
import type { InstanceHead } from './state.ts';
import { INSTANCE_STATUS_CODE, INSTANCE_STATUSES, type InstanceStatus } from './status.ts';

export interface InstanceListEntry {
  readonly status: InstanceStatus;
  readonly runId: number;
  readonly createTimeMs: number;
  /** 0: the run has not begun. */
  readonly startTimeMs: number;
  /** 0: the run has not ended. */
  readonly endTimeMs: number;
}

/** [status, run, create, start, end] of the latest run. */
export function encodeListEntry(head: InstanceHead): Plain {
  const { status, runId, birth, startTimeMs, endTimeMs } = head;
  return [INSTANCE_STATUS_CODE[status], runId, birth.create_time, startTimeMs, endTimeMs];
}

/** Reads an entry of the list. */
export function decodeListEntry(value: Plain): InstanceListEntry {
  const [code, runId, create, start, end]: readonly Plain[] = Array.isArray(value) ? value : [];
  return {
    status: INSTANCE_STATUSES[Number(code)] ?? 'CREATED',
    runId: Number(runId),
    createTimeMs: Number(create),
    startTimeMs: Number(start),
    endTimeMs: Number(end),
  };
}
