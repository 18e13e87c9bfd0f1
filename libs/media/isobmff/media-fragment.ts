import { MediaError } from '../errors.ts';
import { writeBoxHead } from './boxes.ts';

/** One access unit or audio frame. The payload is never copied nor changed. */
export interface Mp4Sample {
  /** Ticks of the track's timescale until the next sample's decode time. */
  readonly duration: number;
  /** Presentation less decode time, ticks; may be negative. */
  readonly compositionOffset: number;
  /** Sync sample. */
  readonly keyframe: boolean;
  readonly payload: Uint8Array;
}

export interface Mp4TrackFragment {
  /** `id` of its Mp4Track. */
  readonly trackId: number;
  /** Decode time of the first sample, ticks; 64 bits. */
  readonly baseMediaDecodeTime: number;
  /** In decode order; at least one. */
  readonly samples: readonly Mp4Sample[];
}

export interface MediaFragmentInput {
  /** Counts fragments; readers only show it. */
  readonly sequence: number;
  readonly tracks: readonly Mp4TrackFragment[];
}

export interface EncodedFragment {
  /** To be sent in this order: one `moof` and `mdat` header of ours, then the payloads. */
  readonly iovecs: Uint8Array[];
  readonly bytes: number;
}

/** Sizes of an `mdat` have 32 bits here. */
export const MAX_FRAGMENT_BYTES = 2 ** 32 - 1;

const TFHD_BYTES = 16;
const TFDT_BYTES = 20;
const TRUN_HEAD_BYTES = 20;
const TRUN_ROW_BYTES = 16;
/** default-base-is-moof: data offsets count from the `moof` (ISO/IEC 14496-12 §8.8.7). */
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** data-offset, and for each sample duration, size, flags, composition offset (§8.8.8). */
const TRUN_FLAGS = 0x000f01;
/** sample_depends_on = 2: an I picture (§8.8.3.1). */
const SYNC_SAMPLE = 0x02000000;
/** sample_depends_on = 1, sample_is_non_sync_sample. */
const NON_SYNC_SAMPLE = 0x01010000;

/**
 * A movie fragment: `moof` with one `traf` a track, and `mdat` with each track's payloads in a row.
 *
 * @throws MediaError `media.out-of-range` for no sample, a time that is no tick, or over 4 GiB.
 */
export function encodeMediaFragment(input: MediaFragmentInput): EncodedFragment {
  const { tracks } = input;
  if (tracks.length === 0 || tracks.some((track) => track.samples.length === 0)) {
    throw new MediaError('media.out-of-range', 'A fragment holds a sample of each track it names.');
  }
  const trafBytes = (track: Mp4TrackFragment): number =>
    8 + TFHD_BYTES + TFDT_BYTES + TRUN_HEAD_BYTES + TRUN_ROW_BYTES * track.samples.length;
  const moofBytes = tracks.reduce((sum, track) => sum + trafBytes(track), 8 + 16);
  const head = new Uint8Array(moofBytes + 8);
  const view = new DataView(head.buffer);
  const iovecs: Uint8Array[] = [head];
  let at = writeBoxHead(view, 0, moofBytes, 'moof');
  at = writeFullBoxHead(view, at, 16, 'mfhd', 0);
  view.setUint32(at, input.sequence);
  at += 4;
  let dataOffset = moofBytes + 8;
  for (const track of tracks) {
    at = writeTrackHead(view, writeBoxHead(view, at, trafBytes(track), 'traf'), track, dataOffset);
    for (const sample of track.samples) {
      at = writeSample(view, at, sample);
      dataOffset += sample.payload.length;
      iovecs.push(sample.payload);
    }
  }
  if (dataOffset > MAX_FRAGMENT_BYTES) {
    throw new MediaError('media.out-of-range', `A fragment of ${dataOffset} bytes is over 4 GiB.`);
  }
  writeBoxHead(view, at, dataOffset - moofBytes, 'mdat');
  return { iovecs, bytes: dataOffset };
}

function writeTrackHead(
  view: DataView,
  offset: number,
  track: Mp4TrackFragment,
  dataOffset: number,
): number {
  const { baseMediaDecodeTime } = track;
  if (!Number.isSafeInteger(baseMediaDecodeTime) || baseMediaDecodeTime < 0) {
    throw new MediaError('media.out-of-range', `Decode time ${baseMediaDecodeTime} is no tick.`);
  }
  let at = writeFullBoxHead(view, offset, TFHD_BYTES, 'tfhd', DEFAULT_BASE_IS_MOOF);
  view.setUint32(at, track.trackId);
  at = writeFullBoxHead(view, at + 4, TFDT_BYTES, 'tfdt', 0x01000000);
  view.setBigUint64(at, BigInt(baseMediaDecodeTime));
  const trunBytes = TRUN_HEAD_BYTES + TRUN_ROW_BYTES * track.samples.length;
  // Version 1: composition offsets are signed.
  at = writeFullBoxHead(view, at + 8, trunBytes, 'trun', 0x01000000 | TRUN_FLAGS);
  view.setUint32(at, track.samples.length);
  view.setInt32(at + 4, dataOffset);
  return at + 8;
}

function writeSample(view: DataView, at: number, sample: Mp4Sample): number {
  const { compositionOffset, duration, keyframe, payload } = sample;
  if (!Number.isInteger(duration) || duration < 0 || !Number.isInteger(compositionOffset)) {
    throw new MediaError(
      'media.out-of-range',
      `A sample of duration ${duration} and offset ${compositionOffset} has no whole ticks.`,
    );
  }
  view.setUint32(at, duration);
  view.setUint32(at + 4, payload.length);
  view.setUint32(at + 8, keyframe ? SYNC_SAMPLE : NON_SYNC_SAMPLE);
  view.setInt32(at + 12, compositionOffset);
  return at + TRUN_ROW_BYTES;
}

function writeFullBoxHead(
  view: DataView,
  offset: number,
  size: number,
  type: string,
  versionAndFlags: number,
): number {
  const at = writeBoxHead(view, offset, size, type);
  view.setUint32(at, versionAndFlags);
  return at + 4;
}
