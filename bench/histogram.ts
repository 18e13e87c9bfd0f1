/** A histogram as Prometheus' text format gives it: counts up to each bound, cumulative. */
export interface Histogram {
  readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
}

/** Reads one histogram; all its label sets that contain `labels` together. Empty where there is none. */
export function readHistogram(text: string, name: string, labels = ''): Histogram {
  const counts = new Map<number, number>();
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}_bucket{`) || !line.includes(labels)) continue;
    const [, bound = ''] = /le="([^"]+)"/.exec(line) ?? [];
    const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    const value = Number(line.slice(line.lastIndexOf(' ') + 1));
    counts.set(upTo, (counts.get(upTo) ?? 0) + value);
  }
  const buckets = [...counts].map(([upTo, count]) => ({ upTo, count }));
  return { buckets: buckets.sort((a, b) => a.upTo - b.upTo) };
}

/** What was observed between two readings. */
export function subtractHistogram(after: Histogram, before: Histogram): Histogram {
  const earlier = new Map(before.buckets.map(({ upTo, count }) => [upTo, count]));
  return {
    buckets: after.buckets.map(({ upTo, count }) => ({
      upTo,
      count: count - (earlier.get(upTo) ?? 0),
    })),
  };
}

export function countOf({ buckets }: Histogram): number {
  return buckets.at(-1)?.count ?? 0;
}

/**
 * The value below which a share of the observations lie, taken as even within a bucket, as Prometheus'
 * histogram_quantile does. Beyond the last finite bound: infinite, since nobody knows. NaN of none.
 */
export function histogramQuantile(histogram: Histogram, share: number): number {
  const total = countOf(histogram);
  if (total === 0) return Number.NaN;
  const rank = share * total;
  let [below, from] = [0, 0];
  for (const { upTo, count } of histogram.buckets) {
    if (count >= rank) {
      if (upTo === Number.POSITIVE_INFINITY) return upTo;
      return count === below ? upTo : from + ((upTo - from) * (rank - below)) / (count - below);
    }
    [below, from] = [count, upTo];
  }
  return Number.NaN;
}
