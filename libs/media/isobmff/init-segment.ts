import { MediaError } from '../errors.ts';
import { ascii, box, fullBox, uint16, uint32 } from './boxes.ts';
import { encodeHandler, encodeSampleEntry } from './sample-entry.ts';
import type { Mp4Track } from './track.ts';

/** Tracks of one fMP4 stream. */
export const MAX_MP4_TRACKS = 16;

const IDENTITY_MATRIX = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const MOVIE_TIMESCALE = 1000;
/** Packed ISO 639-2 code of "und". */
const LANGUAGE_UNDETERMINED = 0x55c4;
/** Track enabled, in movie. */
const TRACK_FLAGS = 3;

/**
 * Initialization segment: `ftyp` and `moov` without samples or edit lists (ISO/IEC 14496-12 §8.16,
 * and the CMAF brand `cmfc` of ISO/IEC 23000-19 §7.2).
 */
export function encodeInitSegment(tracks: readonly Mp4Track[]): Uint8Array {
  if (tracks.length === 0 || tracks.length > MAX_MP4_TRACKS) {
    throw new MediaError(
      'media.out-of-range',
      `An fMP4 stream takes 1 to ${MAX_MP4_TRACKS} tracks, not ${tracks.length}.`,
    );
  }
  const nextTrackId = Math.max(...tracks.map((track) => track.id)) + 1;
  const header = fullBox(
    'mvhd',
    0,
    0,
    uint32(0, 0, MOVIE_TIMESCALE, 0, 0x10000),
    uint16(0x100),
    new Uint8Array(10),
    IDENTITY_MATRIX,
    new Uint8Array(24),
    uint32(nextTrackId),
  );
  const defaults = tracks.map((track) => fullBox('trex', 0, 0, uint32(track.id, 1, 0, 0, 0)));
  const type = box('ftyp', ascii('iso6'), uint32(1), ascii('iso6cmfcmp41'));
  const movie = box('moov', header, ...tracks.map(encodeTrack), box('mvex', ...defaults));
  const bytes = new Uint8Array(type.length + movie.length);
  bytes.set(type);
  bytes.set(movie, type.length);
  return bytes;
}

function encodeTrack(track: Mp4Track): Uint8Array {
  const { config } = track;
  const video = config.kind === 'video';
  const trackHeader = fullBox(
    'tkhd',
    0,
    TRACK_FLAGS,
    uint32(0, 0, track.id, 0, 0),
    new Uint8Array(8),
    uint16(0, 0, video ? 0 : 0x100, 0),
    IDENTITY_MATRIX,
    video ? uint32(config.width * 0x10000, config.height * 0x10000) : uint32(0, 0),
  );
  const mediaHeader = fullBox(
    'mdhd',
    0,
    0,
    uint32(0, 0, track.timescale, 0),
    uint16(LANGUAGE_UNDETERMINED, 0),
  );
  const sampleTable = box(
    'stbl',
    fullBox('stsd', 0, 0, uint32(1), encodeSampleEntry(config)),
    fullBox('stts', 0, 0, uint32(0)),
    fullBox('stsc', 0, 0, uint32(0)),
    fullBox('stsz', 0, 0, uint32(0, 0)),
    fullBox('stco', 0, 0, uint32(0)),
  );
  const information = box(
    'minf',
    video ? fullBox('vmhd', 0, 1, new Uint8Array(8)) : fullBox('smhd', 0, 0, uint32(0)),
    box('dinf', fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, 1))),
    sampleTable,
  );
  return box(
    'trak',
    trackHeader,
    box('mdia', mediaHeader, encodeHandler(config.kind), information),
  );
}
