// Equality of definitions: what decides whether a stage changes a parameter or only repeats it. Meta does not count.

import type {
  ParamDefinition,
  ParamDefinitions,
  ParamLiteral,
} from '../definition/param-definition.ts';
import type { Tag } from '../definition/tag.ts';

/** True when both say the same in everything but meta. */
export function sameDefinition(one: ParamDefinition, other: ParamDefinition): boolean {
  if (one === other) return true;
  return (
    one.type === other.type &&
    (one.mode ?? 'MUTABLE') === (other.mode ?? 'MUTABLE') &&
    one.validator === other.validator &&
    sameTags(one.tags ?? [], other.tags ?? []) &&
    sameBody(one, other)
  );
}

/** True when both hold the same names with the same definitions, in any order. */
export function sameEntries(one: ParamDefinitions, other: ParamDefinitions): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [name, definition] of one) {
    const match = other.get(name);
    if (match === undefined || !sameDefinition(definition, match)) return false;
  }
  return true;
}

function sameBody(one: ParamDefinition, other: ParamDefinition): boolean {
  if (one.kind === 'expression') {
    return other.kind === 'expression' && one.expression === other.expression;
  }
  if (one.kind === 'literal') return other.kind === 'literal' && sameLiteral(one, other);
  return other.kind === 'blank';
}

function sameLiteral(one: ParamLiteral, other: ParamLiteral): boolean {
  if (one.type === 'MAP') return other.type === 'MAP' && sameEntries(one.value, other.value);
  if (one.type === 'STRING_MAP') {
    return other.type === 'STRING_MAP' && sameTexts(one.value, other.value);
  }
  if (Array.isArray(one.value))
    return Array.isArray(other.value) && sameItems(one.value, other.value);
  return sameScalar(one.value, other.value);
}

function sameTexts(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) if (other.get(key) !== value) return false;
  return true;
}

function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => sameScalar(item, other[index]));
}

/** A LONG may be a number on one side and a bigint on the other. */
function sameScalar(one: unknown, other: unknown): boolean {
  if (typeof one === 'bigint' && typeof other === 'number') return one === BigInt(other);
  if (typeof one === 'number' && typeof other === 'bigint') return BigInt(one) === other;
  return one === other;
}

function sameTags(one: readonly Tag[], other: readonly Tag[]): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  const names = new Map(other.map((tag) => [tag.name, tag]));
  return one.every((tag) => {
    const match = names.get(tag.name);
    return match !== undefined && match.namespace === tag.namespace;
  });
}
