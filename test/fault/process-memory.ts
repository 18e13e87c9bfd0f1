import { readdirSync, readFileSync } from 'node:fs';

/** Kilobytes of memory that a process occupies (VmRSS, Linux). */
export function residentKb(pid: number): number {
  return statusNumber(pid, 'VmRSS');
}

/** Threads of a process. */
export function threadsOf(pid: number): number {
  return statusNumber(pid, 'Threads');
}

/** Open descriptors of a process. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function statusNumber(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
}

/** What a process occupied when so many views had come and gone. */
export interface MemorySample {
  readonly views: number;
  readonly kb: number;
}

/** Windows into which the samples after the warm-up are divided. */
const WINDOWS = 12;
/** Share of the views after which caches, pools and the heap have their size. */
const WARM_UP = 0.25;

/**
 * Kilobytes that each view leaves behind, after the first quarter: the slope of a line through the
 * lowest sample of each of twelve windows. Between two collections the heap holds what is garbage
 * already; its lowest value in a window is the nearest to what is really kept. 0 for fewer than 3 windows.
 */
export function kbPerView(samples: readonly MemorySample[]): number {
  const last = samples.at(-1)?.views ?? 0;
  const first = last * WARM_UP;
  const width = (last - first) / WINDOWS;
  const lowest = new Map<number, MemorySample>();
  for (const sample of samples) {
    if (sample.views < first || width <= 0) continue;
    const window = Math.min(WINDOWS - 1, Math.floor((sample.views - first) / width));
    const known = lowest.get(window);
    if (known === undefined || sample.kb < known.kb) lowest.set(window, sample);
  }
  return lowest.size < 3 ? 0 : slopeOf([...lowest.values()]);
}

/** Least squares. */
function slopeOf(points: readonly MemorySample[]): number {
  const meanViews = points.reduce((sum, { views }) => sum + views, 0) / points.length;
  const meanKb = points.reduce((sum, { kb }) => sum + kb, 0) / points.length;
  let above = 0;
  let below = 0;
  for (const { views, kb } of points) {
    above += (views - meanViews) * (kb - meanKb);
    below += (views - meanViews) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
