import type { EpochMs } from '@vms/common/clock.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import type { FrameGap } from './frame-source.ts';

/** Frames of one subscription that cannot be handed on because their configuration did not come across. */
export class UncarriedFrames {
  #from: EpochMs | undefined;
  #frames = 0;
  #bytes = 0;

  /** Whether any were left out since the last gap was reported. */
  get any(): boolean {
    return this.#from !== undefined;
  }

  /** A frame is left out. */
  add(wallClock: EpochMs, bytes: number): void {
    this.#from ??= wallClock;
    this.#frames++;
    this.#bytes += bytes;
  }

  /** The gap that ends with a keyframe at `to`; counting begins again. */
  take(camera: CameraId, stream: StreamName, to: EpochMs): FrameGap {
    const gap = {
      camera,
      stream,
      from: this.#from ?? to,
      to,
      droppedFrames: this.#frames,
      droppedBytes: this.#bytes,
      cause: 'configuration',
    } as const;
    this.#from = undefined;
    this.#frames = 0;
    this.#bytes = 0;
    return gap;
  }
}
