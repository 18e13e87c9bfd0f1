/** How a frame of sound joins the ones before. */
export interface SamplePlace {
  /** Sample at which it begins. */
  readonly start: number;
  /** Samples of silence that belong before it: 0 where it follows at once. */
  readonly silence: number;
}

export interface SampleClockOptions {
  /** Samples of a frame that cannot be divided; 1 where any number may be left out or added. */
  readonly unit: number;
  /** Samples by which the count may leave the time line before it is put right. */
  readonly tolerance: number;
  /** Samples of silence that are put in at most; a longer pause is a jump. */
  readonly maxSilence: number;
}

/**
 * Counts samples, so that frames of sound follow each other without a seam although each one's time is
 * a little off. Where the count has left the time line, silence makes up for what is missing, and what
 * is too much is left out: never more than that, and the count never goes back.
 */
export class SampleClock {
  readonly #options: SampleClockOptions;
  #next: number | undefined;

  constructor(options: SampleClockOptions) {
    this.#options = options;
  }

  /** Sample with which the next frame should begin; undefined before the first. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Whether a frame there would begin without joining what came before. */
  jumpsAt(exact: number): boolean {
    return this.#next !== undefined && exact - this.#next > this.#options.maxSilence;
  }

  /**
   * @param exact sample at which the time line puts the frame
   * @param samples length of the frame
   * @returns undefined where the frame is to be left out
   */
  place(exact: number, samples: number): SamplePlace | undefined {
    const { tolerance } = this.#options;
    const follows = this.#next;
    if (follows === undefined || this.jumpsAt(exact)) {
      const start = Math.round(exact);
      this.#next = start + samples;
      return { start, silence: 0 };
    }
    const off = exact - follows;
    // Left out whole: what remains is less than half of a frame off.
    if (off < -tolerance) return undefined;
    const silence = off > tolerance ? this.#whole(off) : 0;
    const start = follows + silence;
    this.#next = start + samples;
    return { start, silence };
  }

  /**
   * Goes on in silence up to a sample, where the sound is missing.
   * @returns samples of silence, which begin at what `next` was
   */
  pass(until: number): number {
    if (this.#next === undefined) return 0;
    const silence = this.#whole(Math.max(0, until - this.#next));
    this.#next += silence;
    return silence;
  }

  /** Begins at a sample, without what lies before. */
  jump(to: number): void {
    this.#next = Math.round(to);
  }

  #whole(samples: number): number {
    const { unit } = this.#options;
    return unit * Math.round(samples / unit);
  }
}
