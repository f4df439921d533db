// System, Arrays and UUID.

import { method, type Method, type MethodTable, type SelClass } from './member.ts';
import type { LibraryObject } from './operand.ts';

/** A random UUID. */
export class UuidObject implements LibraryObject {
  readonly type = 'UUID';
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toText(): string {
    return this.#text;
  }
}

export const UUID_STATICS: MethodTable<unknown> = new Map([
  [
    'randomUUID',
    method<unknown>(0, (run) => {
      run.create(1);
      return new UuidObject(run.environment.uuid());
    }),
  ],
]);

export const UUID_METHODS: MethodTable<UuidObject> = new Map<string, Method<UuidObject>>([
  ...UUID_STATICS,
  ['toString', method(0, (run, self: UuidObject) => run.text(self.toText()))],
]);

export const SYSTEM_CLASSES: readonly SelClass[] = [
  {
    name: 'System',
    methods: new Map([
      ['currentTimeMillis', method<undefined>(0, (run) => BigInt(run.environment.nowMs()))],
    ]),
  },
  {
    name: 'Arrays',
    methods: new Map([['asList', method<undefined>(1, (_, _self, args) => args.at(0))]]),
  },
  {
    name: 'UUID',
    methods: UUID_STATICS,
  },
];
