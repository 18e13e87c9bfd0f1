import type { Frame } from '@vms/common/frame.ts';
import { countsForRecovery, randomAccessOfFrame } from './random-access.ts';

/** Gradual random access points that are followed at a time; they come further apart than they last. */
export const MAX_FOLLOWED_POINTS = 16;

interface Following {
  readonly position: number;
  /** Reference pictures until the picture is whole. */
  left: number;
}

/**
 * Follows the random access points of a stream, and says with which of them decoding has to begin for
 * the newest picture to be whole: the newest closed or open one, or the newest gradual one whose
 * pictures have all come. Positions are those of the caller's list; they only grow.
 */
export class StartPoints {
  #start: number | undefined;
  /** Newer ones, whose picture is not whole yet; by position. */
  #following: Following[] = [];

  /** Where to begin; undefined before the first random access point. */
  get start(): number | undefined {
    return this.#start;
  }

  /** A picture of the video has come, and stands at this position. */
  add(picture: Frame, position: number): void {
    if (this.#following.length > 0 && picture.config.kind === 'video') {
      if (countsForRecovery(picture.config.codec, picture.payload)) this.#count();
    }
    const access = randomAccessOfFrame(picture);
    if (access === undefined) return;
    if (access.kind !== 'gradual') {
      this.#start = position;
      this.#following = [];
    } else if (this.#start === undefined) {
      this.#start = position;
    } else if (this.#following.length < MAX_FOLLOWED_POINTS) {
      this.#following.push({ position, left: access.pictures });
    }
  }

  /** Begins with a newer point although its picture is not whole yet; false where there is none. */
  skip(): boolean {
    const next = this.#following.shift();
    this.#start = next?.position;
    return next !== undefined;
  }

  #count(): void {
    let whole = 0;
    this.#following.forEach((point, index) => {
      point.left--;
      if (point.left <= 0) whole = index + 1;
    });
    if (whole === 0) return;
    this.#start = this.#following[whole - 1]?.position;
    this.#following = this.#following.slice(whole);
  }
}
