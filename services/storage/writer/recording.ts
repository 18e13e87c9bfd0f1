import type { EpochMs } from '@vms/common/clock.ts';
import { hex } from '@vms/format/run-header.ts';
import type { Subscription } from '@vms/medialink/frame-source.ts';
import type { Disk } from '../disk/disk.ts';
import type { Acknowledgement, WriterMessage } from './control-messages.ts';
import type { EncodedClosing, RunBuilder } from './run-builder.ts';
import { RunFile } from './run-file.ts';
import { runReport } from './run-report.ts';
import type { ChainHead, StagedOperation, StreamRecorder } from './stream-recorder.ts';

/** What one round did for one stream; becomes an acknowledgement when the sync has returned. */
interface Written {
  readonly file: RunFile;
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
  /** The closing line is written: its sync ends the file. */
  sealed: boolean;
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
 * closing line. `write` and `acknowledge` are the two halves of a commit round.
 */
export class Recording {
  readonly recorder: StreamRecorder;
  subscription: Subscription | undefined;
  /** Monotonic time before which nothing is written: its last file gave an error. */
  retryAt = 0;
  retryMs = 0;
  /** Wall clock of the last acknowledged frame. */
  acknowledgedAt: EpochMs | undefined;
  readonly #options: RecordingOptions;
  #file: RunFile | undefined;
  #written: Written[] = [];
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
    for (const { payloadBytes } of this.#written) bytes += payloadBytes;
    return bytes;
  }

  /** Frames that wait for an acknowledgement. */
  get unacknowledgedFrames(): number {
    let count = this.recorder.pendingFrames;
    for (const { frames } of this.#written) count += frames;
    return count;
  }

  /**
   * Writes what is staged. Files touched are added to `touched`, for the sync.
   *
   * @throws the disk's error; what was not written stays staged.
   */
  write(touched: RunFile[]): void {
    for (const closing of this.#closing) {
      if (!closing.sealed) {
        closing.file.appendClosingLine(closing.closing);
        closing.sealed = true;
      }
      touched.push(closing.file);
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
  #apply(operations: readonly StagedOperation[], from: number, touched: RunFile[]): number {
    const operation = operations[from];
    if (operation === undefined) return 0;
    switch (operation.kind) {
      case 'open':
        this.#file = RunFile.create(this.#options.disk, this.#options.volume, operation.builder, {
          syncFolders: this.#options.syncFolders,
        });
        touched.push(this.#file);
        return 1;
      case 'append':
        return this.#append(operations, from, touched);
      case 'close': {
        const file = this.#file;
        if (file === undefined) return 1;
        const closing = operation.builder.close(operation.cause);
        file.appendTrailer(closing);
        if (!touched.includes(file)) touched.push(file);
        this.#closing.push({ file, closing, cause: operation.cause, sealed: false });
        this.#file = undefined;
        return 1;
      }
    }
  }

  #append(operations: readonly StagedOperation[], from: number, touched: RunFile[]): number {
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
    if (touched.at(-1) !== file) touched.push(file);
    this.#written.push({
      file,
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

  /** The sync has returned: tells what is durable, and adds the acknowledgements to `into`. */
  acknowledge(into: Acknowledgement[]): { bytes: number; fragments: number } {
    let bytes = 0;
    let fragments = 0;
    for (const written of this.#written) {
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
        bytes: file.bytes,
        fragments: (before?.fragments ?? 0) + written.fragments,
        frames: (before?.frames ?? 0) + written.frames,
        hash: hex(written.hash),
      };
      this.#progress.set(builder, acknowledgement);
      builder.durableBytes = file.bytes;
      if (before === undefined) {
        this.#options.send({ type: 'opened', run: this.#report(file, acknowledgement) });
      }
      this.#acknowledged = { fileNumber: builder.identity.fileNumber, hash: written.hash };
      this.acknowledgedAt = written.wallClock;
      into.push(acknowledgement);
      bytes += written.payloadBytes;
      fragments += written.fragments;
    }
    if (this.#written.length > 0) {
      this.#written = [];
      this.retryMs = 0;
    }
    this.#finishClosed();
    return { bytes, fragments };
  }

  /** Gives up the open file and what waits: its disk gave an error. Recovery closes it later. */
  abandon(): void {
    this.#file?.release();
    this.#file = undefined;
    for (const { file } of this.#closing) file.release();
    this.#closing = [];
    this.#written = [];
    this.recorder.abandon(this.#acknowledged);
  }

  /** Paths, below the volume, of the files that this round wrote to, by run. */
  paths(): Map<string, string> {
    return new Map(this.#written.map(({ file }) => [file.builder.id, file.path]));
  }

  #finishClosed(): void {
    if (this.#closing.length === 0) return;
    const waiting: ClosingFile[] = [];
    for (const closing of this.#closing) {
      if (!closing.sealed) {
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
