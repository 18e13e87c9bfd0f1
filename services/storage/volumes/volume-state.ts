import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { WriterState } from '../writer/control-messages.ts';

/** Ticks without an acknowledgement, although frames wait, after which a volume counts as hung. */
export const HUNG_TICKS = 10;
/** And at least this long. Milliseconds. */
export const HUNG_MS = 5_000;
/** Ticks that an acknowledgement may take before it counts as late. */
export const LATE_TICKS = 4;
/** Milliseconds for which one late acknowledgement is told of. */
export const LATE_SHOWN_MS = 60_000;
/** Milliseconds that a writer has to start and recover before that is worth telling. */
const STARTING_MS = 30_000;

/** `recording`, or what stands in the way. */
export type VolumeState = 'recording' | 'full' | 'missing' | 'hung' | 'failing' | 'in-use';

export interface VolumeCondition {
  readonly state: VolumeState;
  /** Plain words; empty while all is well. */
  readonly detail: string;
}

/** What is known of a volume's writer right now, and what that means. */
export class VolumeMonitor {
  readonly #clock: Clock;
  readonly #tickMs: number;
  #told: { state: WriterState; detail: string } = { state: 'starting', detail: '' };
  #toldAt: MonotonicMs;
  #heardAt: MonotonicMs;
  #acknowledgedAt: MonotonicMs;
  #roundAt: MonotonicMs;
  #lateUntil: MonotonicMs = 0;
  #lateMs = 0;
  #ageMs = 0;
  #pendingBytes = 0;
  #linkUp = true;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#toldAt = clock.monotonic();
    this.#heardAt = this.#toldAt;
    this.#acknowledgedAt = this.#toldAt;
    this.#roundAt = this.#toldAt;
  }

  /**
   * Age of the oldest frame of the last round, milliseconds; grows while frames wait. 0 where nothing
   * was written for LATE_SHOWN_MS: the last round says nothing of now.
   */
  get acknowledgementAgeMs(): number {
    const now = this.#clock.monotonic();
    if (this.#pendingBytes > 0) return Math.max(this.#ageMs, now - this.#acknowledgedAt);
    return now - this.#roundAt > LATE_SHOWN_MS ? 0 : this.#ageMs;
  }

  /** Milliseconds from which an acknowledgement is late. */
  get lateAfterMs(): number {
    return this.#tickMs * LATE_TICKS;
  }

  told(state: WriterState, detail: string): void {
    this.#told = { state, detail };
    this.#toldAt = this.#clock.monotonic();
    this.#acknowledgedAt = this.#toldAt;
    this.heard();
  }

  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  alive(pendingBytes: number, linkUp: boolean): void {
    this.heard();
    if (this.#pendingBytes === 0) this.#acknowledgedAt = this.#heardAt;
    this.#pendingBytes = pendingBytes;
    this.#linkUp = linkUp;
  }

  acknowledged(ageMs: number): void {
    this.heard();
    this.#acknowledgedAt = this.#heardAt;
    this.#roundAt = this.#heardAt;
    this.#ageMs = ageMs;
    if (ageMs <= this.lateAfterMs) return;
    this.#lateUntil = this.#heardAt + LATE_SHOWN_MS;
    this.#lateMs = ageMs;
  }

  condition(): VolumeCondition {
    const now = this.#clock.monotonic();
    const patience = Math.max(HUNG_MS, this.#tickMs * HUNG_TICKS);
    const { state, detail } = this.#told;
    if (state === 'starting') {
      if (now - this.#toldAt < STARTING_MS) return { state: 'recording', detail: '' };
      return { state: 'hung', detail: 'The writer has not finished its recovery for 30 s.' };
    }
    if (now - this.#heardAt > patience) {
      const seconds = Math.round((now - this.#heardAt) / 1000);
      return {
        state: 'hung',
        detail: `The disk has not responded for ${seconds} s. Frames that no longer fit the queue are lost; other volumes go on.`,
      };
    }
    if (state !== 'recording') return { state, detail };
    if (this.#pendingBytes > 0 && now - this.#acknowledgedAt > patience) {
      const seconds = Math.round((now - this.#acknowledgedAt) / 1000);
      return { state: 'hung', detail: `The disk has not confirmed anything for ${seconds} s.` };
    }
    return { state: 'recording', detail: '' };
  }

  health(): HealthCheck {
    const { state, detail } = this.condition();
    if (state !== 'recording') return { status: 'failing', message: detail };
    if (this.#clock.monotonic() < this.#lateUntil) {
      return {
        status: 'degraded',
        message: `The disk is slow: an acknowledgement took ${Math.round(this.#lateMs)} ms.`,
      };
    }
    if (!this.#linkUp) {
      return { status: 'degraded', message: 'The writer has no connection to ingest.' };
    }
    return { status: 'ok' };
  }
}
