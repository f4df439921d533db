// The timers of one shard: fires those that are due, and keeps the near future in memory.
//
//   T1  A timer is never handed out before its due time on the wall clock.
//   T2  A timer that is handed out stays in the store until the commit of the turn that takes it (promise P3).

import { type Timer, Timers } from '../core/timers.ts';
import { parseTimerKey, timerLimit } from '../core/row-key.ts';
import type { CancelAlarm } from '../port/alarms.ts';
import { settle } from './loader.ts';
import type { ShardServices } from './services.ts';

/** How far ahead timers are held in memory, and how many at most. */
const AHEAD_MS = 600_000;
const AHEAD_TIMERS = 10_000;
/** Timers handed out in one go, so that a crowd does not hold up everything else. */
const FIRE_AT_ONCE = 512;
/** Wait after the store did not give timers out. */
const RELOAD_MS = 500;
/** Longest alarm; it is set again when it rings early. */
const ALARM_MAX_MS = 3_600_000;

export class ShardTimers {
  readonly #shard: number;
  readonly #services: ShardServices;
  readonly #timers = new Timers();
  readonly #fire: (timer: Timer) => void;
  #alarm: CancelAlarm | undefined;
  #alarmAtMs = Number.POSITIVE_INFINITY;
  #stopped = false;
  #loading = false;
  /** Handed out, and still in the store: their commit has not been answered. */
  readonly #handed = new Set<string>();

  constructor(shard: number, services: ShardServices, fire: (timer: Timer) => void) {
    this.#shard = shard;
    this.#services = services;
    this.#fire = fire;
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Reads the next stretch of timers from the store. Call once when the shard opens. */
  load(): Promise<void> | undefined {
    this.#loading = true;
    const untilMs = this.#services.clock.wallMs() + AHEAD_MS;
    const limit = AHEAD_TIMERS + this.#handed.size;
    const range = { from: 't/', to: timerLimit(untilMs - 1), limit };
    return settle(this.#services.store.range(this.#shard, range), (rows) => {
      const timers = rows
        .map(([key]) => ({ key, ...parseTimerKey(key) }))
        .filter(({ key }) => !this.#handed.has(key));
      // Of the last millisecond of a full page some timers may be missing: the next load begins with it.
      const last = rows.length === limit ? timers.at(-1) : undefined;
      this.#timers.setHorizon(last === undefined ? untilMs : last.dueAtMs + 1);
      for (const timer of timers) this.#timers.add(timer);
      if (last !== undefined) this.#timers.setHorizon(last.dueAtMs);
      this.#loading = false;
      this.arm();
    });
  }

  add(timer: Timer): void {
    this.#timers.add(timer);
    if (timer.dueAtMs < this.#alarmAtMs) this.arm();
  }

  remove(key: string): void {
    this.#timers.remove(key);
  }

  /** The commit of the turn that took a timer is durable. */
  done(key: string): void {
    this.#handed.delete(key);
  }

  /** Sets the one alarm of this shard for the next due timer or the next load. */
  arm(): void {
    if (this.#stopped || this.#loading) return;
    const reloadAtMs = this.#timers.horizonMs - (this.#timers.size === 0 ? 0 : 1);
    const atMs = Math.min(this.#timers.nextDueMs() ?? reloadAtMs, reloadAtMs);
    if (this.#alarm !== undefined && atMs === this.#alarmAtMs) return;
    this.#alarm?.();
    this.#alarmAtMs = atMs;
    const delayMs = Math.min(Math.max(0, atMs - this.#services.clock.wallMs()), ALARM_MAX_MS);
    this.#alarm = this.#services.alarms.after(delayMs, () => this.#ring());
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm?.();
    this.#alarm = undefined;
  }

  #ring(): void {
    this.#alarm = undefined;
    this.#alarmAtMs = Number.POSITIVE_INFINITY;
    if (this.#stopped) return;
    const nowMs = this.#services.clock.wallMs();
    for (let fired = 0; fired < FIRE_AT_ONCE; fired++) {
      const timer = this.#timers.take(nowMs);
      if (timer === undefined) break;
      this.#services.counters.timersFired++;
      this.#handed.add(timer.key);
      this.#fire(timer);
    }
    if (nowMs + 1 >= this.#timers.horizonMs) this.#reload();
    else this.arm();
  }

  /** Reads the next stretch, as soon as the store lets it. Nothing is lost meanwhile: timers are late. */
  #reload(): void {
    this.load()?.catch((error: unknown) => {
      this.#loading = false;
      this.#services.log.warn({ shard: this.#shard, err: error }, 'timers wait for the store');
      if (!this.#stopped) this.#alarm = this.#services.alarms.after(RELOAD_MS, () => this.#ring());
    });
  }
}
