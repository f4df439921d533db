import { expect, test } from 'vitest';
import { Lease, LEASE_MS } from '../../../cluster/core/lease.ts';

test('a node without a renewal is not sure', () => {
  expect(new Lease().isSure(0)).toBe(false);
});

test('a node stops to act well before its lease ends, counted from before the renewal was sent', () => {
  const lease = new Lease();
  lease.renewed(1_000);
  expect(lease.isSure(1_000 + LEASE_MS - 1_501)).toBe(true);
  expect(lease.isSure(1_000 + LEASE_MS - 1_500)).toBe(false);
});

test('a renewal that was sent before another one does not shorten the lease', () => {
  const lease = new Lease();
  lease.renewed(5_000);
  lease.renewed(1_000);
  expect(lease.isSure(9_000)).toBe(true);
});
