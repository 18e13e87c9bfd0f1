import type { CameraTest } from '../api/types.ts';
import type { Key } from '../i18n/dictionary.ts';

/** Main profile, level 3.1: what a browser that plays H.265 at all plays. */
const H265 = 'video/mp4; codecs="hvc1.1.6.L93.B0"';

/** Whether this browser plays H.265; Safari on telephones has only the managed kind of source. */
export function playsH265(): boolean {
  const page = globalThis as { ManagedMediaSource?: typeof MediaSource };
  const source = typeof MediaSource === 'undefined' ? page.ManagedMediaSource : MediaSource;
  return source?.isTypeSupported(H265) === true;
}

/** Whether the video of a stream that works is H.265, which not every browser plays. */
export function sendsH265({ state, tracks }: CameraTest): boolean {
  return state === 'online' && tracks.find(({ kind }) => kind === 'video')?.codec === 'h265';
}

/**
 * What a browser without H.265 is told of a main stream in it: with a sub stream in another codec it
 * still shows the camera live. Undefined where there is nothing to tell.
 */
export function h265AdviceKey(
  main: CameraTest,
  sub: CameraTest | undefined,
  plays: boolean,
): Key | undefined {
  if (plays || !sendsH265(main)) return undefined;
  const hasLive = sub?.state === 'online' && !sendsH265(sub);
  return hasLive ? 'test.h265.liveBySub' : 'test.h265.do';
}
