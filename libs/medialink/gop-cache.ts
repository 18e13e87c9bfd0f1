import type { Frame } from '@vms/common/frame.ts';

/**
 * The last group of pictures of one stream: from the newest video keyframe on, audio included, so
 * that a new subscriber starts at once. A GOP that outgrows the budget is given up whole, since a
 * part of it cannot be decoded: the subscriber then waits for the next keyframe.
 */
export class GopCache {
  readonly #maxBytes: number;
  #frames: Frame[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Empty, or starting with a video keyframe. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  add(frame: Frame): void {
    if (frame.config.kind === 'video' && frame.keyframe) this.clear();
    else if (this.#frames.length === 0) return;
    if (this.#bytes + frame.payload.length > this.#maxBytes) {
      this.clear();
      return;
    }
    this.#frames.push(frame);
    this.#bytes += frame.payload.length;
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
