import { extname } from 'node:path';
import type { EpochMs } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import { FrameInterval } from '@vms/common/frame-interval.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { MediaError } from '@vms/media/errors.ts';
import { Join } from '@vms/media/join.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { Archive, ArchiveRange, TimeRange } from '../playback/archive.ts';
import { ExportError } from './export-error.ts';
import { MkvWriter } from './mkv-writer.ts';
import type { MovieTracks, MovieWriter } from './movie-writer.ts';
import { Mp4Writer } from './mp4-writer.ts';
import { cannotWrite, PartFile } from './part-file.ts';
import { type RecordedFragment, recordedFragments } from './recorded-frames.ts';

export const EXPORT_FORMATS = ['mp4', 'mkv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Files of one export: a new one begins where the camera changed its encoding. */
export const MAX_EXPORT_FILES = 99;
/**
 * Without pictures for longer than this, or than a camera that gives few takes (FrameInterval), is a gap;
 * the file goes on without it. Milliseconds.
 */
export const GAP_MS = 1_000;

export interface ExportRequest extends ArchiveRange {
  readonly format: ExportFormat;
  /** Of the first file; those after it get `-2`, `-3` … before the extension. */
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ExportOptions {
  readonly random: RandomBytes;
  /** Bytes that were read so far. */
  onProgress?(bytes: number): void;
  readonly signal?: AbortSignal;
  /** Samples of a track of an MP4 file; default MAX_TABLE_SAMPLES. */
  readonly maxSamples?: number;
}

/** What was recorded without a gap, and where it stands in which file. */
export interface ExportedPiece {
  readonly start: EpochMs;
  end: EpochMs;
  readonly file: string;
  /** Milliseconds from the beginning of the file. */
  readonly positionMs: number;
}

export interface ExportedFile {
  readonly path: string;
  bytes: number;
  durationMs: number;
  pictures: number;
  readonly hasSound: boolean;
}

export interface ExportReport {
  /** Empty where nothing is recorded. */
  readonly files: readonly ExportedFile[];
  readonly pieces: readonly ExportedPiece[];
  /** Recorded twice because the clock was set back: of these the recording that begins later is in the files. */
  readonly recordedTwice: readonly TimeRange[];
}

interface OpenMovie {
  readonly part: PartFile;
  readonly writer: MovieWriter;
  readonly tracks: MovieTracks;
  readonly file: ExportedFile;
}

/**
 * Writes what is recorded in a range into files that any player opens, from the keyframe at or before
 * its start. Gaps are left out, so that sound and picture stay together in every player: pieces say
 * which time stands where. Nothing is re-encoded. After an error nothing is left of it.
 *
 * @throws ExportError, PlaybackError
 */
export async function exportRecording(
  archive: Archive,
  request: ExportRequest,
  options: ExportOptions,
): Promise<ExportReport> {
  const run = new Export(request, options);
  try {
    const recordedTwice = await archive.recordedTwice(request);
    for await (const fragment of recordedFragments(archive, request)) await run.add(fragment);
    return { ...(await run.publish()), recordedTwice };
  } catch (error) {
    await run.discard();
    throw run.explain(error);
  }
}

class Export {
  readonly #request: ExportRequest;
  readonly #options: ExportOptions;
  readonly #parts: PartFile[] = [];
  readonly #files: ExportedFile[] = [];
  readonly #pieces: ExportedPiece[] = [];
  #open: OpenMovie | undefined;
  /** What the time of a frame is less its place in the file, 100 µs. */
  #shift = 0;
  #piece: ExportedPiece | undefined;
  readonly #interval = new FrameInterval(GAP_MS);
  #bytes = 0;
  readonly #join = new Join();

  constructor(request: ExportRequest, options: ExportOptions) {
    this.#request = request;
    this.#options = options;
  }

  async add(fragment: RecordedFragment): Promise<void> {
    const { signal, onProgress } = this.#options;
    if (signal?.aborted === true) throw aborted();
    this.#learnInterval(fragment);
    const silentMs = fragment.start - (this.#piece?.end ?? Number.NEGATIVE_INFINITY);
    const gap = silentMs > this.#interval.limitMs;
    // Pictures before a keyframe cannot be decoded: a new piece waits for one.
    if (gap && !fragment.keyframe && fragment.video !== undefined) return;
    await this.#write(this.#withoutLeading(fragment, gap), gap);
    this.#bytes += fragment.bytes;
    onProgress?.(this.#bytes);
  }

  #learnInterval({ frames }: RecordedFragment): void {
    for (const { kind, time } of frames) {
      if (kind === 'video') this.#interval.add(time / TICKS_100US_PER_MS);
    }
  }

  /** Leaves out pictures that refer to what came before the piece. */
  #withoutLeading(fragment: RecordedFragment, begins: boolean): RecordedFragment {
    const { frames, video } = fragment;
    if (video === undefined || (!begins && !this.#join.isOpen)) return fragment;
    let first = begins;
    const kept = frames.filter(({ kind, payload, time }) => {
      if (kind !== 'video') return true;
      const picture = { codec: video.codec, payload, time };
      if (!first) return !this.#join.skips(picture);
      this.#join.begin(picture);
      first = false;
      return true;
    });
    const shown = kept.flatMap(({ kind, time }) => (kind === 'video' ? [time] : []));
    const start = shown.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    return Number.isFinite(start)
      ? { ...fragment, frames: kept, start: start / TICKS_100US_PER_MS }
      : { ...fragment, frames: kept };
  }

  async #write(fragment: RecordedFragment, gap: boolean): Promise<void> {
    const movie = await this.#movieFor(fragment);
    if (gap || this.#piece?.file !== movie.part.path) this.#beginPiece(fragment, movie);
    const pieceStart = Math.round((this.#piece?.start ?? 0) * TICKS_100US_PER_MS);
    const frames = fragment.frames
      .filter(({ time }) => time >= pieceStart)
      .map((frame) => ({ ...frame, time: frame.time - this.#shift }));
    await movie.writer.add(frames);
    movie.file.pictures += frames.filter(({ kind }) => kind === 'video').length;
    if (this.#piece !== undefined) this.#piece.end = Math.max(this.#piece.end, fragment.end);
  }

  async publish(): Promise<Omit<ExportReport, 'recordedTwice'>> {
    await this.#finish();
    for (const part of this.#parts) await part.publish();
    return { files: this.#files, pieces: this.#pieces };
  }

  async discard(): Promise<void> {
    for (const part of this.#parts) await part.discard();
  }

  explain(error: unknown): unknown {
    if (error instanceof MediaError && error.code === 'media.out-of-range') {
      return new ExportError(
        'export.too-long',
        {
          happened: 'This time is too long for one MP4 file.',
          kept: 'Nothing was written.',
          remedy: 'Export less at a time, or choose --format mkv.',
        },
        { cause: error },
      );
    }
    const isDisk = systemErrorCode(error) !== undefined && !(error instanceof ExportError);
    return isDisk && error instanceof Error && 'syscall' in error
      ? cannotWrite(this.#request.path, error)
      : error;
  }

  /** The file for a fragment: another one where its encoding is another. */
  async #movieFor(fragment: RecordedFragment): Promise<OpenMovie> {
    const open = this.#open;
    const tracks = {
      video: fragment.video ?? open?.tracks.video,
      audio: fragment.audio,
    };
    if (open !== undefined && isSame(open.tracks, tracks)) return open;
    await this.#finish();
    if (this.#files.length === MAX_EXPORT_FILES) throw tooManyFiles();
    const path = this.#pathOf(this.#files.length + 1);
    const part = await PartFile.create(path);
    this.#parts.push(part);
    const { format, tags } = this.#request;
    const { random, maxSamples } = this.#options;
    const input = { ...tracks, startedAt: fragment.start, tags, uid: random(16) };
    const writer =
      format === 'mkv'
        ? await MkvWriter.begin(part.file, input)
        : await Mp4Writer.begin(part.file, input, maxSamples);
    const hasSound = tracks.audio !== undefined;
    const file = { path, bytes: 0, durationMs: 0, pictures: 0, hasSound };
    this.#files.push(file);
    this.#open = { part, writer, tracks, file };
    return this.#open;
  }

  #beginPiece(fragment: RecordedFragment, { part }: OpenMovie): void {
    const isNewFile = this.#piece?.file !== part.path;
    const positionMs = isNewFile ? 0 : this.#positionOf(this.#piece);
    const { start, end } = fragment;
    this.#shift = Math.round((start - positionMs) * TICKS_100US_PER_MS);
    this.#piece = { start, end, file: part.path, positionMs };
    this.#pieces.push(this.#piece);
  }

  /** Where a piece ends in its file, milliseconds. */
  #positionOf(piece: ExportedPiece | undefined): number {
    return piece === undefined ? 0 : piece.positionMs + piece.end - piece.start;
  }

  async #finish(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    const endMs = this.#positionOf(this.#piece);
    await open.writer.finish(Math.round(endMs * TICKS_100US_PER_MS));
    open.file.bytes = open.part.file.length;
    open.file.durationMs = endMs;
    await open.part.close();
    this.#open = undefined;
  }

  #pathOf(number: number): string {
    const { path } = this.#request;
    if (number === 1) return path;
    const extension = extname(path);
    return `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
  }
}

function isSame(a: MovieTracks, b: MovieTracks): boolean {
  const isEqual = (one: MovieTracks[keyof MovieTracks], other: typeof one): boolean =>
    one === other ||
    (one !== undefined &&
      other !== undefined &&
      one.codecString === other.codecString &&
      Buffer.compare(one.record, other.record) === 0 &&
      sizeOf(one) === sizeOf(other));
  return isEqual(a.video, b.video) && isEqual(a.audio, b.audio);
}

function sizeOf(config: NonNullable<MovieTracks[keyof MovieTracks]>): string {
  return config.kind === 'video'
    ? `${config.width} ${config.height}`
    : `${config.sampleRate} ${config.channels}`;
}

function aborted(): ExportError {
  return new ExportError('export.aborted', {
    happened: 'The export was stopped.',
    kept: 'Nothing of it is left.',
  });
}

function tooManyFiles(): ExportError {
  return new ExportError('export.too-many-files', {
    happened: `The camera changed its encoding over ${MAX_EXPORT_FILES} times in this time.`,
    kept: 'Nothing was written.',
    remedy: 'Export less at a time.',
  });
}
