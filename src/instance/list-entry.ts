// The entry of an instance in the list of its workflow's instances: enough to filter a list without reading heads.

import type { Plain } from '../../cluster/core/plain.ts';
import type { InstanceHead } from './state.ts';
import { INSTANCE_STATUS_CODE } from './status.ts';

/** [status, run, create, start, end] of the latest run. */
export function encodeListEntry(head: InstanceHead): Plain {
  const { status, runId, birth, startTimeMs, endTimeMs } = head;
  return [INSTANCE_STATUS_CODE[status], runId, birth.create_time, startTimeMs, endTimeMs];
}
