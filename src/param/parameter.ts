// Parameters: definitions together with what they evaluated to. Results are recorded once and never change.

import type { JsonObject } from '../definition/json.ts';
import {
  type ParamDefinition,
  type ParamDefinitions,
  type ParamMode,
  paramDefinitionToJson,
} from '../definition/param-definition.ts';
import type { ParamType } from '../definition/param-type.ts';
import type { Tag } from '../definition/tag.ts';
import { type ConversionNote, type Evaluated, evaluatedToJson, valueLiteral } from './evaluated.ts';

export interface Parameter {
  /** The merged definition. */
  readonly definition: ParamDefinition;
  readonly evaluated: Evaluated;
  /** When it was evaluated, in milliseconds since 1970. */
  readonly evaluatedAtMs: number;
  /** How the result was converted to the declared type. */
  readonly note?: ConversionNote;
}

/** Parameters by name, in the order of their definitions. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** No parameters; shared. */
export const NO_PARAMETERS: Parameters = new Map();

/**
 * The definition that passes a parameter on, to the next run or to a child: a literal of its result. An IMMUTABLE
 * parameter keeps what was written and so is evaluated anew. Texts among the literals are interpolated again where
 * they arrive.
 */
export function toDefinition(parameter: Parameter): ParamDefinition {
  const { definition, evaluated } = parameter;
  if (definition.mode === 'IMMUTABLE') return definition;
  const traits = traitsOf(definition);
  if (definition.type !== 'MAP') {
    const literal = valueLiteral(evaluated, definition.type);
    return literal === undefined ? definition : { kind: 'literal', ...literal, ...traits };
  }
  if (evaluated.type !== 'MAP') return definition;
  const entries = new Map<string, ParamDefinition>();
  for (const [name, value] of evaluated.value) {
    const entry = entryDefinition(definition, name, value);
    entries.set(name, toDefinition({ ...parameter, definition: entry, evaluated: value }));
  }
  return { kind: 'literal', type: 'MAP', value: entries, ...traits };
}

/** The definitions that pass parameters on. */
export function toDefinitions(parameters: Parameters): ParamDefinitions {
  const definitions = new Map<string, ParamDefinition>();
  for (const [name, parameter] of parameters) definitions.set(name, toDefinition(parameter));
  return definitions;
}

/** The definition of an entry of a MAP: its own in a literal, the expression's traits with the value's type otherwise. */
function entryDefinition(map: ParamDefinition, name: string, value: Evaluated): ParamDefinition {
  const own = map.kind === 'literal' && map.type === 'MAP' ? map.value.get(name) : undefined;
  if (own !== undefined) return own;
  return { kind: 'blank', type: typeOf(value), ...traitsOf(map) };
}

function typeOf(value: Evaluated): ParamType {
  return value.type;
}

interface Traits {
  readonly mode?: ParamMode;
  readonly validator?: string;
  readonly tags?: readonly Tag[];
  readonly meta?: JsonObject;
}

function traitsOf(definition: ParamDefinition): Traits {
  const { mode, validator, tags, meta } = definition;
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(validator === undefined ? {} : { validator }),
    ...(tags === undefined ? {} : { tags }),
    ...(meta === undefined ? {} : { meta }),
  };
}

/** A parameter as answers show it. */
function parameterToJson(parameter: Parameter): JsonObject {
  const { meta, ...definition } = parameter.definition;
  return {
    ...paramDefinitionToJson(definition),
    evaluated_result: evaluatedToJson(parameter.evaluated),
    evaluated_time: parameter.evaluatedAtMs,
    ...meta,
    ...parameter.note,
  };
}

/** Parameters as answers show them, in order. */
export function parametersToJson(parameters: Parameters): JsonObject {
  const json: [string, JsonObject][] = [];
  for (const [name, parameter] of parameters) json.push([name, parameterToJson(parameter)]);
  return Object.fromEntries(json);
}
