import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import {
  type CloseCause,
  type FragmentLine,
  type IndexHeader,
  isKeyframeLine,
  LINE_BYTES,
  MAX_HEADER_LINES,
  parseIndexHeader,
  parseIndexLine,
} from '@vms/format/index-line.ts';
import { parseHeader } from '@vms/media/matroska/demuxer.ts';
import type { VolumeGate } from '../disk/volume-gate.ts';
import { PlaybackError } from '../playback-error.ts';
import type { Files, OpenFile } from './files.ts';

/** Where a run lies, as the catalogue knows it. */
export interface RunLocation {
  /** `run_…` (runIdOf in libs/format). */
  readonly id: string;
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Its volume's id: reads are limited per volume. */
  readonly volume: string;
  readonly start: EpochMs;
  /** Of the last acknowledged frame while open. */
  readonly end: EpochMs;
  /** Still being written. */
  readonly open: boolean;
  /** Absolute paths. */
  readonly mkvPath: string;
  readonly indexPath: string;
}

/** A fragment of a run: its index line and which one it is. */
export interface RunFragment extends FragmentLine {
  /** From 0, behind the index's header. */
  readonly number: number;
}

/**
 * Reads a run by its two files: what is in it, at which place, and the bytes. One is opened for each
 * answer and closed with it; fragments that are not acknowledged yet do not exist for it.
 */
export interface RunReader {
  readonly location: RunLocation;
  readonly header: IndexHeader;
  /** Why it ended; undefined while it is open. */
  readonly closeCause: CloseCause | undefined;
  /** Fragments that are there to play. */
  readonly fragmentCount: number;
  /** Bytes of the run file up to the end of its last fragment to play, or of the closed file. */
  readonly playableBytes: number;
  /** Codec configurations out of the Matroska header; element 0 is track number 1. */
  tracks(): Promise<readonly CodecConfig[]>;
  /** Fragments `first` to before `first + count`, as many as there are. */
  fragments(first: number, count: number): Promise<RunFragment[]>;
  /** Fragments from `first` that begin with a keyframe of a video track (of the first track without one). */
  keyframes(first: number): AsyncGenerator<RunFragment>;
  /** The same backwards, from before `before`. */
  keyframesBefore(before: number): AsyncGenerator<RunFragment>;
  /** Number of the last fragment that starts at or before `instant`; -1 where there is none. */
  fragmentAt(instant: EpochMs): Promise<number>;
  /** Bytes `[offset, offset + length)` of the run file. */
  bytes(offset: number, length: number): Promise<Buffer>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** Lines read at once where the index is walked: 64 KB. */
const LINES_PER_READ = 256;
/** First read of a Matroska header, bytes; ours have about one kilobyte. */
const HEADER_READ_BYTES = 4096;

/**
 * Opens a run.
 *
 * @throws PlaybackError `playback.not-found` where the files are gone, `playback.unreadable`,
 *   `playback.volume-busy`.
 */
export async function openRun(
  location: RunLocation,
  files: Files,
  gate: VolumeGate,
): Promise<RunReader> {
  const read = <Result>(task: () => Promise<Result>): Promise<Result> =>
    gate.run(location.volume, () => task().catch(rethrowReadable));
  const index = await openThroughGate(location.indexPath, files, read);
  try {
    const size = await read(() => index.size());
    const headerRoom = Buffer.allocUnsafe(Math.min(size, 4 * LINE_BYTES));
    let head = headerRoom.subarray(0, await read(() => index.read(headerRoom, 0)));
    let parsed = parseIndexHeader(head);
    if (parsed === undefined && size > head.length) {
      const more = Buffer.allocUnsafe(Math.min(size, MAX_HEADER_LINES * LINE_BYTES));
      head = more.subarray(0, await read(() => index.read(more, 0)));
      parsed = parseIndexHeader(head);
    }
    if (parsed === undefined) throw unreadable(location, 'its index has no header');
    const reader = new FileRunReader(location, parsed.header, parsed.bytes, index, files, read);
    await reader.measure(size);
    return reader;
  } catch (error) {
    await index.close();
    throw error;
  }
}

type Read = <Result>(task: () => Promise<Result>) => Promise<Result>;

class FileRunReader implements RunReader {
  readonly location: RunLocation;
  readonly header: IndexHeader;
  readonly #headerBytes: number;
  readonly #index: OpenFile;
  readonly #files: Files;
  readonly #read: Read;
  readonly #keyTracks: readonly number[];
  #run: Promise<OpenFile> | undefined;
  #closing: Promise<void> | undefined;
  #closeCause: CloseCause | undefined;
  #fragmentCount = 0;
  #playableBytes: number;

  constructor(
    location: RunLocation,
    header: IndexHeader,
    headerBytes: number,
    index: OpenFile,
    files: Files,
    read: Read,
  ) {
    this.location = location;
    this.header = header;
    this.#headerBytes = headerBytes;
    this.#index = index;
    this.#files = files;
    this.#read = read;
    this.#playableBytes = header.headerBytes;
    const video = header.tracks.filter((track) => 'width' in track);
    this.#keyTracks = video.length > 0 ? video.map(({ number }) => number) : [1];
  }

  get closeCause(): CloseCause | undefined {
    return this.#closeCause;
  }

  get fragmentCount(): number {
    return this.#fragmentCount;
  }

  get playableBytes(): number {
    return this.#playableBytes;
  }

  /**
   * Counts what is there to play, from the end of the index: all of a closed run; of an open one the
   * fragments that its last line calls durable. A torn last line does not count.
   */
  async measure(indexBytes: number): Promise<void> {
    let lines = Math.max(0, Math.floor((indexBytes - this.#headerBytes) / LINE_BYTES));
    for (; lines > 0; lines--) {
      const last = parseIndexLine(await this.#lines(lines - 1, 1), 0);
      if (last === undefined) continue;
      if (last.kind === 'closing') {
        this.#closeCause = last.cause;
        this.#fragmentCount = lines - 1;
        this.#playableBytes = last.offset + last.length;
        return;
      }
      const { durable } = last;
      // Ends of fragments only grow: count those within what is durable.
      this.#fragmentCount = await this.#search(
        lines,
        (line) => line.offset + line.length <= durable,
      );
      const [newest] = await this.fragments(this.#fragmentCount - 1, 1);
      if (newest !== undefined) this.#playableBytes = newest.offset + newest.length;
      return;
    }
  }

  async tracks(): Promise<readonly CodecConfig[]> {
    const header = await this.bytes(0, Math.max(HEADER_READ_BYTES, this.header.headerBytes), true);
    try {
      return parseHeader(header.subarray(0, this.header.headerBytes)).tracks;
    } catch (error) {
      throw unreadable(this.location, messageOf(error));
    }
  }

  async fragments(first: number, count: number): Promise<RunFragment[]> {
    const from = Math.max(0, first);
    const to = Math.min(first + count, this.#fragmentCount);
    const found: RunFragment[] = [];
    for (let at = from; at < to; at += LINES_PER_READ) {
      const lines = Math.min(LINES_PER_READ, to - at);
      const bytes = await this.#lines(at, lines);
      for (let i = 0; i < lines; i++) found.push(this.#parse(bytes, i, at + i));
    }
    return found;
  }

  async *keyframes(first: number): AsyncGenerator<RunFragment> {
    for (let at = Math.max(0, first); at < this.#fragmentCount; at += LINES_PER_READ) {
      const count = Math.min(LINES_PER_READ, this.#fragmentCount - at);
      const bytes = await this.#lines(at, count);
      for (let i = 0; i < count; i++) {
        const fragment = this.#keyframe(bytes, i, at + i);
        if (fragment !== undefined) yield fragment;
      }
    }
  }

  async *keyframesBefore(before: number): AsyncGenerator<RunFragment> {
    // Short steps first: the keyframe sought is mostly a few fragments back.
    let step = 16;
    for (let end = Math.min(before, this.#fragmentCount); end > 0; ) {
      const start = Math.max(0, end - step);
      const bytes = await this.#lines(start, end - start);
      for (let i = end - start - 1; i >= 0; i--) {
        const fragment = this.#keyframe(bytes, i, start + i);
        if (fragment !== undefined) yield fragment;
      }
      end = start;
      step = LINES_PER_READ;
    }
  }

  async fragmentAt(instant: EpochMs): Promise<number> {
    return (await this.#search(this.#fragmentCount, (line) => line.wallClock <= instant)) - 1;
  }

  async bytes(offset: number, length: number, short = false): Promise<Buffer> {
    const file = await this.#openRun();
    const into = Buffer.allocUnsafe(length);
    const count = await this.#read(() => file.read(into, offset));
    if (count < length && !short) {
      throw unreadable(this.location, `it ends at byte ${offset + count}, before its index does`);
    }
    return into.subarray(0, count);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([
      this.#index.close(),
      this.#run?.then((file) => file.close()).catch(() => {}),
    ]).then(() => {});
    return this.#closing;
  }

  /** Lines `[0, count)` for which `holds`, which is true for some and then false for the rest. */
  async #search(count: number, holds: (line: FragmentLine) => boolean): Promise<number> {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#parse(await this.#lines(middle, 1), 0, middle))) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #lines(first: number, count: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(count * LINE_BYTES);
    const at = this.#headerBytes + first * LINE_BYTES;
    const read = await this.#read(() => this.#index.read(bytes, at));
    if (read < bytes.length) throw unreadable(this.location, 'its index has become shorter');
    return bytes;
  }

  #parse(bytes: Buffer, line: number, number: number): RunFragment {
    const parsed = parseIndexLine(bytes, line * LINE_BYTES);
    if (parsed?.kind !== 'fragment') {
      throw unreadable(this.location, `line ${number} of its index is no fragment's`);
    }
    return { ...parsed, number };
  }

  #keyframe(bytes: Buffer, line: number, number: number): RunFragment | undefined {
    if (!isKeyframeLine(bytes, line * LINE_BYTES)) return undefined;
    const fragment = this.#parse(bytes, line, number);
    return this.#keyTracks.includes(fragment.track) ? fragment : undefined;
  }

  #openRun(): Promise<OpenFile> {
    this.#run ??= openThroughGate(this.location.mkvPath, this.#files, this.#read);
    return this.#run;
  }
}

/** A file that arrives after its caller gave up is closed, not leaked. */
async function openThroughGate(path: string, files: Files, read: Read): Promise<OpenFile> {
  let abandoned = false;
  let opened: OpenFile | undefined;
  try {
    return await read(async () => {
      const file = await files.open(path);
      if (abandoned) await file.close();
      opened = file;
      return file;
    });
  } catch (error) {
    abandoned = true;
    if (opened !== undefined) await opened.close();
    throw error;
  }
}

function rethrowReadable(error: unknown): never {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ESTALE') {
    throw new PlaybackError(
      'playback.not-found',
      {
        happened: 'This recording is not there any more.',
        remedy: 'It may have been deleted to make room; look at the time line again.',
      },
      { cause: error },
    );
  }
  if (code !== undefined && !(error instanceof PlaybackError)) {
    throw new PlaybackError(
      'playback.unreadable',
      {
        happened: `The disk cannot read this recording (${code}).`,
        kept: 'The recording was not changed.',
        remedy: 'Check the volume and its cables, then run "vms check".',
      },
      { cause: error },
    );
  }
  throw error;
}

function unreadable(location: RunLocation, what: string): PlaybackError {
  return new PlaybackError('playback.unreadable', {
    happened: `Recording ${location.id} cannot be read: ${what}.`,
    kept: 'Its files were not changed.',
    remedy: 'Run "vms check".',
  });
}
