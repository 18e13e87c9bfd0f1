import { MediaError } from '../errors.ts';
import { ascii, box, fullBox, uint32 } from './boxes.ts';
import { encodeMovieHeader, encodeTrackBox } from './movie-boxes.ts';
import type { Mp4Track } from './track.ts';

/** Tracks of one fMP4 stream. */
export const MAX_MP4_TRACKS = 16;

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
  const header = encodeMovieHeader({ duration: 0, nextTrackId, creationTime: 0 });
  const defaults = tracks.map((track) => fullBox('trex', 0, 0, uint32(track.id, 1, 0, 0, 0)));
  const type = box('ftyp', ascii('iso6'), uint32(1), ascii('iso6cmfcmp41'));
  const movie = box('moov', header, ...tracks.map(encodeTrack), box('mvex', ...defaults));
  const bytes = new Uint8Array(type.length + movie.length);
  bytes.set(type);
  bytes.set(movie, type.length);
  return bytes;
}

function encodeTrack(track: Mp4Track): Uint8Array {
  return encodeTrackBox({
    track,
    movieDuration: 0,
    mediaDuration: 0,
    creationTime: 0,
    edits: [],
    sampleTable: [
      fullBox('stts', 0, 0, uint32(0)),
      fullBox('stsc', 0, 0, uint32(0)),
      fullBox('stsz', 0, 0, uint32(0, 0)),
      fullBox('stco', 0, 0, uint32(0)),
    ],
  });
}
