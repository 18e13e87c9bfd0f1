import type { EpochMs } from '@vms/common/clock.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import { MediaError } from '../errors.ts';
import {
  type ElementHead,
  malformed,
  readDate,
  readElementHead,
  readFloat,
  readString,
  readUint,
  truncated,
} from './ebml.ts';
import { ELEMENT } from './elements.ts';
import type { ClusterBlock, HeaderLayout, Ticks100us } from './muxer.ts';
import { DURATION_RESERVED_BYTES, MAX_TRACKS, TIMESTAMP_SCALE_NS } from './muxer.ts';
import { configOfTrack, type TrackEntry } from './tracks.ts';

/** A header longer than this is refused; ours have about one kilobyte. */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** Blocks of one cluster: 3.2 s of 16 tracks at over 1000 frames a second each. */
export const MAX_BLOCKS_PER_CLUSTER = 65_536;
/** Tags of one file. */
export const MAX_TAGS = 256;

const EMPTY = new Uint8Array(0);

/** What a file of ours says before its first cluster. */
export interface ParsedHeader {
  /** In track order: element 0 is track number 1. */
  readonly tracks: readonly CodecConfig[];
  readonly dateUtc: EpochMs;
  /** 16 bytes. */
  readonly segmentUid: Uint8Array;
  readonly tags: Readonly<Record<string, string>>;
  readonly writingApp: string;
  /** Undefined while the file has not been closed. */
  readonly duration: Ticks100us | undefined;
  /** False while the Segment's size is "unknown". */
  readonly closed: boolean;
  readonly layout: HeaderLayout;
}

export interface ParsedCluster {
  /** Since DateUTC. */
  readonly timestamp: Ticks100us;
  /** In decode order; payloads are views of the bytes given. */
  readonly blocks: readonly ClusterBlock[];
  /** Offset behind the cluster. */
  readonly end: number;
}

/**
 * Parses the header of a file that encodeHeader wrote, open or closed. `bytes` start with the file's
 * first byte and may end anywhere behind the first cluster's id; so read 4 KB, and on
 * `media.truncated` more, up to MAX_HEADER_BYTES.
 *
 * @throws MediaError `media.truncated`, `media.matroska`, or `media.unsupported` (codec, doc type).
 */
export function parseHeader(bytes: Uint8Array): ParsedHeader {
  const ebml = readElementHead(bytes, 0, bytes.length);
  if (ebml.id !== ELEMENT.EBML) throw malformed('this is no Matroska file', 0);
  const segmentAt = checkDocType(bytes, ebml);
  const segment = readElementHead(bytes, segmentAt, bytes.length);
  if (segment.id !== ELEMENT.Segment) throw malformed('a Segment is expected', segmentAt);
  const segmentDataOffset = segment.dataStart;
  if (segmentDataOffset - segmentAt !== 12) {
    throw malformed('the Segment has not the 8-byte size of our files', segmentAt);
  }
  const parts = new HeaderParts();
  let at = segmentDataOffset;
  const segmentEnd = segment.end ?? Number.MAX_SAFE_INTEGER;
  while (at < segmentEnd) {
    // The header of a run without a single fragment ends with the file.
    if (at === bytes.length && parts.complete()) break;
    const head = readElementHead(bytes, at, bytes.length);
    if (head.id === ELEMENT.Cluster || head.id === ELEMENT.Cues) break;
    const end = contentEnd(head, bytes.length, segmentEnd);
    parts.take(bytes, head, end);
    at = end;
    if (at > MAX_HEADER_BYTES) throw malformed(`the header is over ${MAX_HEADER_BYTES} bytes`, at);
  }
  return parts.finish({
    segmentAt,
    segmentDataOffset,
    headerBytes: at,
    closed: segment.end !== undefined,
  });
}

function checkDocType(bytes: Uint8Array, ebml: ElementHead): number {
  const end = contentEnd(ebml, bytes.length, MAX_HEADER_BYTES);
  let docType = '';
  for (const child of children(bytes, ebml.dataStart, end)) {
    if (child.id === ELEMENT.DocType) docType = readString(bytes, child.dataStart, child.end);
  }
  if (docType !== 'matroska') {
    throw new MediaError('media.unsupported', `The document type is "${docType}", not "matroska".`);
  }
  return end;
}

/** Collects the top-level elements before the first cluster. */
class HeaderParts {
  #seekHeadOffset = -1;
  #infoOffset = -1;
  #tracksOffset = -1;
  #tagsOffset = -1;
  #durationOffset = -1;
  #scale = 0;
  #dateUtc: number | undefined;
  #duration: number | undefined;
  #segmentUid: Uint8Array = EMPTY;
  #writingApp = '';
  #tracks: CodecConfig[] = [];
  readonly #tags: Record<string, string> = {};

  complete(): boolean {
    return this.#infoOffset >= 0 && this.#tracksOffset >= 0 && this.#tagsOffset >= 0;
  }

  take(bytes: Uint8Array, head: ElementHead, end: number): void {
    switch (head.id) {
      case ELEMENT.SeekHead:
        this.#seekHeadOffset = head.start;
        break;
      case ELEMENT.Void:
        if (this.#seekHeadOffset < 0) this.#seekHeadOffset = head.start;
        break;
      case ELEMENT.Info:
        this.#infoOffset = once(this.#infoOffset, head);
        this.#info(bytes, head.dataStart, end);
        break;
      case ELEMENT.Tracks:
        this.#tracksOffset = once(this.#tracksOffset, head);
        this.#tracks = parseTracks(bytes, head.dataStart, end);
        break;
      case ELEMENT.Tags:
        this.#tagsOffset = once(this.#tagsOffset, head);
        parseTags(bytes, head.dataStart, end, this.#tags);
        break;
      default:
        break;
    }
  }

  #info(bytes: Uint8Array, start: number, end: number): void {
    for (const child of children(bytes, start, end)) {
      const { dataStart, end: stop } = child;
      if (child.id === ELEMENT.TimestampScale) this.#scale = readUint(bytes, dataStart, stop);
      else if (child.id === ELEMENT.DateUTC) this.#dateUtc = readDate(bytes, dataStart, stop);
      else if (child.id === ELEMENT.SegmentUUID) this.#segmentUid = bytes.slice(dataStart, stop);
      else if (child.id === ELEMENT.WritingApp) {
        this.#writingApp = readString(bytes, dataStart, stop);
      } else if (child.id === ELEMENT.Duration) {
        this.#duration = readFloat(bytes, dataStart, stop);
        this.#durationOffset = child.start;
      } else if (child.id === ELEMENT.Void && stop - child.start === DURATION_RESERVED_BYTES) {
        this.#durationOffset = child.start;
      }
    }
  }

  finish(place: {
    segmentAt: number;
    segmentDataOffset: number;
    headerBytes: number;
    closed: boolean;
  }): ParsedHeader {
    const dateUtc = this.#dateUtc;
    if (!this.complete()) throw malformed('Info, Tracks or Tags are missing', place.headerBytes);
    if (this.#seekHeadOffset !== place.segmentDataOffset || this.#durationOffset < 0) {
      throw malformed('there is no room for SeekHead and Duration', place.segmentDataOffset);
    }
    if (this.#scale !== TIMESTAMP_SCALE_NS) {
      throw malformed(`the time scale is ${this.#scale} ns, not 100 µs`, this.#infoOffset);
    }
    if (dateUtc === undefined) throw malformed('DateUTC is missing', this.#infoOffset);
    return {
      tracks: this.#tracks,
      dateUtc,
      segmentUid: this.#segmentUid,
      tags: this.#tags,
      writingApp: this.#writingApp,
      duration: this.#duration,
      closed: place.closed,
      layout: {
        segmentSizeOffset: place.segmentAt + 4,
        segmentDataOffset: place.segmentDataOffset,
        seekHeadOffset: this.#seekHeadOffset,
        durationOffset: this.#durationOffset,
        infoOffset: this.#infoOffset,
        tracksOffset: this.#tracksOffset,
        tagsOffset: this.#tagsOffset,
        headerBytes: place.headerBytes,
      },
    };
  }
}

/**
 * Parses the cluster at `offset`: Timestamp first, then SimpleBlocks without lacing.
 *
 * @throws MediaError `media.truncated` when the bytes end inside it, `media.matroska` otherwise.
 */
export function parseCluster(bytes: Uint8Array, offset: number): ParsedCluster {
  const cluster = readElementHead(bytes, offset, bytes.length);
  if (cluster.id !== ELEMENT.Cluster) throw malformed('a Cluster is expected', offset);
  if (cluster.end === undefined) throw malformed('a Cluster has no size', offset);
  const end = contentEnd(cluster, bytes.length, Number.MAX_SAFE_INTEGER);
  let timestamp = -1;
  const blocks: ClusterBlock[] = [];
  for (const child of children(bytes, cluster.dataStart, end)) {
    if (child.id === ELEMENT.Timestamp) timestamp = readUint(bytes, child.dataStart, child.end);
    else if (child.id === ELEMENT.SimpleBlock) {
      if (timestamp < 0) throw malformed('a block comes before its Timestamp', child.start);
      if (blocks.length === MAX_BLOCKS_PER_CLUSTER) {
        throw malformed(`a cluster has over ${MAX_BLOCKS_PER_CLUSTER} blocks`, child.start);
      }
      blocks.push(parseSimpleBlock(bytes, child.dataStart, child.end));
    } else if (child.id !== ELEMENT.Void && child.id !== ELEMENT.CRC32) {
      throw malformed(`element ${child.id.toString(16)} is not one of our clusters`, child.start);
    }
  }
  if (timestamp < 0) throw malformed('a Cluster has no Timestamp', offset);
  return { timestamp, blocks, end };
}

/** Track number (1 byte), signed 16-bit time, flags, frame (RFC 9559 §10.2). */
function parseSimpleBlock(bytes: Uint8Array, start: number, end: number): ClusterBlock {
  if (end - start < 4) throw malformed('a block is shorter than its header', start);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, 4);
  const track = view.getUint8(0);
  const flags = view.getUint8(3);
  if ((track & 0x80) === 0 || (track & 0x7f) === 0 || (track & 0x7f) > MAX_TRACKS) {
    throw malformed(`a block's track number is not 1 to ${MAX_TRACKS}`, start);
  }
  if ((flags & 0x06) !== 0) throw malformed('a block has lacing', start);
  return {
    track: track & 0x7f,
    relative: view.getInt16(1),
    keyframe: (flags & 0x80) !== 0,
    payload: bytes.subarray(start + 4, end),
  };
}

function parseTracks(bytes: Uint8Array, start: number, end: number): CodecConfig[] {
  const tracks: CodecConfig[] = [];
  for (const entry of children(bytes, start, end)) {
    if (entry.id !== ELEMENT.TrackEntry) continue;
    if (tracks.length === MAX_TRACKS) throw malformed(`over ${MAX_TRACKS} tracks`, entry.start);
    const track = parseTrackEntry(bytes, entry.dataStart, entry.end);
    if (track.number !== tracks.length + 1) {
      throw malformed(`track number ${track.number} is out of order`, entry.start);
    }
    tracks.push(configOfTrack(track));
  }
  if (tracks.length === 0) throw malformed('there is no track', start);
  return tracks;
}

function parseTrackEntry(bytes: Uint8Array, start: number, end: number): TrackEntry {
  const track: TrackEntry = {
    number: 0,
    codecId: '',
    codecPrivate: EMPTY,
    width: 0,
    height: 0,
    sampleRate: 0,
    channels: 0,
  };
  for (const child of children(bytes, start, end)) {
    const { dataStart, end: stop } = child;
    if (child.id === ELEMENT.TrackNumber) track.number = readUint(bytes, dataStart, stop);
    else if (child.id === ELEMENT.CodecID) track.codecId = readString(bytes, dataStart, stop);
    else if (child.id === ELEMENT.CodecPrivate) track.codecPrivate = bytes.slice(dataStart, stop);
    else if (child.id === ELEMENT.Video || child.id === ELEMENT.Audio) {
      for (const field of children(bytes, dataStart, stop)) takeTrackField(bytes, field, track);
    }
  }
  return track;
}

function takeTrackField(bytes: Uint8Array, field: BoundedElement, track: TrackEntry): void {
  const { dataStart, end } = field;
  if (field.id === ELEMENT.PixelWidth) track.width = readUint(bytes, dataStart, end);
  else if (field.id === ELEMENT.PixelHeight) track.height = readUint(bytes, dataStart, end);
  else if (field.id === ELEMENT.SamplingFrequency) {
    track.sampleRate = readFloat(bytes, dataStart, end);
  } else if (field.id === ELEMENT.Channels) track.channels = readUint(bytes, dataStart, end);
}

function parseTags(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Record<string, string>,
): void {
  let count = 0;
  for (const tag of children(bytes, start, end)) {
    if (tag.id !== ELEMENT.Tag) continue;
    for (const simple of children(bytes, tag.dataStart, tag.end)) {
      if (simple.id !== ELEMENT.SimpleTag) continue;
      if (++count > MAX_TAGS) throw malformed(`over ${MAX_TAGS} tags`, simple.start);
      let name = '';
      let value = '';
      for (const field of children(bytes, simple.dataStart, simple.end)) {
        if (field.id === ELEMENT.TagName) name = readString(bytes, field.dataStart, field.end);
        else if (field.id === ELEMENT.TagString) {
          value = readString(bytes, field.dataStart, field.end);
        }
      }
      // Own property even for a name such as `__proto__`.
      Object.defineProperty(into, name, { value, enumerable: true, configurable: true });
    }
  }
}

interface BoundedElement {
  readonly id: number;
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
}

/** The elements of `[start, end)`, each wholly inside it. */
function* children(bytes: Uint8Array, start: number, end: number): Generator<BoundedElement> {
  let at = start;
  while (at < end) {
    const head = readElementHead(bytes, at, bytes.length);
    const stop = contentEnd(head, end, end);
    yield { id: head.id, start: at, dataStart: head.dataStart, end: stop };
    at = stop;
  }
}

/** End of an element that must lie within its parent, and whose bytes must be there. */
function contentEnd(head: ElementHead, available: number, parentEnd: number): number {
  if (head.end === undefined) throw malformed('an element has no size', head.start);
  if (head.end > parentEnd) throw malformed('an element is longer than its parent', head.start);
  if (head.end > available) throw truncated('an element', available);
  return head.end;
}

function once(seen: number, head: ElementHead): number {
  if (seen >= 0) throw malformed('an element occurs twice', head.start);
  return head.start;
}
