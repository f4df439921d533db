// Parameters that exist without anybody declaring them: those of every workflow, of every step, and of the step types
// that need some. They are not stored with an instance; merging and evaluation look here.

import {
  NO_PARAMS,
  type ParamDefinition,
  type ParamDefinitions,
} from '../definition/param-definition.ts';
import type { ParamType } from '../definition/param-type.ts';
import { mergeParams } from './merge.ts';
import type { InternalMode } from './source.ts';

/** A date in a zone, from an instant: both written as expressions. */
function dateText(instant: string, zone: string, pattern: string): string {
  return `return ${instant}.withZone(${zone}).toString('${pattern}');`;
}

const RUN_INSTANT = 'new DateTime(RUN_TS)';
const HOUR_INSTANT = 'new DateTime(DERIVED_RUN_TS)';
const CRON_ZONE = 'DateTimeZone.forID(WORKFLOW_CRON_TIMEZONE)';
const PACIFIC = "DateTimeZone.forID('America/Los_Angeles')";
const UTC = 'DateTimeZone.UTC';
const DATE = 'yyyyMMdd';
const HOUR = 'HH';

function onStart(expression: string, type: ParamType = 'STRING'): ParamDefinition {
  return { kind: 'expression', type, expression, mode: 'MUTABLE_ON_START' };
}

function reserved(expression: string, type: ParamType = 'STRING'): ParamDefinition {
  return { kind: 'expression', type, expression, meta: internal('RESERVED') };
}

function internal(mode: InternalMode): { readonly internal_mode: InternalMode } {
  return { internal_mode: mode };
}

const WORKFLOW: Readonly<Record<string, ParamDefinition>> = {
  DSL_DEFAULT_TZ: onStart(
    "String zone = params.getFromInstance('FIRST_TIME_TRIGGER_TIMEZONE'); return zone.isEmpty() ? 'UTC' : zone;",
  ),
  WORKFLOW_CRON_TIMEZONE: onStart(
    "String zone = params.getFromInstance('INITIATOR_TIMEZONE'); return zone.isEmpty() ? DSL_DEFAULT_TZ : zone;",
  ),
  RUN_TS: onStart('return System.currentTimeMillis();', 'LONG'),
  TARGET_RUN_DATE: onStart(dateText(RUN_INSTANT, CRON_ZONE, DATE)),
  TARGET_RUN_HOUR: onStart(dateText(RUN_INSTANT, CRON_ZONE, HOUR)),
  DERIVED_RUN_TS: onStart(
    `return DateTimeFormat.forPattern('yyyyMMddHH').withZone(${CRON_ZONE}).parseMillis(TARGET_RUN_DATE + TARGET_RUN_HOUR);`,
    'LONG',
  ),
  DERIVED_RUN_DATE_US_PACIFIC: onStart(dateText(HOUR_INSTANT, PACIFIC, DATE)),
  DERIVED_RUN_DATE_US_PACIFIC_MINUS_ONE: onStart(
    `return ${HOUR_INSTANT}.withZone(${PACIFIC}).minusDays(1).toString('${DATE}');`,
  ),
  DERIVED_RUN_DATE_UTC: onStart(dateText(HOUR_INSTANT, UTC, DATE)),
  DERIVED_RUN_DATE_UTC_MINUS_ONE: onStart(dateText(`${HOUR_INSTANT}.minusDays(1)`, UTC, DATE)),
  DERIVED_RUN_DATE_UTC_PLUS_ONE: onStart(dateText(`${HOUR_INSTANT}.plusDays(1)`, UTC, DATE)),
  DERIVED_RUN_DATE_UTC_MINUS_ONE_HOUR: onStart(
    dateText(`${HOUR_INSTANT}.minusHours(1)`, UTC, DATE),
  ),
  DERIVED_RUN_DATE_UTC_PLUS_ONE_HOUR: onStart(dateText(`${HOUR_INSTANT}.plusHours(1)`, UTC, DATE)),
  DERIVED_RUN_HOUR_US_PACIFIC: onStart(dateText(HOUR_INSTANT, PACIFIC, HOUR)),
  DERIVED_RUN_HOUR_UTC: onStart(dateText(HOUR_INSTANT, UTC, HOUR)),
  DERIVED_RUN_HOUR_UTC_MINUS_ONE_HOUR: onStart(
    dateText(`${HOUR_INSTANT}.minusHours(1)`, UTC, HOUR),
  ),
  DERIVED_RUN_HOUR_UTC_PLUS_ONE_HOUR: onStart(dateText(`${HOUR_INSTANT}.plusHours(1)`, UTC, HOUR)),
  LOCAL_RUN_DATE: onStart(dateText(RUN_INSTANT, CRON_ZONE, DATE)),
  RUN_DATE: onStart(dateText(RUN_INSTANT, UTC, DATE)),
  RUN_DATE_MINUS_1: onStart(dateText(`${RUN_INSTANT}.minusDays(1)`, UTC, DATE)),
  RUN_DATE_MINUS_7: onStart(dateText(`${RUN_INSTANT}.minusDays(7)`, UTC, DATE)),
  ['job_template_version']: { kind: 'blank', type: 'STRING', meta: internal('OPTIONAL') },
  owner: reserved("return params.getFromInstance('owner');"),
  workflow_id: reserved("return params.getFromInstance('workflow_id');"),
};

const STEP: Readonly<Record<string, ParamDefinition>> = {
  workflow_instance_id: reserved("return params.getFromInstance('workflow_instance_id');", 'LONG'),
  step_instance_uuid: reserved("return params.getFromStep('step_instance_uuid');"),
  step_attempt_id: reserved("return params.getFromStep('step_attempt_id');", 'LONG'),
  step_id: reserved("return params.getFromStep('step_id');"),
};

const LOOP: Readonly<Record<string, ParamDefinition>> = {
  loop_params: {
    kind: 'literal',
    type: 'MAP',
    value: NO_PARAMS,
    mode: 'MUTABLE_ON_START',
    validator: '@NotEmpty',
    meta: internal('REQUIRED'),
  },
  loop_index: {
    kind: 'literal',
    type: 'LONG',
    value: -1,
    validator: '@Min(0)',
    meta: internal('RESERVED'),
  },
};

const WHILE: Readonly<Record<string, ParamDefinition>> = {
  ...LOOP,
  condition: { kind: 'literal', type: 'BOOLEAN', value: false, meta: internal('RESERVED') },
};

const SUBWORKFLOW: Readonly<Record<string, ParamDefinition>> = {
  subworkflow_id: {
    kind: 'blank',
    type: 'STRING',
    mode: 'MUTABLE_ON_START',
    validator: '@NotEmpty',
    meta: internal('REQUIRED'),
  },
  subworkflow_version: {
    kind: 'literal',
    type: 'STRING',
    value: 'active',
    mode: 'MUTABLE_ON_START',
    validator: '@NotEmpty',
    meta: internal('PROVIDED'),
  },
};

const HTTP_TAGS = [{ name: 'http' }];

const HTTP: Readonly<Record<string, ParamDefinition>> = {
  http: {
    kind: 'literal',
    type: 'MAP',
    tags: HTTP_TAGS,
    meta: internal('REQUIRED'),
    value: new Map<string, ParamDefinition>([
      ['url', { kind: 'blank', type: 'STRING', meta: internal('REQUIRED') }],
      ['method', { kind: 'literal', type: 'STRING', value: 'GET', meta: internal('PROVIDED') }],
      [
        'headers',
        {
          kind: 'literal',
          type: 'STRING_MAP',
          value: new Map([
            ['Content-Type', 'application/json'],
            ['Accept', 'application/json'],
          ]),
          meta: internal('PROVIDED'),
        },
      ],
      ['body', { kind: 'blank', type: 'STRING', meta: internal('OPTIONAL') }],
    ]),
  },
  status_code: {
    kind: 'literal',
    type: 'LONG',
    value: 200,
    tags: HTTP_TAGS,
    meta: internal('OPTIONAL'),
  },
  response_body: {
    kind: 'literal',
    type: 'STRING',
    value: '',
    tags: HTTP_TAGS,
    meta: internal('OPTIONAL'),
  },
  state_expr: {
    kind: 'literal',
    type: 'STRING',
    value: [
      "if (status_code >= 200 && status_code < 300) { return 'DONE'; }",
      "return status_code >= 400 && status_code < 500 ? 'FATAL_ERROR' : 'USER_ERROR';",
    ].join('\n'),
    tags: HTTP_TAGS,
    meta: internal('PROVIDED'),
  },
};

function systemDefaults(raw: Readonly<Record<string, ParamDefinition>>): ParamDefinitions {
  return mergeParams(
    NO_PARAMS,
    new Map(Object.entries(raw)),
    { source: 'SYSTEM_DEFAULT' },
    { path: 'defaults', problems: [] },
  );
}

/** The parameters of every workflow, in the order in which they are shown. */
export const DEFAULT_WORKFLOW_PARAMS: ParamDefinitions = systemDefaults(WORKFLOW);

/** The parameters of every step. */
export const DEFAULT_STEP_PARAMS: ParamDefinitions = systemDefaults(STEP);

const BY_STEP_TYPE: ReadonlyMap<string, ParamDefinitions> = new Map([
  ['foreach', systemDefaults(LOOP)],
  ['while', systemDefaults(WHILE)],
  ['subworkflow', systemDefaults(SUBWORKFLOW)],
  ['http', systemDefaults(HTTP)],
]);

/** The parameters every step of a type has beside DEFAULT_STEP_PARAMS; the type in any case. */
export function stepTypeParams(stepType: string): ParamDefinitions {
  return BY_STEP_TYPE.get(stepType.toLowerCase()) ?? NO_PARAMS;
}

/** Values a dry run uses for parameters of these names and types, where a workflow declares them. */
export const DRY_RUN_PARAMS: ParamDefinitions = new Map(
  ['FROM_DATE', 'TO_DATE'].map((name) => [
    name,
    { kind: 'literal', type: 'STRING', value: '20210101' },
  ]),
);

/** The defaults among `names`; NO_PARAMS, without allocation, when there are none. */
export function pickDefaults(
  defaults: ParamDefinitions,
  ...sets: readonly ParamDefinitions[]
): ParamDefinitions {
  if (!sets.some((set) => set.size > 0)) return NO_PARAMS;
  const picked = new Map<string, ParamDefinition>();
  for (const [name, definition] of defaults) {
    if (sets.some((set) => set.has(name))) picked.set(name, definition);
  }
  return picked.size === 0 ? NO_PARAMS : picked;
}
