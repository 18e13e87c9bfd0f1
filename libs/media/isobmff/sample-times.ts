/** Times of one sample, ticks of its track. */
export interface SampleTime {
  readonly duration: number;
  /** Never negative. */
  readonly compositionOffset: number;
}

/** Times of a row of samples. */
export interface SampleTimes {
  readonly baseMediaDecodeTime: number;
  /** In decode order, as the samples. */
  readonly samples: readonly SampleTime[];
}

/**
 * Decode times out of presentation times alone, for a container that keeps only those. The n-th
 * sample in decode order is decoded at the n-th smallest presentation time, less the delay that
 * reordering needs: none without B-frames. (Negative offsets would need no delay, but FFmpeg then
 * shows pictures late.)
 *
 * `presentation` are times in decode order, from one random access point to before the next;
 * `end` is where the next row starts, or where the last sample's display ends.
 */
export function sampleTimesOf(presentation: readonly number[], end: number): SampleTimes {
  const sorted = presentation.toSorted((a, b) => a - b);
  let delay = 0;
  presentation.forEach((pts, index) => {
    delay = Math.max(delay, (sorted[index] ?? pts) - pts);
  });
  const samples = presentation.map((pts, index) => {
    const decode = sorted[index] ?? pts;
    const next = sorted[index + 1] ?? Math.max(end, decode);
    return { duration: next - decode, compositionOffset: pts - decode + delay };
  });
  return { baseMediaDecodeTime: (sorted[0] ?? 0) - delay, samples };
}
