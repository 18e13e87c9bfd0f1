/** Milliseconds between two looks. */
const LOOK_MS = 250;
/** Milliseconds for which the picture may stand before a hole: hls.js passes over most sooner. */
export const HOLE_STALL_MS = 3000;
/** Seconds behind the far side of a hole, so that rounding leaves nothing of it. */
const PAST_HOLE_SECONDS = 0.05;

type WatchedVideo = Pick<
  HTMLVideoElement,
  'buffered' | 'currentTime' | 'ended' | 'paused' | 'readyState' | 'seeking'
>;

/**
 * Passes over places that no browser has both sound and picture of, where hls.js waits for good: it
 * does so for those that it knows to be partly loaded, and that depends on what came first.
 *
 * @returns what ends it
 */
export function watchHoles(video: WatchedVideo, now: () => number): () => void {
  let stood: { at: number; since: number } | undefined;
  const look = (): void => {
    const waits = !video.paused && !video.ended && !video.seeking && video.readyState < 3;
    if (!waits) {
      stood = undefined;
      return;
    }
    if (stood?.at !== video.currentTime) stood = { at: video.currentTime, since: now() };
    if (now() - stood.since < HOLE_STALL_MS) return;
    const next = nextStart(video.buffered, video.currentTime);
    if (next === undefined) return;
    stood = undefined;
    video.currentTime = next + PAST_HOLE_SECONDS;
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}

function nextStart(buffered: TimeRanges, after: number): number | undefined {
  for (let index = 0; index < buffered.length; index++) {
    const start = buffered.start(index);
    if (start > after) return start;
  }
  return undefined;
}
