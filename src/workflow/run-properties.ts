// The part of a workflow's properties that an instance keeps.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { PropertiesRow } from './state.ts';

/** A snapshot with the part that instances started under it keep. */
export function propertiesRow(snapshot: PlainObject): PropertiesRow {
  const { create_time, owner, alerting, step_concurrency, tags, retention } = snapshot;
  const isNamed = typeof owner === 'object' && owner !== null && 'name' in owner;
  const name = isNamed ? owner['name'] : owner;
  const run = { create_time, owner: name, alerting, step_concurrency, tags, retention };
  return { snapshot, run };
}
