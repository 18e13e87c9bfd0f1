import type { EpochMs } from '@vms/common/clock.ts';
import { MediaError } from '../errors.ts';
import { ascii, box, fullBox, uint16, uint32, uint64 } from './boxes.ts';
import { MAX_MP4_TRACKS } from './init-segment.ts';
import { encodeMovieHeader, encodeTrackBox, MOVIE_TIMESCALE } from './movie-boxes.ts';
import type { SampleTable } from './sample-table.ts';
import type { Mp4Track } from './track.ts';

/** Seconds from 1904-01-01, from which MP4 counts, to 1970-01-01. */
const SECONDS_1904_TO_1970 = 2_082_844_800;
/** Size 1, type, and 64 bits of the real size (ISO/IEC 14496-12 §4.2.2). */
const MDAT_HEAD_BYTES = 16;
/** "From the first sample on": the media time of an empty edit. */
const EMPTY_EDIT = 0xffffffff;

/** A plain MP4 file begins so; media follow at once, and the size is patched when it is known. */
export function encodeMovieStart(): { readonly bytes: Uint8Array; readonly mdatOffset: number } {
  const type = box('ftyp', ascii('isom'), uint32(0x200), ascii('isomiso2mp41'));
  const bytes = new Uint8Array(type.length + MDAT_HEAD_BYTES);
  bytes.set(type);
  bytes.set(encodeMdatHead(MDAT_HEAD_BYTES), type.length);
  return { bytes, mdatOffset: type.length };
}

/** The head of an `mdat` box of so many bytes, itself included. */
export function encodeMdatHead(bytes: number): Uint8Array {
  const head = new Uint8Array(MDAT_HEAD_BYTES);
  head.set(uint32(1));
  head.set(ascii('mdat'), 4);
  head.set(uint64(bytes), 8);
  return head;
}

/** A track with its closed table. */
export interface MovieTrack {
  readonly track: Mp4Track;
  readonly table: SampleTable;
}

/**
 * `moov` of a plain MP4 file (ISO/IEC 14496-12), which stands behind the media. Tracks that begin
 * later than the movie, or whose samples are reordered, get an edit list that puts them right.
 *
 * @param startedAt when its first picture was taken
 * @throws MediaError `media.out-of-range` for no track, or too many
 */
export function encodeMovie(tracks: readonly MovieTrack[], startedAt: EpochMs): Uint8Array {
  if (tracks.length === 0 || tracks.length > MAX_MP4_TRACKS) {
    throw new MediaError(
      'media.out-of-range',
      `A movie takes 1 to ${MAX_MP4_TRACKS} tracks, not ${tracks.length}.`,
    );
  }
  const creationTime = Math.max(0, Math.floor(startedAt / 1000) + SECONDS_1904_TO_1970);
  const boxes = tracks.map(({ track, table }) => {
    const shownFrom = movieTicks(table.start, track);
    const shown = movieTicks(table.duration, track);
    return {
      end: shownFrom + shown,
      bytes: encodeTrackBox({
        track,
        movieDuration: shownFrom + shown,
        mediaDuration: table.duration + table.delay,
        creationTime,
        edits: editsOf(shownFrom, shown, table.delay),
        sampleTable: table.encode(),
      }),
    };
  });
  const nextTrackId = Math.max(...tracks.map(({ track }) => track.id)) + 1;
  const duration = Math.max(...boxes.map(({ end }) => end));
  const header = encodeMovieHeader({ duration, nextTrackId, creationTime });
  return box('moov', header, ...boxes.map(({ bytes }) => bytes));
}

function movieTicks(ticks: number, { timescale }: Mp4Track): number {
  return Math.round((ticks * MOVIE_TIMESCALE) / timescale);
}

/** `edts` (§8.6.6): nothing until `from`, then the media from their first shown sample. */
function editsOf(from: number, duration: number, delay: number): Uint8Array[] {
  if (from === 0 && delay === 0) return [];
  const rate = uint16(1, 0);
  const entries: Uint8Array[] = [];
  if (from > 0) entries.push(uint32(from, EMPTY_EDIT), rate);
  entries.push(uint32(duration, delay), rate);
  return [box('edts', fullBox('elst', 0, 0, uint32(entries.length / 2), ...entries))];
}
