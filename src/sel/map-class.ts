// MAP: STRING keys in the order in which they were first put, and any values.

import { MapOperand, type Operand } from './operand.ts';
import { type MethodTable, method, type SelClass } from './member.ts';

export const MAP_METHODS: MethodTable<MapOperand> = new Map([
  ['size', method(0, (_, map: MapOperand) => BigInt(map.entries.size))],
  ['get', method(1, (_, map: MapOperand, args) => map.entries.get(args.string(0)) ?? null)],
  ['containsKey', method(1, (_, map: MapOperand, args) => map.entries.has(args.string(0)))],
  [
    'getOrDefault',
    method(2, (_, map: MapOperand, args) => {
      const found = map.entries.get(args.string(0));
      return found === undefined ? args.at(1) : found;
    }),
  ],
  [
    'put',
    method(2, (run, map: MapOperand, args): Operand => {
      const key = args.string(0);
      const previous = map.entries.get(key) ?? null;
      run.create(1);
      map.entries.set(key, args.at(1));
      return previous;
    }),
  ],
]);

/** A MAP that was never set holds nothing. */
export const UNSET_MAP_METHODS: MethodTable<undefined> = new Map([
  ['size', method<undefined>(0, () => 0n)],
  ['containsKey', method<undefined>(1, () => false)],
]);

const construct = method(0, (run) => {
  run.create(1);
  return new MapOperand();
});

/** All three names mean the same class. */
export const MAP_CLASSES: readonly SelClass[] = ['Map', 'HashMap', 'LinkedHashMap'].map((name) => ({
  name,
  construct,
}));
