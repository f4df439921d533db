// How large parameters are as JSON, without writing them.

import type { JsonValue } from '../definition/json.ts';
import type { ParamDefinition } from '../definition/param-definition.ts';
import { type Evaluated, scalarText } from './evaluated.ts';
import type { Parameter } from './parameter.ts';

/** Characters that the parameters of one instance or one step may take as JSON. */
export const PARAMS_SIZE_LIMIT = 750_000;

/** Field names, mode, times and punctuation of one parameter. */
const FRAME = 130;

/** Characters of one parameter as JSON, to within the escapes in its texts. */
export function parameterSize(name: string, parameter: Parameter): number {
  const { definition, evaluated } = parameter;
  return name.length + FRAME + definitionSize(definition) + valueSize(evaluated);
}

function definitionSize(definition: ParamDefinition): number {
  switch (definition.kind) {
    case 'expression':
      return definition.expression.length;
    case 'blank':
      return 0;
    case 'literal':
      return definition.type === 'MAP'
        ? entriesSize(definition.value, (entry) => FRAME + definitionSize(entry))
        : literalSize(definition.value);
  }
}

function literalSize(value: JsonValue | ReadonlyMap<string, string>): number {
  if (value instanceof Map) return entriesSize(value, (text: string) => text.length + 2);
  if (!Array.isArray(value)) return String(value).length + 2;
  return value.reduce((size: number, item) => size + String(item).length + 3, 2);
}

/** Characters of a value as JSON, to within the escapes in its texts. */
export function valueSize(value: Evaluated): number {
  switch (value.type) {
    case 'STRING_ARRAY':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return literalSize(value.value);
    case 'MAP':
      return entriesSize(value.value, valueSize);
    case 'STRING':
    case 'LONG':
    case 'DOUBLE':
    case 'BOOLEAN':
      return (scalarText(value)?.length ?? 0) + 2;
  }
}

function entriesSize<Item>(
  entries: ReadonlyMap<string, Item>,
  itemSize: (item: Item) => number,
): number {
  let size = 2;
  for (const [key, item] of entries) size += key.length + 4 + itemSize(item);
  return size;
}
