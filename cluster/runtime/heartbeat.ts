// How a node stays a member: it renews its lease, and learns with each renewal who else is one.
//
//   H1  A node acts only while it is sure of its lease (cluster/core/lease.ts). When the store is out of reach it waits,
//       with everything in memory; when the store says that the lease is over, the node is (`ended`).
//   H2  A node becomes active only after it has heard itself over the transport.
//   H3  When another node's lease is about to end the next renewal comes right at its end, so that a dead node's shards
//       wait for nothing but its lease.
//   H4  A node that does not hear itself over the transport while others do gives its shards away: they would be of no use
//       with it.
//   H5  A node that is not heard while others are is accused with the next renewal, at once; the store removes whom enough
//       of its voters accuse, so that a dead node's shards need not wait for the end of its lease. A node that may have been
//       voted out does not act (cluster/core/standing.ts); one that has been starts anew.

import { Standing, VOTERS, votersOf } from '../core/standing.ts';
import { LEASE_MS, Lease, RENEW_MS } from '../core/lease.ts';
import { HEARTBEAT_MS, Suspicion } from '../core/suspicion.ts';
import {
  type Member,
  type MemberClaim,
  type Membership,
  type MemberState,
  sameIds,
} from '../core/membership.ts';
import { ClusterError } from '../core/errors.ts';
import type { ClusterEnvelope } from '../core/envelope.ts';
import type { Alarms, CancelAlarm } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { LeaseGrant, NodeLeases } from '../port/node-leases.ts';
import type { Transport } from '../port/transport.ts';
import type { NodeCounters } from './counters.ts';
import type { PlantedBugs } from './services.ts';

const RETRY_MS = 200;
/** What a node hears asks for a renewal no sooner after the last one: it may hear hundreds of others. */
const HURRY_MS = 100;
/** A lease that was renewed so lately is of a node that lives, in milliseconds of the store's clock. */
const FRESH_MS = 1.5 * RENEW_MS;
/** How long a node that starts tries to reach the store. */
const JOIN_MS = 30_000;
/** A renewal this long after the end of somebody's lease, in milliseconds, finds it ended. */
const AFTER_END_MS = 5;
/** How long a node stays without hearing itself before it gives its shards away (H4). */
const ISOLATED_MS = 5_000;

/** What a node says of itself, but for its state. */
export type MemberProfile = Pick<MemberClaim, 'weight' | 'http' | 'grpc' | 'version'>;

type OwnClaim = MemberClaim & Required<Pick<MemberClaim, 'voters'>>;

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
  readonly bugs: PlantedBugs;
  /** Open shards. */
  readonly shards: () => number;
  readonly onMembership: (membership: Membership) => void;
  /** A renewal was granted: what time the store had, and when it was sent by the monotonic clock. */
  readonly onStoreTime: (storeMs: number, sentAtMs: number) => void;
  /** The lease is sure again after it was not. */
  readonly onSure: () => void;
  /** The lease is over (H1). */
  readonly onEnded: () => void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #lease = new Lease();
  readonly #suspicion: Suspicion;
  readonly #standing = new Standing();
  #renewals = 0;
  /** What the last renewal said. */
  #said: OwnClaim;
  #accused: readonly string[] = [];
  #state: MemberState = 'joining';
  #isLeaving = false;
  #membership: Membership = { version: 0, members: [] };
  #renewal: CancelAlarm | undefined;
  /** When it rings. */
  #renewalAtMs = 0;
  /** When the last one was sent. */
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #beat: CancelAlarm | undefined;
  #renewing: Promise<void> | undefined;
  #doubted = false;
  /** Was a first lease granted? */
  #isMember = false;
  /** When the last renewal was granted, by the store's clock. */
  #grantedAtMs = 0;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#suspicion = new Suspicion(options.nodeId);
    this.#said = this.#claim();
  }

  get membership(): Membership {
    return this.#membership;
  }

  get state(): MemberState {
    return this.#state;
  }

  /** Milliseconds since the lease was renewed. */
  get leaseAgeMs(): number {
    return this.#lease.ageMs(this.#options.clock.monotonicMs());
  }

  /** H1: looks at the clock. */
  isSure(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const isStanding = this.#standing.isSure(nowMs) || this.#options.bugs.standingIgnored === true;
    const sure = isStanding && this.#lease.isSure(nowMs);
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
    this.#beatAgain();
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

  hear(heartbeat: ClusterEnvelope & { readonly kind: 'heartbeat' }): void {
    if (!this.#isMember) return;
    const { nodeId, clock } = this.#options;
    const { node, membershipVersion, beat, heard } = heartbeat;
    this.#suspicion.hear(node, beat, clock.monotonicMs());
    for (const other of heard) {
      if (other.node === nodeId) this.#standing.wasHeard(node, other.beat);
    }
    this.#reassure();
    if (node === nodeId) {
      // H2.
      if (!this.#isLeaving && this.#state !== 'active') this.#become('active');
    } else if (membershipVersion > this.#membership.version) this.#hurry();
    this.#judge();
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

  #claim(): OwnClaim {
    const { nodeId: id, profile, transport, clock } = this.#options;
    const connected = transport.isConnected && this.#suspicion.hearsItself(clock.monotonicMs());
    const voters = connected && this.#state !== 'joining' ? this.#voters() : [];
    return { ...profile(), id, state: this.#state, connected, voters };
  }

  /**
   * Not those that are dead: with them as voters a node could not be sure of its standing until their leases have ended.
   * Whoever is not heard and still renews its lease is not dead.
   */
  #voters(): readonly string[] {
    const nowMs = this.#options.clock.monotonicMs();
    const isAlive = (member: Member): boolean =>
      this.#suspicion.hears(member.id, nowMs) || this.#isFresh(member);
    return votersOf(this.#options.nodeId, this.#membership.members.filter(isAlive));
  }

  #isFresh({ leaseEndsMs }: Member): boolean {
    return leaseEndsMs - LEASE_MS > this.#grantedAtMs - FRESH_MS;
  }

  #suspects(): readonly string[] {
    return this.#suspicion.suspects(this.#membership.members, this.#options.clock.monotonicMs());
  }

  /** Is there a voter that is not heard? The store may know whether it lives. */
  #missesVoters(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    return this.#said.voters.some((id) => !this.#suspicion.hears(id, nowMs));
  }

  /** Tells the store at once what it should not learn only with the next renewal (H5). */
  #judge(): void {
    const suspects = this.#suspects();
    const isNew = suspects.some((id) => !this.#accused.includes(id)) || this.#missesVoters();
    const { connected, voters } = this.#claim();
    const isOther = connected !== this.#said.connected || !sameIds(voters, this.#said.voters);
    if (isNew || isOther) this.#hurry();
  }

  /** Renews as soon as it may. */
  #hurry(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const atMs = Math.max(nowMs, this.#sentAtMs + HURRY_MS);
    if (this.#renewal === undefined || atMs < this.#renewalAtMs) this.#schedule(atMs - nowMs);
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#renewal?.();
    this.#renewalAtMs = this.#options.clock.monotonicMs() + delayMs;
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
    this.#sentAtMs = sentAtMs;
    const claim = this.#claim();
    const accused = this.#suspects();
    if (accused.length > 0 && !sameIds(accused, this.#accused))
      log.warn({ members: accused }, 'members are not heard');
    this.#said = claim;
    this.#accused = accused;
    this.#standing.sent(claim.voters);
    this.#suspicion.sent(accused);
    try {
      const number = ++this.#renewals;
      const grant = await leases.renew(claim, LEASE_MS, { number, accused });
      if (this.#stopped) return;
      counters.leaseRenewals++;
      if (grant.answer !== 'granted') {
        this.stop();
        onEnded();
        return;
      }
      this.#standing.granted();
      this.#suspicion.granted(accused);
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
    this.#grantedAtMs = grant.storeMs;
    this.#options.onStoreTime(grant.storeMs, sentAtMs);
    const isNews = grant.membership.version > this.#membership.version;
    this.#membership = grant.membership;
    this.#options.onMembership(grant.membership);
    // Others need not wait for their next renewal to learn it.
    if (isNews && this.#beat !== undefined) this.#beatNow();
    this.#reassure();
  }

  #reassure(): void {
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

  #beatAgain(): void {
    this.#beatNow();
    this.#judge();
    const { alarms, clock, log } = this.#options;
    const silentMs = clock.monotonicMs() - this.#suspicion.heardItselfAtMs;
    if (this.#state === 'active' && silentMs > ISOLATED_MS && this.#isAlone()) {
      log.warn({}, 'node lost the transport and gives its shards away');
      this.#become('joining');
    }
    this.#beat = alarms.after(HEARTBEAT_MS, () => this.#beatAgain());
  }

  #beatNow(): void {
    const { nodeId, transport, clock, shards } = this.#options;
    const { version, members } = this.#membership;
    transport.toCluster({
      kind: 'heartbeat',
      node: nodeId,
      membershipVersion: version,
      shards: shards(),
      beat: this.#standing.sendBeat(clock.monotonicMs()),
      heard: this.#suspicion.vouches(members, VOTERS + 1),
    });
  }

  /** H4: does anybody else hear? What was said by one that may be dead, as the broker beside it, is nothing to go by. */
  #isAlone(): boolean {
    return this.#membership.members.some((member) => {
      const { id, connected, state } = member;
      return (
        id !== this.#options.nodeId && connected && state === 'active' && this.#isFresh(member)
      );
    });
  }
}

/** Why a node without a lease ends. */
export function leaseEnded(): ClusterError {
  return new ClusterError(
    'fenced',
    'the lease of this node has ended, and others have its shards; start the node anew',
  );
}
