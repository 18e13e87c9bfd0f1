import type { EpochMs } from '@vms/common/clock.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import { type CameraId, isCameraId, newId, type StreamName } from '@vms/common/ids.ts';
import { parseHeader } from '@vms/media/matroska/demuxer.ts';
import {
  DURATION_RESERVED_BYTES,
  encodeHeader,
  type HeaderLayout,
  type MatroskaHeader,
  SEEK_HEAD_RESERVED_BYTES,
} from '@vms/media/matroska/muxer.ts';
import { FormatError } from './format-error.ts';
import { checkFormatVersion, FORMAT_VERSION } from './format-version.ts';
import { HASH_BYTES, hashHeader } from './hash-chain.ts';
import type { IndexHeader, IndexTrack } from './index-line.ts';

/** Tags in the Matroska header, from which the index can be rebuilt where it is lost. */
export const RUN_TAG = {
  format: 'VMS_FORMAT',
  camera: 'VMS_CAMERA',
  stream: 'VMS_STREAM',
  bootId: 'VMS_BOOT_ID',
  fileNumber: 'VMS_FILE_NUMBER',
  previousHash: 'VMS_PREVIOUS_HASH',
} as const;

/** What a run is, before anything is recorded. */
export interface RunIdentity {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Counts the files of this camera stream, from 1. */
  readonly fileNumber: number;
  readonly bootId: string;
  /** 16 random bytes. */
  readonly segmentUid: Uint8Array;
  /** Wall clock of tick 0: the first frame's, cut to whole milliseconds. */
  readonly dateUtc: EpochMs;
  /** Track numbers count from 1 in this order. */
  readonly tracks: readonly CodecConfig[];
  /** Hash of the last fragment of the file before; NO_HASH for the first. */
  readonly previousHash: Uint8Array;
}

/** A run's header in both files. */
export interface RunHeader {
  readonly matroska: MatroskaHeader;
  readonly index: IndexHeader;
  /** What the first fragment chains from. */
  readonly hash: Uint8Array;
}

/** The header of a new run: the Matroska bytes, and what the index says of it. */
export function encodeRunHeader(run: RunIdentity, writingApp: string): RunHeader {
  const matroska = encodeHeader({
    tracks: run.tracks,
    dateUtc: run.dateUtc,
    segmentUid: run.segmentUid,
    tags: {
      [RUN_TAG.format]: String(FORMAT_VERSION),
      [RUN_TAG.camera]: run.camera,
      [RUN_TAG.stream]: run.stream,
      [RUN_TAG.bootId]: run.bootId,
      [RUN_TAG.fileNumber]: String(run.fileNumber),
      [RUN_TAG.previousHash]: hex(run.previousHash),
    },
    writingApp,
  });
  const hash = hashHeader(matroska.bytes);
  return { matroska, index: indexHeaderOf(run, matroska, hash), hash };
}

/** What the header of a file says. */
export interface ParsedRunHeader {
  readonly run: RunIdentity;
  readonly layout: HeaderLayout;
  /** The same header line that the run was opened with. */
  readonly index: IndexHeader;
  readonly hash: Uint8Array;
}

/**
 * Reads the header of a run file, open or closed; the index header is made again from it.
 *
 * @param bytes from the file's first byte.
 * @throws MediaError as parseHeader; FormatError `format.newer-version`, or `format.malformed` where
 *   it is a Matroska file but none of ours.
 */
export function parseRunHeader(bytes: Uint8Array): ParsedRunHeader {
  const header = parseHeader(bytes);
  const tags = header.tags;
  const format = tags[RUN_TAG.format];
  checkFormatVersion('A recording', format === undefined ? undefined : Number(format));
  const camera = tags[RUN_TAG.camera] ?? '';
  const stream = tags[RUN_TAG.stream];
  const fileNumber = Number(tags[RUN_TAG.fileNumber]);
  const previousHash = Buffer.from(tags[RUN_TAG.previousHash] ?? '', 'hex');
  if (
    !isCameraId(camera) ||
    (stream !== 'main' && stream !== 'sub') ||
    !Number.isSafeInteger(fileNumber) ||
    previousHash.length !== HASH_BYTES
  ) {
    throw new FormatError('format.malformed', 'A Matroska file lacks the tags of a recording.');
  }
  const run: RunIdentity = {
    camera,
    stream,
    fileNumber,
    bootId: tags[RUN_TAG.bootId] ?? '',
    segmentUid: header.segmentUid,
    dateUtc: header.dateUtc,
    tracks: header.tracks,
    previousHash,
  };
  const { layout } = header;
  const opened = headerAsOpened(bytes.subarray(0, layout.headerBytes), {
    segmentSize: layout.segmentSizeOffset,
    seekHead: layout.seekHeadOffset,
    duration: layout.durationOffset,
  });
  const hash = hashHeader(opened);
  return { run, layout, index: indexHeaderOf(run, layout, hash), hash };
}

/** A copy of a header with all that closing patches put back: as it was when the file was opened. */
export function headerAsOpened(header: Uint8Array, patched: IndexHeader['patched']): Uint8Array {
  const bytes = Uint8Array.from(header);
  bytes.set([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], patched.segmentSize);
  putVoid(bytes, patched.seekHead, SEEK_HEAD_RESERVED_BYTES);
  putVoid(bytes, patched.duration, DURATION_RESERVED_BYTES);
  return bytes;
}

/** Id of a run in catalogue and API; comes from its segment UID, so that it outlives the catalogue. */
export function runIdOf(segmentUid: Uint8Array): string {
  return newId('run', () => segmentUid);
}

/** Lower-case hexadecimal, as in every text of the format. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function putVoid(bytes: Uint8Array, offset: number, length: number): void {
  bytes.fill(0, offset, offset + length);
  bytes[offset] = 0xec;
  bytes[offset + 1] = 0x80 | (length - 2);
}

function indexHeaderOf(run: RunIdentity, layout: HeaderLayout, hash: Uint8Array): IndexHeader {
  return {
    camera: run.camera,
    stream: run.stream,
    fileNumber: run.fileNumber,
    bootId: run.bootId,
    segmentUid: hex(run.segmentUid),
    dateUtc: run.dateUtc,
    tracks: run.tracks.map((config, i) => indexTrackOf(config, i + 1)),
    previousHash: hex(run.previousHash),
    headerBytes: layout.headerBytes,
    patched: {
      segmentSize: layout.segmentSizeOffset,
      seekHead: layout.seekHeadOffset,
      duration: layout.durationOffset,
    },
    hash: hex(hash),
  };
}

function indexTrackOf(config: CodecConfig, number: number): IndexTrack {
  const { codecString } = config;
  return config.kind === 'video'
    ? { number, codec: config.codec, codecString, width: config.width, height: config.height }
    : {
        number,
        codec: config.codec,
        codecString,
        sampleRate: config.sampleRate,
        channels: config.channels,
      };
}
