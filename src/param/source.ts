// Where a parameter's current definition came from. Each source is also a stage of merging with rules of its own.

import type { ParamDefinition, ParamMode } from '../definition/param-definition.ts';

const PARAM_SOURCES = [
  'SYSTEM',
  'TEMPLATE_SCHEMA',
  'SYSTEM_INJECTED',
  'SYSTEM_DEFAULT',
  'DEFINITION',
  'SIGNAL',
  'TIME_TRIGGER',
  'OUTPUT_PARAMETER',
  'LAUNCH',
  'RESTART',
  'SUBWORKFLOW',
  'TEMPLATE',
  'FOREACH',
  'WHILE',
  'WORKFLOW_PARAMETER',
] as const;

export type ParamSource = (typeof PARAM_SOURCES)[number];

/** What the system asks of a parameter it declares; gone after merging. */
export type InternalMode = 'REQUIRED' | 'OPTIONAL' | 'PROVIDED' | 'RESERVED';

const INTERNAL_MODES: ReadonlySet<unknown> = new Set([
  'REQUIRED',
  'OPTIONAL',
  'PROVIDED',
  'RESERVED',
] satisfies InternalMode[]);

const SYSTEM_SOURCES: ReadonlySet<ParamSource> = new Set([
  'SYSTEM',
  'TEMPLATE_SCHEMA',
  'SYSTEM_INJECTED',
  'SYSTEM_DEFAULT',
]);

/** True for stages in which the system itself speaks: no mode holds it back. */
export function isSystemSource(source: ParamSource): boolean {
  return SYSTEM_SOURCES.has(source);
}

/** The source a merged definition carries, if any. */
export function sourceOf(definition: ParamDefinition): ParamSource | undefined {
  const source = definition.meta?.['source'];
  return PARAM_SOURCES.find((known) => known === source);
}

/** The internal mode a definition carries, if any. */
export function internalModeOf(definition: ParamDefinition): InternalMode | undefined {
  const mode = definition.meta?.['internal_mode'];
  return isInternalMode(mode) ? mode : undefined;
}

function isInternalMode(value: unknown): value is InternalMode {
  return INTERNAL_MODES.has(value);
}

/** The mode an internal mode stands for. */
export function modeOfInternal(mode: InternalMode): ParamMode {
  return mode === 'RESERVED' ? 'CONSTANT' : 'MUTABLE';
}

const ON_START: readonly ParamMode[] = ['MUTABLE', 'MUTABLE_ON_START', 'MUTABLE_ON_START_RESTART'];
const ON_RESTART: readonly ParamMode[] = ['MUTABLE', 'MUTABLE_ON_START_RESTART'];
const ON_OUTPUT: readonly ParamMode[] = ['MUTABLE'];

/** The modes a parameter may have to be changed by `source`; `restart` when the whole merge belongs to a restart. */
export function changeableModes(source: ParamSource, restart: boolean): readonly ParamMode[] {
  if (source === 'OUTPUT_PARAMETER') return ON_OUTPUT;
  return restart || source === 'RESTART' ? ON_RESTART : ON_START;
}
