import type { EpochMs } from '@vms/common/clock.ts';
import { hex } from '@vms/format/run-header.ts';
import type { Subscription } from '@vms/medialink/frame-source.ts';
import type { Disk } from '../disk/disk.ts';
import type { Acknowledgement, GapCause, WriterMessage } from './control-messages.ts';
import type { EncodedClosing, RunBuilder } from './run-builder.ts';
import { type FileLoss, RunFile } from './run-file.ts';
import { runReport } from './run-report.ts';
import type { ChainHead, StagedOperation, StreamRecorder } from './stream-recorder.ts';

/** A run that others have deleted or changed while it was written. */
export interface LostRun extends FileLoss {
  readonly run: string;
  /** Below the volume. */
  readonly path: string;
  readonly start: EpochMs;
}

/** What was written of one stream; becomes an acknowledgement when a sync that began later has returned. */
interface Written {
  readonly file: RunFile;
  /** Monotonic time since when its oldest frame waited. */
  readonly since: number;
  /** Of the file, with this. */
  readonly fileBytes: number;
  sequence: number;
  wallClock: EpochMs;
  end: EpochMs;
  hash: Uint8Array;
  payloadBytes: number;
  fragments: number;
  frames: number;
}

interface ClosingFile {
  readonly file: RunFile;
  readonly closing: EncodedClosing;
  readonly cause: Extract<StagedOperation, { kind: 'close' }>['cause'];
  /**
   * What is written of the end of the file, and how far its sync is. The closing line says that all
   * before it is durable: it waits until the trailer is.
   */
  stage: 'trailer' | 'trailer-syncing' | 'trailer-durable' | 'line' | 'line-syncing';
}

export interface RecordingOptions {
  readonly disk: Disk;
  /** Path of the volume. */
  readonly volume: string;
  /** Whether names must be made durable one by one (fdatasync mode). */
  readonly syncFolders: boolean;
  send(message: WriterMessage): void;
}

/**
 * One camera stream on its volume: its recorder, its open file, and the files that wait for their
 * closing line. A commit round is `write`, `beginSync` and `acknowledge`; between the last two, while
 * the sync is under way, more may be written.
 */
export class Recording {
  readonly recorder: StreamRecorder;
  subscription: Subscription | undefined;
  /** Monotonic time before which nothing is written: its last file gave an error. */
  retryAt = 0;
  retryMs = 0;
  /** Its folder could not be written or read for want of rights, and nothing was written since. */
  isDenied = false;
  /** Wall clock of the last acknowledged frame. */
  acknowledgedAt: EpochMs | undefined;
  readonly #options: RecordingOptions;
  #file: RunFile | undefined;
  /** Since the last sync began. */
  #written: Written[] = [];
  /** What the sync under way makes durable. */
  #syncing: Written[] = [];
  #closing: ClosingFile[] = [];
  #acknowledged: ChainHead;
  #progress = new WeakMap<RunBuilder, Acknowledgement>();

  constructor(recorder: StreamRecorder, chain: ChainHead, options: RecordingOptions) {
    this.recorder = recorder;
    this.#acknowledged = chain;
    this.#options = options;
  }

  /** Nothing waits, and no file is open. */
  get isClosed(): boolean {
    return this.recorder.isIdle && this.#file === undefined && this.#closing.length === 0;
  }

  /** Payload bytes that wait for an acknowledgement. */
  get unacknowledgedBytes(): number {
    let bytes = this.recorder.pendingBytes;
    for (const { payloadBytes } of [...this.#syncing, ...this.#written]) bytes += payloadBytes;
    return bytes;
  }

  /** Frames that wait for an acknowledgement. */
  get unacknowledgedFrames(): number {
    let count = this.recorder.pendingFrames;
    for (const { frames } of [...this.#syncing, ...this.#written]) count += frames;
    return count;
  }

  /** Monotonic time since when the oldest frame waits that no sync under way makes durable; or `now`. */
  waitingSince(now: number): number {
    let oldest = this.recorder.isIdle ? now : this.recorder.waitingSince;
    for (const { since } of this.#written) oldest = Math.min(oldest, since);
    return oldest;
  }

  /**
   * The first of its open files that others have deleted or changed.
   *
   * @throws the disk's error.
   */
  lost(): LostRun | undefined {
    const files = this.#closing.map(({ file }) => file);
    if (this.#file !== undefined) files.push(this.#file);
    for (const file of files) {
      const loss = file.loss();
      if (loss === undefined) continue;
      const { id: run, identity } = file.builder;
      return { ...loss, run, path: file.path, start: identity.dateUtc };
    }
    return undefined;
  }

  /**
   * Writes what is staged. Files touched are added to `touched`, for the sync.
   *
   * @throws the disk's error; what was not written stays staged.
   */
  write(touched: Set<RunFile>): void {
    for (const closing of this.#closing) {
      if (closing.stage !== 'trailer-durable') continue;
      closing.file.appendClosingLine(closing.closing);
      closing.stage = 'line';
      touched.add(closing.file);
    }
    const operations = this.recorder.stage();
    let done = 0;
    try {
      while (done < operations.length) {
        done += this.#apply(operations, done, touched);
      }
    } finally {
      if (done > 0) this.recorder.done(done);
    }
  }

  /** Carries out the operation at `from`, or several appends at once; gives how many. */
  #apply(operations: readonly StagedOperation[], from: number, touched: Set<RunFile>): number {
    const operation = operations[from];
    if (operation === undefined) return 0;
    switch (operation.kind) {
      case 'open':
        this.#file = RunFile.create(this.#options.disk, this.#options.volume, operation.builder, {
          syncFolders: this.#options.syncFolders,
        });
        touched.add(this.#file);
        return 1;
      case 'append':
        return this.#append(operations, from, touched);
      case 'close': {
        const file = this.#file;
        if (file === undefined) return 1;
        const closing = operation.builder.close(operation.cause);
        file.appendTrailer(closing);
        touched.add(file);
        this.#closing.push({ file, closing, cause: operation.cause, stage: 'trailer' });
        this.#file = undefined;
        return 1;
      }
    }
  }

  #append(operations: readonly StagedOperation[], from: number, touched: Set<RunFile>): number {
    const file = this.#file;
    if (file === undefined) throw new Error('A fragment was staged without its file.');
    let bytes = 0;
    let lines = '';
    let count = 0;
    let payloadBytes = 0;
    let frames = 0;
    let last: Extract<StagedOperation, { kind: 'append' }> | undefined;
    const buffers: Uint8Array[] = [];
    for (let i = from; i < operations.length; i++) {
      const operation = operations[i];
      if (operation?.kind !== 'append') break;
      for (const buffer of operation.buffers) buffers.push(buffer);
      bytes += operation.bytes;
      lines += operation.line;
      payloadBytes += operation.payloadBytes;
      frames += operation.frames;
      last = operation;
      count++;
    }
    if (last === undefined) return 0;
    file.append(buffers, bytes, lines);
    touched.add(file);
    this.#written.push({
      file,
      since: this.recorder.waitingSince,
      fileBytes: file.bytes,
      sequence: last.lastSequence,
      wallClock: last.lastWallClock,
      end: last.end,
      hash: last.hash,
      payloadBytes,
      fragments: count,
      frames,
    });
    return count;
  }

  /** A sync begins: it covers what is written by now. */
  beginSync(): void {
    this.#syncing = this.#written;
    this.#written = [];
    for (const closing of this.#closing) {
      if (closing.stage === 'trailer') closing.stage = 'trailer-syncing';
      else if (closing.stage === 'line') closing.stage = 'line-syncing';
    }
  }

  /** The sync has returned: tells what is durable, and adds the acknowledgements to `into`. */
  acknowledge(into: Acknowledgement[]): { bytes: number; fragments: number } {
    let bytes = 0;
    let fragments = 0;
    for (const written of this.#syncing) {
      const { file } = written;
      const { builder } = file;
      const before = this.#progress.get(builder);
      const acknowledgement: Acknowledgement = {
        run: builder.id,
        camera: builder.identity.camera,
        stream: builder.identity.stream,
        sequence: written.sequence,
        wallClock: written.wallClock,
        end: written.end,
        bytes: written.fileBytes,
        fragments: (before?.fragments ?? 0) + written.fragments,
        frames: (before?.frames ?? 0) + written.frames,
        hash: hex(written.hash),
      };
      this.#progress.set(builder, acknowledgement);
      builder.durableBytes = written.fileBytes;
      if (before === undefined) {
        this.#options.send({ type: 'opened', run: this.#report(file, acknowledgement) });
      }
      this.#acknowledged = { fileNumber: builder.identity.fileNumber, hash: written.hash };
      this.acknowledgedAt = written.wallClock;
      into.push(acknowledgement);
      bytes += written.payloadBytes;
      fragments += written.fragments;
    }
    if (this.#syncing.length > 0) {
      this.#syncing = [];
      this.retryMs = 0;
      this.isDenied = false;
    }
    this.#finishClosed();
    return { bytes, fragments };
  }

  /**
   * Gives up the open file and what waits, and reports the window since the last acknowledgement as
   * lost. Recovery closes the file later.
   */
  abandon(now: EpochMs): void {
    const frames = this.unacknowledgedFrames;
    this.release();
    this.#tellGap('disk', now, frames);
  }

  /** The same without a word: the process ends. */
  release(): void {
    this.#file?.release();
    this.#file = undefined;
    for (const { file } of this.#closing) file.release();
    this.#closing = [];
    this.#written = [];
    this.#syncing = [];
    this.recorder.abandon(this.#acknowledged);
  }

  /** Reports frames that could not be recorded since the last call. */
  reportDropped(now: EpochMs): void {
    for (const { reason, frames } of this.recorder.takeDropped()) {
      this.#tellGap(reason, now, frames);
    }
  }

  #tellGap(cause: GapCause, now: EpochMs, frames: number): void {
    const { camera, stream } = this.recorder;
    const from = this.acknowledgedAt ?? now;
    this.#options.send({ type: 'gap', camera, stream, cause, from, to: now, frames });
  }

  /** Paths, below the volume, of the files that the sync under way covers, by run. */
  paths(): Map<string, string> {
    return new Map(this.#syncing.map(({ file }) => [file.builder.id, file.path]));
  }

  #finishClosed(): void {
    if (this.#closing.length === 0) return;
    const waiting: ClosingFile[] = [];
    for (const closing of this.#closing) {
      if (closing.stage === 'trailer-syncing') closing.stage = 'trailer-durable';
      if (closing.stage !== 'line-syncing') {
        waiting.push(closing);
        continue;
      }
      closing.file.release();
      const progress = this.#progress.get(closing.file.builder);
      if (progress === undefined) continue;
      const run = this.#report(closing.file, {
        ...progress,
        bytes: progress.bytes + closing.closing.trailer.length,
      });
      this.#options.send({ type: 'closed', run, cause: closing.cause });
    }
    this.#closing = waiting;
  }

  #report(file: RunFile, progress: Acknowledgement): ReturnType<typeof runReport> {
    return runReport(file.path, file.builder.identity, {
      end: progress.end,
      bytes: progress.bytes,
      fragments: progress.fragments,
      frames: progress.frames,
      lastHash: progress.hash,
    });
  }
}
