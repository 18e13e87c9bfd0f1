import type { EpochMs } from '@vms/common/clock.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { FormatError } from './format-error.ts';
import { FORMAT_VERSION } from './format-version.ts';
import { HASH_BYTES } from './hash-chain.ts';

/** Bytes of every line, its line feed included; a divisor of any sector, so that no line crosses one. */
export const LINE_BYTES = 256;
/** Lines that the header may take. */
export const MAX_HEADER_LINES = 64;
/** Where the `t` of `true` stands in a fragment line whose fragment begins with a keyframe. */
const KEYFRAME_COLUMN = 129;
/** Where numbers stand in a fragment line, right-aligned: first column and width. */
const COLUMN = {
  wallClock: [13, 15],
  duration: [40, 7],
  offset: [57, 13],
  length: [80, 9],
  frames: [99, 6],
  track: [114, 2],
  durable: [144, 13],
} as const;

const LINE_FEED = 0x0a;
const HEX_HASH = /^[0-9a-f]{64}$/;

/** A track as the index tells of it; the decoder's configuration itself is in the file's header. */
export type IndexTrack =
  | {
      readonly number: number;
      readonly codec: 'h264' | 'h265';
      readonly codecString: string;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly number: number;
      readonly codec: 'aac' | 'pcmu' | 'pcma';
      readonly codecString: string;
      readonly sampleRate: number;
      readonly channels: number;
    };

/** The first line: what the run is. */
export interface IndexHeader {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Counts the files of this camera stream, from 1, without reuse. */
  readonly fileNumber: number;
  /** The kernel's id of the boot in which the file was opened. */
  readonly bootId: string;
  /** The file's segment UID, 32 hexadecimal digits. */
  readonly segmentUid: string;
  /** Wall clock of the file's tick 0. */
  readonly dateUtc: EpochMs;
  readonly tracks: readonly IndexTrack[];
  /** Hash of the last fragment of the file before, hexadecimal; zeros for the first file. */
  readonly previousHash: string;
  /** Bytes of the Matroska header: the first cluster begins here. */
  readonly headerBytes: number;
  /** Offsets of what is patched on close: the Segment's size, the SeekHead's and the Duration's room. */
  readonly patched: {
    readonly segmentSize: number;
    readonly seekHead: number;
    readonly duration: number;
  };
  /** Hash of the header as opened (hashHeader), hexadecimal: what the first fragment chains from. */
  readonly hash: string;
}

/** One line a fragment. */
export interface FragmentLine {
  /** Presentation time of its first frame. Kept to 0.1 ms. */
  readonly wallClock: EpochMs;
  /** From there to the presentation time of its last frame (in order of presentation). Milliseconds. */
  readonly duration: number;
  /** First byte of its cluster, from the file's first. */
  readonly offset: number;
  /** Bytes of its cluster. */
  readonly length: number;
  readonly frames: number;
  /** It begins with a random access point of the video; true for every fragment of a run without video. */
  readonly keyframe: boolean;
  /** Track number of its first frame. */
  readonly track: number;
  /** Bytes at the head of the file that were known to be durable when this line was written. */
  readonly durable: number;
  /** Hexadecimal; see FragmentHasher. */
  readonly hash: string;
}

/** Why a run ended. `recovered`: closed at the next start, after a crash. */
export const CLOSE_CAUSES = [
  'hour',
  'configuration',
  'gap',
  'clock-step',
  'stopped',
  'volume',
  'recovered',
] as const;
export type CloseCause = (typeof CLOSE_CAUSES)[number];

/** The last line of a closed run; written when everything that it covers is durable. */
export interface ClosingLine {
  readonly cause: CloseCause;
  /** Presentation time of the run's last frame. */
  readonly wallClock: EpochMs;
  /** Where the clusters end and the Cues begin. */
  readonly offset: number;
  /** Bytes of the Cues: the file is exactly `offset + length` bytes long. */
  readonly length: number;
  readonly fragments: number;
  readonly frames: number;
  /** Hexadecimal; see hashClosing. */
  readonly hash: string;
}

/** The header line, padded to a multiple of LINE_BYTES. */
export function encodeIndexHeader(header: IndexHeader): Buffer {
  const text = JSON.stringify({ format: 'vms-run', version: FORMAT_VERSION, ...header });
  const lines = Math.ceil((Buffer.byteLength(text) + 1) / LINE_BYTES);
  if (lines > MAX_HEADER_LINES) {
    throw new FormatError(
      'format.out-of-range',
      `An index header of ${lines} lines is over ${MAX_HEADER_LINES}.`,
    );
  }
  return padded(text, lines * LINE_BYTES);
}

/**
 * A fragment line. Numbers are right-aligned in fixed columns (white space is free in JSON), so that
 * a reader who knows the columns can pick keyframes or search by time without parsing.
 */
export function encodeFragmentLine(line: FragmentLine): string {
  const text =
    `{"wallClock":${line.wallClock.toFixed(1).padStart(COLUMN.wallClock[1])},"duration":${line.duration.toFixed(1).padStart(COLUMN.duration[1])}` +
    `,"offset":${column(line.offset, COLUMN.offset)},"length":${column(line.length, COLUMN.length)}` +
    `,"frames":${column(line.frames, COLUMN.frames)},"track":${column(line.track, COLUMN.track)}` +
    `,"keyframe":${line.keyframe ? ' true' : 'false'},"durable":${column(line.durable, COLUMN.durable)}` +
    `,"hash":"${line.hash}"}`;
  if (text.length >= LINE_BYTES) {
    throw new FormatError('format.out-of-range', `A fragment line is too long: ${text}`);
  }
  return `${text.padEnd(LINE_BYTES - 1)}\n`;
}

export function encodeClosingLine(line: ClosingLine): Buffer {
  return padded(
    JSON.stringify({
      closed: true,
      ...line,
      wallClock: Math.round(line.wallClock * 10) / 10,
    }),
    LINE_BYTES,
  );
}

/** A line behind the header. */
export type IndexLine =
  | ({ readonly kind: 'fragment' } & FragmentLine)
  | ({ readonly kind: 'closing' } & ClosingLine);

/**
 * Parses the header line at the start of an index.
 *
 * @param bytes from the index's first byte; MAX_HEADER_LINES lines are always enough.
 * @returns the header and its bytes; undefined where the line is torn or is none.
 * @throws FormatError `format.newer-version`.
 */
export function parseIndexHeader(
  bytes: Uint8Array,
): { readonly header: IndexHeader; readonly bytes: number } | undefined {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0 || (end + 1) % LINE_BYTES !== 0 || end >= MAX_HEADER_LINES * LINE_BYTES) {
    return undefined;
  }
  const value = parseObject(bytes, 0, end);
  if (value === undefined || value.format !== 'vms-run') return undefined;
  if (typeof value.version !== 'number' || !Number.isInteger(value.version)) return undefined;
  if (value.version > FORMAT_VERSION) {
    throw new FormatError('format.newer-version', {
      happened: `A recording was made by a newer version of the program (format ${value.version}; this one knows ${FORMAT_VERSION}).`,
      kept: 'It was not touched.',
      remedy: 'Start the newer version of the program to use it.',
    });
  }
  return isIndexHeader(value) ? { header: value, bytes: end + 1 } : undefined;
}

/** Parses the line at `offset`; undefined where it is torn or is none of ours. */
export function parseIndexLine(bytes: Uint8Array, offset: number): IndexLine | undefined {
  const end = offset + LINE_BYTES - 1;
  if (bytes[end] !== LINE_FEED) return undefined;
  const value = parseObject(bytes, offset, end);
  if (value === undefined) return undefined;
  if (value.closed === true) {
    return isClosingLine(value) ? { ...value, kind: 'closing' } : undefined;
  }
  return isFragmentLine(value) ? { ...value, kind: 'fragment' } : undefined;
}

/** Whether the fragment line at `offset` says that it begins with a keyframe, without parsing it. */
export function isKeyframeLine(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset + KEYFRAME_COLUMN] === 0x74;
}

/**
 * A number of the fragment line at `offset`, by its column, without parsing the line: 0 where there is
 * none. Times come in ticks of 0.1 ms, the others as they are. For walks over whole indexes; whoever
 * needs to know that a line holds parses it.
 */
export function columnOf(bytes: Uint8Array, offset: number, name: keyof typeof COLUMN): number {
  const [first, width] = COLUMN[name];
  let value = 0;
  for (let at = offset + first; at < offset + first + width; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
  }
  return value;
}

function padded(text: string, length: number): Buffer {
  const bytes = Buffer.alloc(length, ' ');
  if (Buffer.byteLength(text) >= length) {
    throw new FormatError('format.out-of-range', `An index line is too long: ${text}`);
  }
  bytes.write(text);
  bytes[length - 1] = LINE_FEED;
  return bytes;
}

function column(value: number, [, width]: readonly [number, number]): string {
  const text = String(value);
  if (!Number.isSafeInteger(value) || value < 0 || text.length > width) {
    throw new FormatError('format.out-of-range', `${value} does not fit ${width} columns.`);
  }
  return text.padStart(width);
}

function parseObject(
  bytes: Uint8Array,
  start: number,
  end: number,
): Record<string, unknown> | undefined {
  if (bytes[start] !== 0x7b) return undefined;
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && value.length === HASH_BYTES * 2 && HEX_HASH.test(value);
}

function isFragmentLine(value: object): value is FragmentLine {
  const line = value as Partial<Record<keyof FragmentLine, unknown>>;
  return (
    isTime(line.wallClock) &&
    isTime(line.duration) &&
    line.duration >= 0 &&
    isCount(line.offset) &&
    isCount(line.length) &&
    isCount(line.frames) &&
    isCount(line.track) &&
    isCount(line.durable) &&
    typeof line.keyframe === 'boolean' &&
    isHash(line.hash)
  );
}

function isClosingLine(value: object): value is ClosingLine {
  const line = value as Partial<Record<keyof ClosingLine, unknown>>;
  return (
    CLOSE_CAUSES.some((cause) => cause === line.cause) &&
    isTime(line.wallClock) &&
    isCount(line.offset) &&
    isCount(line.length) &&
    isCount(line.fragments) &&
    isCount(line.frames) &&
    isHash(line.hash)
  );
}

function isIndexHeader(value: object): value is IndexHeader {
  const header = value as Partial<Record<keyof IndexHeader, unknown>>;
  const patched = header.patched as Partial<Record<string, unknown>> | null | undefined;
  return (
    typeof header.camera === 'string' &&
    (header.stream === 'main' || header.stream === 'sub') &&
    isCount(header.fileNumber) &&
    typeof header.bootId === 'string' &&
    typeof header.segmentUid === 'string' &&
    isTime(header.dateUtc) &&
    Array.isArray(header.tracks) &&
    isCount(header.headerBytes) &&
    typeof patched === 'object' &&
    patched !== null &&
    isCount(patched.segmentSize) &&
    isCount(patched.seekHead) &&
    isCount(patched.duration) &&
    isHash(header.previousHash) &&
    isHash(header.hash)
  );
}
