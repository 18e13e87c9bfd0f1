import type { Clock, EpochMs, MonotonicMs } from '@vms/common/clock.ts';

/** Milliseconds for which the loss of a file is reported. */
export const LOSS_SHOWN_MS = 3600_000;

/** What others have done to a recording while it was written. */
export interface LostFile {
  /** Below the volume. */
  readonly path: string;
  readonly how: 'missing' | 'replaced' | 'changed';
  /** What was recorded in between may be gone. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Since when nothing of a camera has become durable: what a person means by "not recording". */
export class RecordingWatch {
  readonly #clock: Clock;
  readonly #acknowledgedAt = new Map<string, MonotonicMs>();
  readonly #lost = new Map<string, LostFile & { readonly at: MonotonicMs }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Frames of this camera are durable. */
  acknowledged(camera: string): void {
    this.#acknowledgedAt.set(camera, this.#clock.monotonic());
  }

  /** A file of this camera was deleted or changed from outside. */
  lost(camera: string, { path, how, from, to }: LostFile): void {
    this.#lost.set(camera, { path, how, from, to, at: this.#clock.monotonic() });
  }

  /** The last loss of a camera; undefined where there was none for LOSS_SHOWN_MS. */
  lostFile(camera: string): LostFile | undefined {
    const lost = this.#lost.get(camera);
    if (lost === undefined) return undefined;
    if (this.#clock.monotonic() - lost.at < LOSS_SHOWN_MS) return lost;
    this.#lost.delete(camera);
    return undefined;
  }

  /**
   * Of each of these cameras, milliseconds since its last acknowledgement; where there was none, since
   * it was first asked for here. Cameras that are not asked for any more are forgotten.
   */
  unacknowledgedMs(cameras: readonly string[]): Map<string, number> {
    const now = this.#clock.monotonic();
    const asked = new Set(cameras);
    for (const camera of this.#acknowledgedAt.keys()) {
      if (!asked.has(camera)) this.#acknowledgedAt.delete(camera);
    }
    for (const camera of this.#lost.keys()) {
      if (!asked.has(camera)) this.#lost.delete(camera);
    }
    return new Map(
      cameras.map((camera) => {
        const since = this.#acknowledgedAt.get(camera) ?? now;
        this.#acknowledgedAt.set(camera, since);
        return [camera, now - since];
      }),
    );
  }
}
