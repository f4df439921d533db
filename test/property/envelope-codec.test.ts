import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeEnvelope,
  decodeMessage,
  encodeEnvelope,
  encodeMessage,
} from '../../cluster/adapter/envelope-codec.ts';
import { Assembly, cut } from '../../cluster/adapter/fragments.ts';
import { anyEnvelope } from '../support/envelopes.ts';

test('an envelope is read as it was written, whatever its kind', () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      expect(decodeEnvelope(encodeEnvelope(envelope))).toEqual(envelope);
    }),
    { numRuns: 2_000 },
  );
});

test('bytes from elsewhere are no envelope, and never an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeEnvelope(bytes);
      decodeMessage(bytes);
    }),
    { numRuns: 5_000 },
  );
});

test('an envelope with a damaged byte is that envelope, another one or none, and never an error', () => {
  fc.assert(
    fc.property(anyEnvelope, fc.nat(), fc.nat({ max: 255 }), (envelope, at, byte) => {
      const bytes = Uint8Array.from(encodeEnvelope(envelope));
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      decodeEnvelope(bytes);
    }),
    { numRuns: 2_000 },
  );
});

test('a message of a newer layout is none', () => {
  const bytes = Uint8Array.from(encodeMessage({ kind: 'batch', envelopes: [] }));
  expect(decodeMessage(bytes)).toEqual({ kind: 'batch', envelopes: [] });
  bytes[1] = 2;
  expect(decodeMessage(bytes)).toBeUndefined();
});

/** The parts of a batch, as fragments. */
const partsOf = (bytes: Uint8Array, batch: string, size: number) =>
  cut(bytes, batch, size).flatMap((encoded) => {
    const message = decodeMessage(encoded);
    return message?.kind === 'fragment' ? [message.fragment] : [];
  });

test('parts that come in any order, some twice, make the whole once', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      fc.integer({ min: 1, max: 50 }),
      fc.infiniteStream(fc.nat()),
      (bytes, size, random) => {
        const parts = partsOf(bytes, 'a', size);
        const order = [...parts, ...parts.slice(1)]
          .map((part) => ({ part, rank: random.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        const assembly = new Assembly();
        const made = order.flatMap(({ part }) => assembly.add(part, 0) ?? []);
        expect(made.map((whole) => [...whole])[0]).toEqual([...bytes]);
      },
    ),
  );
});

test('without one part there is no whole, and what waits for it is forgotten', () => {
  const assembly = new Assembly();
  const parts = partsOf(new Uint8Array(100), 'a', 10);
  for (const part of parts.slice(1)) expect(assembly.add(part, 0)).toBeUndefined();
  expect(assembly.bytes).toBe(90);
  const [other] = partsOf(new Uint8Array(20), 'b', 10);
  if (other !== undefined) assembly.add(other, 30_001);
  expect(assembly.bytes).toBe(10);
});
