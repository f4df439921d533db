// How a node stays a member: it renews its lease, and learns with each renewal who else is one.
//
//   H1  A node acts only while it is sure of its lease (cluster/core/lease.ts). When the store is out of reach it waits,
//       with everything in memory; when the store says that the lease is over, the node is (`ended`).
//   H2  A node becomes active only after it has heard itself over the transport.
//   H3  When another node's lease is about to end the next renewal comes right at its end, so that a dead node's shards
//       wait for nothing but its lease.
//   H4  A node that lost the transport while others have it gives its shards away: they would be of no use with it.

import { LEASE_MS, Lease, RENEW_MS } from '../core/lease.ts';
import type { MemberClaim, Membership, MemberState } from '../core/membership.ts';
import { ClusterError } from '../core/errors.ts';
import type { ClusterEnvelope } from '../core/envelope.ts';
import type { Alarms, CancelAlarm } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { LeaseGrant, NodeLeases } from '../port/node-leases.ts';
import type { Transport } from '../port/transport.ts';
import type { NodeCounters } from './counters.ts';

const HEARTBEAT_MS = 500;
const RETRY_MS = 200;
/** How long a node that starts tries to reach the store. */
const JOIN_MS = 30_000;
/** A renewal this long after the end of somebody's lease, in milliseconds, finds it ended. */
const AFTER_END_MS = 5;
/** How long a node stays without the transport before it gives its shards away (H4). */
const ISOLATED_MS = 5_000;

/** What a node says of itself, but for its state. */
export type MemberProfile = Pick<MemberClaim, 'weight' | 'http' | 'grpc' | 'version'>;

export interface HeartbeatOptions {
  readonly nodeId: string;
  /** Asked for with each renewal. */
  readonly profile: () => MemberProfile;
  readonly leases: NodeLeases;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly counters: NodeCounters;
  /** Open shards. */
  readonly shards: () => number;
  readonly onMembership: (membership: Membership) => void;
  /** The lease is sure again after it was not. */
  readonly onSure: () => void;
  /** The lease is over (H1). */
  readonly onEnded: () => void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #lease = new Lease();
  #state: MemberState = 'joining';
  #isLeaving = false;
  #membership: Membership = { version: 0, members: [] };
  #renewal: CancelAlarm | undefined;
  #beat: CancelAlarm | undefined;
  #renewing: Promise<void> | undefined;
  #doubted = false;
  /** Was a first lease granted? */
  #isMember = false;
  #stopped = false;
  #connectedAtMs: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#connectedAtMs = options.clock.monotonicMs();
  }

  get membership(): Membership {
    return this.#membership;
  }

  get state(): MemberState {
    return this.#state;
  }

  /** H1: looks at the clock. */
  isSure(): boolean {
    const sure = this.#lease.isSure(this.#options.clock.monotonicMs());
    if (!sure) this.#doubted = true;
    return sure;
  }

  /** Gets a first lease; waits while an earlier life of this node has one. Then renews until it is stopped. */
  async join(): Promise<void> {
    const { clock, alarms, log } = this.#options;
    const untilMs = clock.monotonicMs() + JOIN_MS;
    let waits = false;
    for (;;) {
      const sentAtMs = clock.monotonicMs();
      const grant = await this.#askToJoin(untilMs);
      if (grant?.answer === 'granted') {
        this.#granted(grant, sentAtMs);
        break;
      }
      if (grant !== undefined && !waits)
        log.info({}, 'the lease of an earlier life of this node has not ended yet');
      waits ||= grant !== undefined;
      await new Promise<void>((resolve) => {
        alarms.after(RETRY_MS, resolve);
      });
    }
    this.#schedule(RENEW_MS);
    this.#onBeat();
  }

  /** @returns undefined when the store did not answer, and may still */
  async #askToJoin(untilMs: number): Promise<LeaseGrant | undefined> {
    const { leases, clock, log } = this.#options;
    try {
      return await leases.join(this.#claim(), LEASE_MS);
    } catch (error) {
      const isHopeless = !(error instanceof ClusterError && error.retryable);
      if (isHopeless || clock.monotonicMs() >= untilMs) throw error;
      log.warn({ err: error }, 'node cannot join yet');
      return undefined;
    }
  }

  /** Gives the shards away; from now on the node stays what it is. Resolves when the store knows. */
  async startLeaving(): Promise<void> {
    this.#isLeaving = true;
    this.#state = 'leaving';
    await this.#renewing;
    await this.#renew();
  }

  /** Gives the lease up; if the store does not answer, it ends by itself. */
  async leave(): Promise<void> {
    this.stop();
    const { leases, nodeId, log } = this.#options;
    await leases.leave(nodeId).catch((error: unknown) => {
      log.warn({ err: error }, 'lease is left to end by itself');
    });
  }

  hear({ node, membershipVersion }: ClusterEnvelope & { readonly kind: 'heartbeat' }): void {
    if (!this.#isMember) return;
    if (node === this.#options.nodeId) {
      // H2.
      if (!this.#isLeaving && this.#state !== 'active') this.#become('active');
    } else if (membershipVersion > this.#membership.version) this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#renewal?.();
    this.#beat?.();
  }

  #become(state: MemberState): void {
    this.#state = state;
    this.#schedule(0);
  }

  #claim(): MemberClaim {
    const { nodeId, profile, transport } = this.#options;
    return { ...profile(), id: nodeId, state: this.#state, connected: transport.isConnected };
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#renewal?.();
    this.#renewal = this.#options.alarms.after(delayMs, () => {
      this.#renewal = undefined;
      void this.#renew();
    });
  }

  #renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewOnce(): Promise<void> {
    const { leases, clock, log, counters, onEnded } = this.#options;
    const sentAtMs = clock.monotonicMs();
    try {
      const grant = await leases.renew(this.#claim(), LEASE_MS);
      if (this.#stopped) return;
      counters.leaseRenewals++;
      if (grant.answer !== 'granted') {
        this.stop();
        onEnded();
        return;
      }
      this.#granted(grant, sentAtMs);
      this.#schedule(this.#nextDelayMs(grant));
    } catch (error) {
      counters.leaseTroubles++;
      log.warn({ err: error }, 'lease cannot be renewed');
      this.#schedule(RETRY_MS);
    }
  }

  #granted(grant: LeaseGrant, sentAtMs: number): void {
    this.#isMember = true;
    this.#lease.renewed(sentAtMs);
    this.#membership = grant.membership;
    this.#options.onMembership(grant.membership);
    if (!this.#doubted || !this.isSure()) return;
    this.#doubted = false;
    this.#options.onSure();
  }

  /** H3. */
  #nextDelayMs({ storeMs, membership }: LeaseGrant): number {
    const others = membership.members.filter(({ id }) => id !== this.#options.nodeId);
    const ends = others.map(({ leaseEndsMs }) => leaseEndsMs - storeMs + AFTER_END_MS);
    return Math.max(AFTER_END_MS, Math.min(RENEW_MS, ...ends));
  }

  #onBeat(): void {
    const { nodeId, transport, alarms, clock, shards } = this.#options;
    const nowMs = clock.monotonicMs();
    if (transport.isConnected) this.#connectedAtMs = nowMs;
    transport.toCluster({
      kind: 'heartbeat',
      node: nodeId,
      membershipVersion: this.#membership.version,
      shards: shards(),
    });
    if (this.#state === 'active' && nowMs - this.#connectedAtMs > ISOLATED_MS && this.#isAlone()) {
      this.#options.log.warn({}, 'node lost the transport and gives its shards away');
      this.#become('joining');
    }
    this.#beat = alarms.after(HEARTBEAT_MS, () => this.#onBeat());
  }

  /** H4: does anybody else have the transport? */
  #isAlone(): boolean {
    return this.#membership.members.some(
      ({ id, connected, state }) => id !== this.#options.nodeId && connected && state === 'active',
    );
  }
}

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
      version: '',
    };
  }

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

/** Why a node without a lease ends. */
export function leaseEnded(): ClusterError {
  return new ClusterError(
    'fenced',
    'the lease of this node has ended, and others have its shards; start the node anew',
  );
}
