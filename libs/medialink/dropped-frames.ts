import type { EpochMs } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { FrameGap, SubscribeOptions } from './frame-source.ts';

/** Frames of one subscription that were dropped since its last gap was reported. */
export class DroppedFrames {
  readonly #subscription: Pick<SubscribeOptions, 'camera' | 'stream'>;
  readonly #cause: FrameGap['cause'];
  #from: EpochMs | undefined;
  #frames = 0;
  #bytes = 0;

  constructor(subscription: Pick<SubscribeOptions, 'camera' | 'stream'>, cause: FrameGap['cause']) {
    this.#subscription = subscription;
    this.#cause = cause;
  }

  /** Whether a gap is open. */
  get any(): boolean {
    return this.#from !== undefined;
  }

  /** A frame is dropped; the first one opens the gap. */
  add({ wallClock, payload }: Pick<Frame, 'wallClock' | 'payload'>): void {
    this.#from ??= wallClock;
    this.#frames++;
    this.#bytes += payload.length;
  }

  /** The gap that ends with a keyframe at `to`; counting begins again. */
  take(to: EpochMs): FrameGap {
    const { camera, stream } = this.#subscription;
    const gap = {
      camera,
      stream,
      from: this.#from ?? to,
      to,
      droppedFrames: this.#frames,
      droppedBytes: this.#bytes,
      cause: this.#cause,
    };
    this.#from = undefined;
    this.#frames = 0;
    this.#bytes = 0;
    return gap;
  }
}
