import type { Frame } from '@vms/common/frame.ts';
import { StartPoints } from '@vms/media/start-points.ts';

/**
 * The last group of pictures of one stream: from the random access point on with which decoding must
 * begin for the newest picture to be whole, audio included, so that a new subscriber starts at once.
 * Where pictures become whole gradually that is not the newest one. A GOP that outgrows the budget is
 * given up whole, since a part of it cannot be decoded: the subscriber then waits for the next.
 */
export class GopCache {
  readonly #maxBytes: number;
  readonly #starts = new StartPoints();
  #frames: Frame[] = [];
  /** Position of the first frame. */
  #first = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Empty, or starting with a random access point of the video. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  add(frame: Frame): void {
    if (frame.config.kind === 'video') {
      this.#starts.add(frame, this.#first + this.#frames.length);
    }
    if (this.#starts.start === undefined) return;
    this.#frames.push(frame);
    this.#bytes += frame.payload.length;
    this.#trim();
    while (this.#bytes > this.#maxBytes) {
      if (this.#starts.skip()) this.#trim();
      else this.clear();
    }
  }

  clear(): void {
    while (this.#starts.skip());
    this.#first += this.#frames.length;
    this.#frames = [];
    this.#bytes = 0;
  }

  /** What lies before the point to start with goes. */
  #trim(): void {
    const count = (this.#starts.start ?? 0) - this.#first;
    if (count <= 0) return;
    for (const frame of this.#frames.splice(0, count)) this.#bytes -= frame.payload.length;
    this.#first += count;
  }
}
