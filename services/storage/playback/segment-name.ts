import { PlaybackError } from '../playback-error.ts';

/** A media segment: fragments `first` to before `first + count` of a run. */
export interface SegmentAddress {
  /** `run_…` */
  readonly run: string;
  readonly first: number;
  readonly count: number;
}

/** What a name below `/media/v1/<token>/` asks for. */
export type MediaName =
  | { readonly kind: 'playlist' }
  | { readonly kind: 'init'; readonly run: string }
  | { readonly kind: 'segment'; readonly address: SegmentAddress }
  | { readonly kind: 'file' };

/** Fragments of one segment: 32 minutes of the shortest tick, more than any GOP. */
export const MAX_FRAGMENTS_PER_SEGMENT = 4096;

const RUN_PREFIX = 'run_';
const INIT = /^init-([a-z2-7]{16})\.mp4$/;
const SEGMENT = /^seg-([a-z2-7]{16})-(0|[1-9]\d{0,8})-([1-9]\d{0,3})\.m4s$/;

/**
 * Names hold all that is needed to make what they name, so that any process can answer for any
 * other's playlist, also after a restart.
 */
export function segmentName({ run, first, count }: SegmentAddress): string {
  return `seg-${run.slice(RUN_PREFIX.length)}-${first}-${count}.m4s`;
}

export function initName(run: string): string {
  return `init-${run.slice(RUN_PREFIX.length)}.mp4`;
}

/** @throws PlaybackError `playback.bad-address` */
export function parseMediaName(name: string): MediaName {
  if (name === 'index.m3u8') return { kind: 'playlist' };
  if (name === 'recording.mkv') return { kind: 'file' };
  const [, initRun] = INIT.exec(name) ?? [];
  if (initRun !== undefined) return { kind: 'init', run: RUN_PREFIX + initRun };
  const [, run, first, count] = SEGMENT.exec(name) ?? [];
  if (run !== undefined && Number(count) <= MAX_FRAGMENTS_PER_SEGMENT) {
    const address = { run: RUN_PREFIX + run, first: Number(first), count: Number(count) };
    return { kind: 'segment', address };
  }
  throw new PlaybackError('playback.bad-address', {
    happened: 'There is nothing at this address.',
    remedy: 'Open the recording again from its page.',
  });
}
