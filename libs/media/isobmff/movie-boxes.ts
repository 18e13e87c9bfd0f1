import { displaySizeOf } from '../display-size.ts';
import { box, fullBox, uint16, uint32, uint64 } from './boxes.ts';
import { encodeHandler, encodeSampleEntry } from './sample-entry.ts';
import type { Mp4Track } from './track.ts';

/** Ticks a second of a movie's own times. */
export const MOVIE_TIMESCALE = 1000;

const IDENTITY_MATRIX = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** Packed ISO 639-2 code of "und". */
const LANGUAGE_UNDETERMINED = 0x55c4;
/** Track enabled, in movie. */
const TRACK_FLAGS = 3;

export interface MovieHeader {
  /** Ticks of MOVIE_TIMESCALE; 0 where fragments follow. */
  readonly duration: number;
  readonly nextTrackId: number;
  /** Seconds since 1904-01-01 UTC; 0 is not known. */
  readonly creationTime: number;
}

/** `mvhd`: version 1, whose times have 64 bits, only where they are needed. */
export function encodeMovieHeader({
  duration,
  nextTrackId,
  creationTime,
}: MovieHeader): Uint8Array {
  const isLong = Math.max(duration, creationTime) > 0xffffffff;
  return fullBox(
    'mvhd',
    isLong ? 1 : 0,
    0,
    times(isLong, [creationTime, creationTime], uint32(MOVIE_TIMESCALE), [duration]),
    uint32(0x10000),
    uint16(0x100),
    new Uint8Array(10),
    IDENTITY_MATRIX,
    new Uint8Array(24),
    uint32(nextTrackId),
  );
}

export interface TrackBoxInput {
  readonly track: Mp4Track;
  /** Ticks of MOVIE_TIMESCALE that it is shown; 0 where fragments follow. */
  readonly movieDuration: number;
  /** Ticks of the track's timescale; 0 where fragments follow. */
  readonly mediaDuration: number;
  readonly creationTime: number;
  /** `edts`, where it has one. */
  readonly edits: readonly Uint8Array[];
  /** What stands in `stbl` behind `stsd`. */
  readonly sampleTable: readonly Uint8Array[];
}

/** `trak` of a track: header, edits, media. */
export function encodeTrackBox(input: TrackBoxInput): Uint8Array {
  const { track, movieDuration, mediaDuration, creationTime } = input;
  const { config } = track;
  const isVideo = config.kind === 'video';
  const shown = isVideo ? displaySizeOf(config) : { width: 0, height: 0 };
  const isLong = Math.max(movieDuration, creationTime) > 0xffffffff;
  const isLongMedia = Math.max(mediaDuration, creationTime) > 0xffffffff;
  const trackHeader = fullBox(
    'tkhd',
    isLong ? 1 : 0,
    TRACK_FLAGS,
    times(isLong, [creationTime, creationTime], uint32(track.id, 0), [movieDuration]),
    new Uint8Array(8),
    uint16(0, 0, isVideo ? 0 : 0x100, 0),
    IDENTITY_MATRIX,
    isVideo ? uint32(shown.width * 0x10000, shown.height * 0x10000) : uint32(0, 0),
  );
  const mediaHeader = fullBox(
    'mdhd',
    isLongMedia ? 1 : 0,
    0,
    times(isLongMedia, [creationTime, creationTime], uint32(track.timescale), [mediaDuration]),
    uint16(LANGUAGE_UNDETERMINED, 0),
  );
  const information = box(
    'minf',
    isVideo ? fullBox('vmhd', 0, 1, new Uint8Array(8)) : fullBox('smhd', 0, 0, uint32(0)),
    box('dinf', fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, 1))),
    box('stbl', fullBox('stsd', 0, 0, uint32(1), encodeSampleEntry(config)), ...input.sampleTable),
  );
  const media = box('mdia', mediaHeader, encodeHandler(config.kind), information);
  return box('trak', trackHeader, ...input.edits, media);
}

/** Creation and modification, what stands between, and the duration. */
function times(
  isLong: boolean,
  before: readonly number[],
  between: Uint8Array,
  after: readonly number[],
): Uint8Array {
  const encode = isLong ? uint64 : uint32;
  const parts = [encode(...before), between, encode(...after)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
