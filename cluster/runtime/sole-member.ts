// What a heartbeat is to a node of a cluster, for one that has its store to itself.

import type { MemberClaim, Membership, MemberState } from '../core/membership.ts';

/** The leases of a node that has its store to itself: nothing to renew, and nobody to fear. */
export class SoleMember {
  readonly #onMembership: (membership: Membership) => void;
  readonly #claim: MemberClaim;
  membership: Membership = { version: 0, members: [] };
  state: MemberState = 'joining';

  constructor(nodeId: string, onMembership: (membership: Membership) => void) {
    this.#onMembership = onMembership;
    this.#claim = {
      id: nodeId,
      state: 'joining',
      weight: 1,
      http: '',
      grpc: '',
      connected: true,
      voters: [],
      version: '',
    };
  }

  readonly leaseAgeMs = 0;

  isSure(): boolean {
    return true;
  }

  async join(): Promise<void> {
    this.#become('active');
  }

  async startLeaving(): Promise<void> {
    this.#become('leaving');
  }

  async leave(): Promise<void> {}

  hear(): void {}

  stop(): void {}

  #become(state: MemberState): void {
    this.state = state;
    const member = { ...this.#claim, state, leaseEndsMs: Number.MAX_SAFE_INTEGER };
    this.membership = { version: this.membership.version + 1, members: [member] };
    this.#onMembership(this.membership);
  }
}
