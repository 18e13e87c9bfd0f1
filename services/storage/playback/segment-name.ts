import { PlaybackError } from '../playback-error.ts';

/**
 * A media segment: fragments `first` to before `first + count` of a run, its pictures those of the
 * video track `video`. Undefined where the run has no more than one.
 */
export interface SegmentAddress {
  /** `run_…` */
  readonly run: string;
  readonly first: number;
  readonly count: number;
  readonly video?: number | undefined;
}

/** What a name below `/media/v1/<token>/` asks for. */
export type MediaName =
  | { readonly kind: 'playlist' }
  | { readonly kind: 'init'; readonly run: string; readonly video?: number | undefined }
  | { readonly kind: 'segment'; readonly address: SegmentAddress }
  | { readonly kind: 'file' };

/** Fragments of one segment: 27 minutes at the default tick, 2 at the shortest; a longer GOP is cut. */
export const MAX_FRAGMENTS_PER_SEGMENT = 4096;

const RUN_PREFIX = 'run_';
const INIT = /^init-([a-z2-7]{16})(?:-v([1-9]))?\.mp4$/;
const SEGMENT = /^seg-([a-z2-7]{16})-(0|[1-9]\d{0,8})-([1-9]\d{0,3})(?:-v([1-9]))?\.m4s$/;

/**
 * Names hold all that is needed to make what they name, so that any process can answer for any
 * other's playlist, also after a restart.
 */
export function segmentName({ run, first, count, video }: SegmentAddress): string {
  return `seg-${run.slice(RUN_PREFIX.length)}-${first}-${count}${videoSuffix(video)}.m4s`;
}

export function initName(run: string, video?: number): string {
  return `init-${run.slice(RUN_PREFIX.length)}${videoSuffix(video)}.mp4`;
}

function videoSuffix(video: number | undefined): string {
  return video === undefined ? '' : `-v${video}`;
}

function videoOf(digit: string | undefined): { readonly video?: number } {
  return digit === undefined ? {} : { video: Number(digit) };
}

/** @throws PlaybackError `playback.bad-address` */
export function parseMediaName(name: string): MediaName {
  if (name === 'index.m3u8') return { kind: 'playlist' };
  if (name === 'recording.mkv') return { kind: 'file' };
  const [, initRun, initVideo] = INIT.exec(name) ?? [];
  if (initRun !== undefined) {
    return { kind: 'init', run: RUN_PREFIX + initRun, ...videoOf(initVideo) };
  }
  const [, run, first, count, video] = SEGMENT.exec(name) ?? [];
  if (run !== undefined && Number(count) <= MAX_FRAGMENTS_PER_SEGMENT) {
    const address = {
      run: RUN_PREFIX + run,
      first: Number(first),
      count: Number(count),
      ...videoOf(video),
    };
    return { kind: 'segment', address };
  }
  throw new PlaybackError('playback.bad-address', {
    happened: 'There is nothing at this address.',
    remedy: 'Open the recording again from its page.',
  });
}
