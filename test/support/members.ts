// Members of a cluster, as tests need them: active, connected, with nothing else to say.

import type { Member, MemberClaim } from '../../cluster/core/membership.ts';

export const claimOf = (id: string, more: Partial<MemberClaim> = {}): MemberClaim => ({
  id,
  state: 'active',
  weight: 1,
  http: '127.0.0.1:1',
  grpc: '127.0.0.1:2',
  connected: true,
  voters: [],
  version: '0.1.0',
  ...more,
});

export const memberOf = (id: string, more: Partial<Member> = {}): Member => ({
  ...claimOf(id),
  leaseEndsMs: 0,
  ...more,
});
