import type { Clock, MonotonicMs } from '@vms/common/clock.ts';

/** Since when nothing of a camera has become durable: what a person means by "not recording". */
export class RecordingWatch {
  readonly #clock: Clock;
  readonly #acknowledgedAt = new Map<string, MonotonicMs>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Frames of this camera are durable. */
  acknowledged(camera: string): void {
    this.#acknowledgedAt.set(camera, this.#clock.monotonic());
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
    return new Map(
      cameras.map((camera) => {
        const since = this.#acknowledgedAt.get(camera) ?? now;
        this.#acknowledgedAt.set(camera, since);
        return [camera, now - since];
      }),
    );
  }
}
