// Who or what started a run, as answers show it: {type, …}.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { ParamSource } from '../param/source.ts';
import { logEvent } from './timeline.ts';

const SOURCES: { readonly [type: string]: ParamSource | undefined } = {
  SUBWORKFLOW: 'SUBWORKFLOW',
  FOREACH: 'FOREACH',
  WHILE: 'WHILE',
  TEMPLATE: 'TEMPLATE',
  TIME: 'TIME_TRIGGER',
  SIGNAL: 'SIGNAL',
};

/** The stage of merging to which the run parameters of an initiator belong. */
export function paramSourceOf(initiator: PlainObject): ParamSource {
  return SOURCES[String(initiator['type'])] ?? 'LAUNCH';
}

/** The event that tells of a start. */
export function startEvent(initiator: PlainObject, timestamp: number): PlainObject {
  const type = initiator['type'];
  if (type === 'MANUAL') {
    const user = String(initiator['user']);
    return logEvent(timestamp, `Manually run a new workflow instance by a user [${user}]`);
  }
  return logEvent(timestamp, `Run a new workflow instance, initiated by [${String(type)}]`);
}
