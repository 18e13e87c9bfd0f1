import type { Frame } from '@vms/common/frame.ts';
import { countsForRecovery, randomAccessOfFrame } from '@vms/media/random-access.ts';

/**
 * Keeps what has to be decoded for a still of the newest whole picture: a keyframe alone, or the pictures
 * from a gradual random access point to the first whole one.
 */
export class Still {
  readonly #maxBytes: number;
  #frames: readonly Frame[] = [];
  /** From a gradual point on, as long as the picture is not whole. */
  #gathered: Frame[] = [];
  #gatheredBytes = 0;
  #left = 0;

  /** @param maxBytes payload of the pictures from a gradual point on; beyond, the point is given up */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** In order of decoding, the whole picture last; empty before there is one. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** A picture of the video has come. */
  add(picture: Frame): void {
    const access = randomAccessOfFrame(picture);
    if (access !== undefined && access.kind !== 'gradual') {
      this.#frames = [picture];
      this.#gathered = [];
    } else if (this.#gathered.length > 0) {
      this.#gather(picture);
    } else if (access !== undefined) {
      this.#gathered = [picture];
      this.#gatheredBytes = picture.payload.length;
      this.#left = access.pictures;
    }
  }

  #gather(picture: Frame): void {
    const { config, payload } = picture;
    this.#gathered.push(picture);
    this.#gatheredBytes += payload.length;
    if (config.kind === 'video' && countsForRecovery(config.codec, payload)) this.#left--;
    if (this.#left <= 0) this.#frames = this.#gathered;
    else if (this.#gatheredBytes <= this.#maxBytes) return;
    this.#gathered = [];
  }
}
