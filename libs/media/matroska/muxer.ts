import type { EpochMs } from '@vms/common/clock.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import { MediaError } from '../errors.ts';
import {
  concat,
  dateElement,
  element,
  MAX_4_BYTE_SIZE,
  size8,
  stringElement,
  UNKNOWN_SIZE_8,
  uintBytes,
  uintElement,
  voidElement,
  writeId,
  writeSize,
} from './ebml.ts';
import { ELEMENT } from './elements.ts';
import { encodeTracks } from './tracks.ts';

/** Ticks of Matroska time: 100 microseconds, since the file's DateUTC. */
export type Ticks100us = number;

export const TICKS_100US_PER_MS = 10;
/** TimestampScale (RFC 9559 §5.1.2.9): a signed 16-bit block time then spans 3.2 s either way. */
export const TIMESTAMP_SCALE_NS = 100_000;
/** A block's time relative to its cluster is a signed 16-bit integer (RFC 9559 §10.2). */
export const MAX_BLOCK_RELATIVE_TICKS = 32_767;
export const MIN_BLOCK_RELATIVE_TICKS = -32_768;
/** Tracks of a file; track numbers then fit the single byte of the block header. */
export const MAX_TRACKS = 16;
/** Bytes kept free for the SeekHead that is written on close. */
export const SEEK_HEAD_RESERVED_BYTES = 120;
/** `44 89 88` and a 64-bit float: kept free until the duration is known. */
export const DURATION_RESERVED_BYTES = 11;

/** Where the parts of a header stand, in bytes from the file's first. What closing a file needs. */
export interface HeaderLayout {
  /** The eight bytes of the Segment's size. */
  readonly segmentSizeOffset: number;
  /** First byte of the Segment's content: positions in SeekHead and Cues count from here. */
  readonly segmentDataOffset: number;
  /** The Void of SEEK_HEAD_RESERVED_BYTES, or the SeekHead that took its place. */
  readonly seekHeadOffset: number;
  /** The Void of DURATION_RESERVED_BYTES, or the Duration that took its place. */
  readonly durationOffset: number;
  readonly infoOffset: number;
  readonly tracksOffset: number;
  readonly tagsOffset: number;
  /** Bytes of the whole header: the first cluster begins here. */
  readonly headerBytes: number;
}

export interface MatroskaHeaderInput {
  /** Track numbers count from 1 in this order. */
  readonly tracks: readonly CodecConfig[];
  /** Wall clock of tick 0. Kept to the microsecond. */
  readonly dateUtc: EpochMs;
  /** 16 random bytes, not all zero. */
  readonly segmentUid: Uint8Array;
  /** SimpleTags about the whole file, for instance `VMS_CAMERA`. */
  readonly tags: Readonly<Record<string, string>>;
  readonly writingApp: string;
}

export interface MatroskaHeader extends HeaderLayout {
  readonly bytes: Uint8Array;
}

/**
 * EBML header, Segment of unknown size, Void for the SeekHead, Info, Tracks and Tags: everything
 * before the first cluster. A file that is never closed is readable as it is.
 */
export function encodeHeader(input: MatroskaHeaderInput): MatroskaHeader {
  if (input.tracks.length === 0 || input.tracks.length > MAX_TRACKS) {
    throw new MediaError(
      'media.out-of-range',
      `A file takes 1 to ${MAX_TRACKS} tracks, not ${input.tracks.length}.`,
    );
  }
  if (input.segmentUid.length !== 16) {
    throw new MediaError('media.out-of-range', 'A segment UID has 16 bytes.');
  }
  const ebml = element(
    ELEMENT.EBML,
    uintElement(ELEMENT.EBMLVersion, 1),
    uintElement(ELEMENT.EBMLReadVersion, 1),
    uintElement(ELEMENT.EBMLMaxIDLength, 4),
    uintElement(ELEMENT.EBMLMaxSizeLength, 8),
    stringElement(ELEMENT.DocType, 'matroska'),
    uintElement(ELEMENT.DocTypeVersion, 4),
    uintElement(ELEMENT.DocTypeReadVersion, 2),
  );
  const segment = new Uint8Array(12);
  segment.set(UNKNOWN_SIZE_8, writeId(segment, 0, ELEMENT.Segment));
  // Duration comes last in Info, so that its place is known from the end.
  const info = element(
    ELEMENT.Info,
    element(ELEMENT.SegmentUUID, input.segmentUid),
    uintElement(ELEMENT.TimestampScale, TIMESTAMP_SCALE_NS),
    dateElement(ELEMENT.DateUTC, input.dateUtc),
    stringElement(ELEMENT.MuxingApp, input.writingApp),
    stringElement(ELEMENT.WritingApp, input.writingApp),
    voidElement(ELEMENT.Void, DURATION_RESERVED_BYTES),
  );
  const tracks = encodeTracks(input.tracks);
  const tags = encodeTags(input.tags);
  const segmentSizeOffset = ebml.length + 4;
  const segmentDataOffset = ebml.length + 12;
  const infoOffset = segmentDataOffset + SEEK_HEAD_RESERVED_BYTES;
  const tracksOffset = infoOffset + info.length;
  const tagsOffset = tracksOffset + tracks.length;
  const seekHead = voidElement(ELEMENT.Void, SEEK_HEAD_RESERVED_BYTES);
  const bytes = concat([ebml, segment, seekHead, info, tracks, tags]);
  return {
    bytes,
    segmentSizeOffset,
    segmentDataOffset,
    seekHeadOffset: segmentDataOffset,
    durationOffset: tracksOffset - DURATION_RESERVED_BYTES,
    infoOffset,
    tracksOffset,
    tagsOffset,
    headerBytes: bytes.length,
  };
}

/** One frame in a cluster. The payload is never copied nor changed. */
export interface ClusterBlock {
  /** Track number, from 1. */
  readonly track: number;
  /** Presentation time relative to the cluster's, signed 16 bits of 100 µs. */
  readonly relative: Ticks100us;
  readonly keyframe: boolean;
  readonly payload: Uint8Array;
}

export interface ClusterInput {
  /** Since DateUTC. */
  readonly timestamp: Ticks100us;
  /** In decode order. At least one. */
  readonly blocks: readonly ClusterBlock[];
}

export interface EncodedCluster {
  /** To be written in this order (writev): headers of ours, payloads of the caller. */
  readonly iovecs: Uint8Array[];
  /** Bytes of all iovecs together: the cluster from its id to its end. */
  readonly bytes: number;
}

const CLUSTER_HEAD_BYTES = 4 + 4;
/** `A3`, a 4-byte size, track, 16-bit time, flags. */
const SIMPLE_BLOCK_HEAD_BYTES = 1 + 4 + 4;
const KEYFRAME_FLAG = 0x80;

/**
 * A cluster of known size with one SimpleBlock a frame. All headers share one small buffer; payloads
 * go out as they came, so a cluster costs two iovecs a frame and no copy.
 *
 * @throws MediaError `media.out-of-range` for a block time beyond 16 bits, or over 256 MiB.
 */
export function encodeCluster(input: ClusterInput): EncodedCluster {
  const { blocks } = input;
  if (blocks.length === 0) throw new MediaError('media.out-of-range', 'A cluster holds a frame.');
  if (!Number.isInteger(input.timestamp) || input.timestamp < 0) {
    throw new MediaError('media.out-of-range', `Cluster time ${input.timestamp} is no tick.`);
  }
  const timestamp = uintBytes(input.timestamp);
  const headBytes = CLUSTER_HEAD_BYTES + 2 + timestamp.length;
  const heads = Buffer.allocUnsafe(headBytes + blocks.length * SIMPLE_BLOCK_HEAD_BYTES);
  let size = 2 + timestamp.length + blocks.length * SIMPLE_BLOCK_HEAD_BYTES;
  for (const block of blocks) size += block.payload.length;
  if (size > MAX_4_BYTE_SIZE) {
    throw new MediaError('media.out-of-range', `A cluster of ${size} bytes is over 256 MiB.`);
  }
  let at = writeId(heads, 0, ELEMENT.Cluster);
  writeSize(heads, at, size, 4);
  at += 4;
  heads[at] = ELEMENT.Timestamp;
  heads[at + 1] = 0x80 | timestamp.length;
  heads.set(timestamp, at + 2);
  at += 2 + timestamp.length;
  const iovecs: Uint8Array[] = [];
  let from = 0;
  for (const block of blocks) {
    writeBlockHead(heads, at, block);
    at += SIMPLE_BLOCK_HEAD_BYTES;
    iovecs.push(heads.subarray(from, at), block.payload);
    from = at;
  }
  return { iovecs, bytes: CLUSTER_HEAD_BYTES + size };
}

function writeBlockHead(heads: Buffer, at: number, block: ClusterBlock): void {
  const { relative, track } = block;
  if (
    !Number.isInteger(relative) ||
    relative < MIN_BLOCK_RELATIVE_TICKS ||
    relative > MAX_BLOCK_RELATIVE_TICKS
  ) {
    throw new MediaError(
      'media.out-of-range',
      `A block ${relative} ticks from its cluster does not fit 16 bits: begin a new cluster.`,
    );
  }
  if (!Number.isInteger(track) || track < 1 || track > MAX_TRACKS) {
    throw new MediaError('media.out-of-range', `Track number ${track} is not 1 to ${MAX_TRACKS}.`);
  }
  heads[at] = ELEMENT.SimpleBlock;
  heads.writeUInt32BE(0x10000000 + block.payload.length + 4, at + 1);
  heads[at + 5] = 0x80 | track;
  heads.writeInt16BE(relative, at + 6);
  heads[at + 8] = block.keyframe ? KEYFRAME_FLAG : 0;
}

/** A keyframe to seek to. */
export interface CuePoint {
  /** Presentation time since DateUTC. */
  readonly time: Ticks100us;
  readonly track: number;
  /** First byte of its cluster, from the file's first byte. */
  readonly clusterOffset: number;
}

export interface MatroskaTrailerInput {
  readonly layout: HeaderLayout;
  /** Keyframes only, by time. */
  readonly cues: readonly CuePoint[];
  /** From tick 0 to the end of the last frame. */
  readonly duration: Ticks100us;
  /** Bytes of header and clusters: where the trailer is appended. */
  readonly fileBytes: number;
}

/** Bytes that replace as many at `offset`, counted from the file's first byte. */
export interface FilePatch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface MatroskaTrailer {
  /** To append at `fileBytes`: the Cues. Empty when there is no cue. */
  readonly bytes: Uint8Array;
  /** To write after the trailer is durable, in this order: SeekHead, Duration, Segment size. */
  readonly patches: readonly FilePatch[];
}

/** What closes a file. Repeating it on a closed or half-closed file gives the same bytes. */
export function encodeTrailer(input: MatroskaTrailerInput): MatroskaTrailer {
  const { layout, fileBytes } = input;
  const bytes = encodeCues(input.cues, layout.segmentDataOffset);
  const position = (offset: number): number => offset - layout.segmentDataOffset;
  const seeks = [
    encodeSeek(ELEMENT.Info, position(layout.infoOffset)),
    encodeSeek(ELEMENT.Tracks, position(layout.tracksOffset)),
    encodeSeek(ELEMENT.Tags, position(layout.tagsOffset)),
  ];
  if (bytes.length > 0) seeks.push(encodeSeek(ELEMENT.Cues, position(fileBytes)));
  const seekHead = element(ELEMENT.SeekHead, ...seeks);
  const filler = voidElement(ELEMENT.Void, SEEK_HEAD_RESERVED_BYTES - seekHead.length);
  const duration = new Uint8Array(DURATION_RESERVED_BYTES);
  duration[writeId(duration, 0, ELEMENT.Duration)] = 0x88;
  new DataView(duration.buffer).setFloat64(3, input.duration);
  return {
    bytes,
    patches: [
      { offset: layout.seekHeadOffset, bytes: concat([seekHead, filler]) },
      { offset: layout.durationOffset, bytes: duration },
      { offset: layout.segmentSizeOffset, bytes: size8(position(fileBytes) + bytes.length) },
    ],
  };
}

function encodeSeek(id: number, position: number): Uint8Array {
  return element(
    ELEMENT.Seek,
    element(ELEMENT.SeekID, uintBytes(id)),
    uintElement(ELEMENT.SeekPosition, position),
  );
}

function encodeCues(cues: readonly CuePoint[], segmentDataOffset: number): Uint8Array {
  if (cues.length === 0) return new Uint8Array(0);
  const points = cues.map((cue) =>
    element(
      ELEMENT.CuePoint,
      uintElement(ELEMENT.CueTime, cue.time),
      element(
        ELEMENT.CueTrackPositions,
        uintElement(ELEMENT.CueTrack, cue.track),
        uintElement(ELEMENT.CueClusterPosition, cue.clusterOffset - segmentDataOffset),
      ),
    ),
  );
  return element(ELEMENT.Cues, ...points);
}

function encodeTags(tags: Readonly<Record<string, string>>): Uint8Array {
  const simple = Object.entries(tags).map(([name, value]) =>
    element(
      ELEMENT.SimpleTag,
      stringElement(ELEMENT.TagName, name),
      stringElement(ELEMENT.TagLanguage, 'und'),
      stringElement(ELEMENT.TagString, value),
    ),
  );
  // An empty Targets says: about the whole Segment (RFC 9559 §5.1.8.1.1).
  return element(ELEMENT.Tags, element(ELEMENT.Tag, element(ELEMENT.Targets), ...simple));
}
