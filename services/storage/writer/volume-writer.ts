import { join } from 'node:path';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import type { FrameGap, FrameSource } from '@vms/medialink/frame-source.ts';
import type { Disk } from '../disk/disk.ts';
import type { AckLedger } from './ack-ledger.ts';
import { MAX_PENDING_BYTES, nextRetryMs, RETRY_FIRST_MS } from './bounds.ts';
import type {
  Acknowledgement,
  StreamAssignment,
  WriterMessage,
  WriterState,
} from './control-messages.ts';
import { describeDiskError, describeSyncFailure, diskFailureOf } from './disk-failure.ts';
import { type LostRun, Recording } from './recording.ts';
import { startRounds } from './rounds.ts';
import type { RunFile } from './run-file.ts';
import { type ChainHead, NO_CHAIN, StreamRecorder } from './stream-recorder.ts';
import type { VolumeSync } from './volume-sync.ts';

/** Rounds that stopping takes at most: what waits, its trailers, its closing lines. */
const MAX_STOP_ROUNDS = 4;

export interface VolumeWriterOptions {
  /** Path of the volume. */
  readonly volume: string;
  /** Milliseconds between two commit rounds. */
  readonly roundMs: number;
  readonly bootId: string;
  readonly disk: Disk;
  readonly sync: VolumeSync;
  readonly source: FrameSource;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly logger: Logger;
  /** Where the chain of a camera stream stands on this volume, from recovery. */
  chainOf(camera: string, stream: string): ChainHead | undefined;
  send(message: WriterMessage): void;
  readonly ledger?: AckLedger;
}

/**
 * Records camera streams on one volume. A commit round serves all of them: write what waits and its index
 * lines, sync once, acknowledge. Writes are synchronous, the sync is awaited, rounds never overlap.
 *
 * Errors: a full volume keeps what waits and tries again; an error in one file abandons that file; a
 * failed sync, a read-only or vanished volume abandons all. An abandoned stream asks the hub for its
 * current GOP again and begins a new run with it. No sync is ever repeated for the same bytes.
 */
export class VolumeWriter {
  readonly #options: VolumeWriterOptions;
  readonly #recordings = new Map<string, Recording>();
  /** Streams that were taken away and still have a file to close. */
  readonly #leaving = new Set<Recording>();
  readonly #identity: string | undefined;
  readonly #rounds: Timer;
  #state: WriterState = 'recording';
  #retryAt = 0;
  #retryMs = 0;
  /** Payload bytes in memory only. */
  #waitingBytes = 0;
  #round: Promise<void> | undefined;
  /** Files written to since the last sync began. */
  readonly #touched = new Set<RunFile>();
  /** The last time that something was written, all was. */
  #wroteAll = true;
  #sourcePaused = false;
  /** All files are given up and nothing is asked for, until the volume is tried again. */
  #suspended = false;
  #stopping = false;

  constructor(options: VolumeWriterOptions) {
    this.#options = options;
    this.#identity = options.disk.identity(join(options.volume, VOLUME_IDENTITY_FILE));
    this.#rounds = startRounds(options.clock, options.roundMs, {
      beforeRound: () => void options.source.flush(),
      onRound: () => void this.commit(),
    });
  }

  /** Payload bytes that are not acknowledged. */
  get pendingBytes(): number {
    let bytes = 0;
    for (const recording of this.#all()) bytes += recording.unacknowledgedBytes;
    return bytes;
  }

  get state(): WriterState {
    return this.#state;
  }

  /** Records exactly these streams from now on. */
  assign(streams: readonly StreamAssignment[]): void {
    const wanted = new Set<string>();
    for (const assignment of streams) {
      const key = `${assignment.camera}/${assignment.stream}`;
      wanted.add(key);
      if (!this.#recordings.has(key)) this.#add(key, assignment);
    }
    for (const [key, recording] of this.#recordings) {
      if (wanted.has(key)) continue;
      this.#recordings.delete(key);
      recording.subscription?.close();
      recording.recorder.end('stopped');
      this.#leaving.add(recording);
    }
  }

  /** Storage made room, or an administrator mended something: try now. */
  retry(): void {
    this.#retryAt = 0;
    void this.commit();
  }

  /**
   * One commit round. Where the sync of the one before is under way, only writes what waits: a slow
   * disk then costs, where the process is killed, no more than one tick.
   */
  commit(): Promise<void> {
    if (this.#round !== undefined) this.#writeBehind();
    this.#round ??= this.#commit().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  /** Closes every file and stops. Bounded by the disk: the caller limits the time. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#rounds.cancel();
    this.assign([]);
    // Whoever stops us may not wait for the sync under way.
    if (this.#round !== undefined) this.#writeBehind();
    await this.#round;
    this.#retryAt = 0;
    for (let i = 0; i < MAX_STOP_ROUNDS && this.#leaving.size > 0; i++) await this.commit();
    for (const recording of this.#leaving) recording.release();
    this.#options.sync.close();
  }

  #add(key: string, assignment: StreamAssignment): void {
    const { bootId, clock, random, disk, volume, sync, send } = this.#options;
    const { camera, stream } = assignment;
    const known: ChainHead = {
      fileNumber: assignment.fileNumber,
      hash: assignment.lastHash === '' ? NO_CHAIN.hash : Buffer.from(assignment.lastHash, 'hex'),
    };
    const own = this.#options.chainOf(camera, stream);
    const leaving = [...this.#leaving].find(
      ({ recorder }) => recorder.camera === camera && recorder.stream === stream,
    );
    let chain = own !== undefined && own.fileNumber >= known.fileNumber ? own : known;
    if (leaving !== undefined && leaving.recorder.chain.fileNumber >= chain.fileNumber) {
      chain = leaving.recorder.chain;
    }
    const recorder = new StreamRecorder({ camera, stream, bootId, clock, random, chain });
    const syncFolders = sync.mode === 'fdatasync';
    const recording = new Recording(recorder, chain, { disk, volume, syncFolders, send });
    this.#recordings.set(key, recording);
    if (!this.#suspended) this.#subscribe(recording);
  }

  #subscribe(recording: Recording): void {
    const { recorder } = recording;
    const { camera, stream } = recorder;
    recording.subscription?.close();
    recording.subscription = this.#options.source.subscribe({
      camera,
      stream,
      startWith: 'gop',
      onFrame: (frame: Frame) => {
        recorder.offer(frame);
        this.#waitingBytes += frame.payload.length;
        if (this.#waitingBytes >= MAX_PENDING_BYTES && !this.#sourcePaused) {
          this.#sourcePaused = true;
          this.#options.source.pause();
        }
      },
      onGap: (gap: FrameGap) => {
        recorder.gap();
        this.#options.send({
          type: 'gap',
          camera,
          stream,
          cause: gap.cause,
          from: gap.from,
          to: gap.to,
          frames: gap.droppedFrames,
        });
      },
      onEnd: () => {
        // Ingest let the camera go; as long as it is ours to record, it may come back.
        if (this.#recordings.get(`${camera}/${stream}`) !== recording) return;
        recorder.gap();
        this.#subscribe(recording);
      },
    });
  }

  async #commit(): Promise<void> {
    const { clock, sync } = this.#options;
    const startedAt = clock.monotonic();
    if (startedAt < this.#retryAt || !this.#volumeIsThere()) return;
    if (this.#suspended) return this.#takeUp();
    let oldest = startedAt;
    for (const each of this.#all()) oldest = Math.min(oldest, each.waitingSince(startedAt));
    this.#writeAll(startedAt);
    if (this.#suspended) return;
    const touched = [...this.#touched].filter((file) => !file.isReleased);
    this.#touched.clear();
    if (touched.length === 0) {
      this.#settle();
      return;
    }
    for (const recording of this.#all()) recording.beginSync();
    const syncStartedAt = clock.monotonic();
    try {
      await sync.sync(touched.flatMap((file) => [file.run, file.index]));
    } catch (error) {
      this.#suspend('failing', describeSyncFailure(error));
      return;
    }
    this.#acknowledge(oldest, syncStartedAt);
    if (this.#wroteAll && !this.#suspended) this.#records();
    this.#settle();
  }

  /** Hands what waits to the operating system, for the next sync. */
  #writeBehind(): void {
    const now = this.#options.clock.monotonic();
    if (this.#suspended || now < this.#retryAt || !this.#volumeIsThere()) return;
    this.#writeAll(now);
    if (!this.#suspended) this.#settle();
  }

  #writeAll(now: number): void {
    this.#wroteAll = false;
    let full: unknown;
    for (const recording of this.#all()) {
      try {
        const lost = recording.lost();
        if (lost !== undefined) this.#lose(recording, lost, now);
        if (now < recording.retryAt) continue;
        recording.write(this.#touched);
      } catch (error) {
        const failure = diskFailureOf(error);
        if (failure === 'full') {
          full = error;
          break;
        }
        recording.isDenied = failure === 'denied';
        if (failure === 'volume' || [...this.#all()].every(({ isDenied }) => isDenied)) {
          this.#suspend('failing', describeDiskError(error));
          return;
        }
        this.#abandonOne(recording, error, now);
      }
    }
    this.#wroteAll = full === undefined;
    if (full !== undefined) this.#pause('full', describeDiskError(full));
  }

  #acknowledge(oldest: number, syncStartedAt: number): void {
    const { clock, ledger, send } = this.#options;
    const streams: Acknowledgement[] = [];
    const paths = new Map<string, string>();
    let bytes = 0;
    let fragments = 0;
    for (const recording of this.#all()) {
      const from = streams.length;
      // A run that this acknowledgement closes leaves the recording: note its path before.
      const path = ledger === undefined ? undefined : recording.paths();
      const done = recording.acknowledge(streams);
      bytes += done.bytes;
      fragments += done.fragments;
      for (const { run } of streams.slice(from)) paths.set(run, path?.get(run) ?? '');
    }
    if (streams.length === 0) return;
    ledger?.append(streams, (run) => paths.get(run));
    const now = clock.monotonic();
    send({
      type: 'acknowledged',
      streams,
      bytes,
      fragments,
      ageMs: now - oldest,
      syncMs: now - syncStartedAt,
    });
  }

  /** After a round: counts drops, lets go of streams that have left, reads the link again. */
  #settle(): void {
    const now = this.#options.clock.now();
    let waiting = 0;
    for (const recording of this.#all()) {
      recording.reportDropped(now);
      waiting += recording.recorder.pendingBytes;
    }
    this.#waitingBytes = waiting;
    for (const recording of this.#leaving) {
      if (recording.isClosed) this.#leaving.delete(recording);
    }
    if (this.#sourcePaused && this.#waitingBytes < MAX_PENDING_BYTES / 2) {
      this.#sourcePaused = false;
      this.#options.source.resume();
    }
  }

  #abandonOne(recording: Recording, error: unknown, now: number): void {
    const { camera, stream } = recording.recorder;
    const text = 'A file could not be written; starting a new one.';
    this.#options.logger.error({ camera, stream, error }, text);
    this.#beginAgain(recording, now);
  }

  /** Others have deleted or changed the open file: what comes goes into a new one. */
  #lose(recording: Recording, lost: LostRun, now: number): void {
    const { logger, send, clock } = this.#options;
    const { camera, stream } = recording.recorder;
    const { start: from, ...run } = lost;
    const text =
      'A file being recorded was deleted or changed by another program; starting a new one.';
    logger.error({ camera, stream, ...run }, text);
    send({ type: 'file-lost', camera, stream, ...run, from, to: clock.now() });
    this.#beginAgain(recording, now);
  }

  /** Gives up the file of a stream; the next begins, a little later, with the current GOP. */
  #beginAgain(recording: Recording, now: number): void {
    recording.retryMs = nextRetryMs(recording.retryMs);
    recording.retryAt = now + recording.retryMs;
    recording.abandon(this.#options.clock.now());
    if (!this.#leaving.delete(recording)) this.#subscribe(recording);
  }

  /** Gives up every file. Nothing is asked of the hub until the volume is tried again. */
  #suspend(state: WriterState, detail: string): void {
    this.#pause(state, detail);
    if (this.#suspended) return;
    this.#suspended = true;
    for (const recording of this.#all()) {
      recording.subscription?.close();
      recording.abandon(this.#options.clock.now());
    }
    this.#leaving.clear();
    this.#settle();
  }

  /** Tries a suspended volume again: every stream begins with its current GOP. */
  #takeUp(): void {
    this.#suspended = false;
    if (this.#state === 'missing') this.#records();
    for (const recording of this.#recordings.values()) this.#subscribe(recording);
  }

  #records(): void {
    this.#retryMs = 0;
    this.#setState('recording', 'The volume takes recordings again.');
  }

  #pause(state: WriterState, detail: string): void {
    this.#retryMs = state === 'full' ? RETRY_FIRST_MS : nextRetryMs(this.#retryMs);
    this.#retryAt = this.#options.clock.monotonic() + this.#retryMs;
    this.#setState(state, detail);
  }

  #volumeIsThere(): boolean {
    const { disk, volume } = this.#options;
    let identity: string | undefined;
    try {
      identity = disk.identity(join(volume, VOLUME_IDENTITY_FILE));
    } catch {
      identity = undefined;
    }
    if (identity !== undefined && identity === this.#identity) return true;
    this.#suspend(
      'missing',
      `The volume ${volume} is not there: its ${VOLUME_IDENTITY_FILE} is gone. Nothing is written to the folder; recording goes on when the disk is back.`,
    );
    return false;
  }

  #setState(state: WriterState, detail: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.send({ type: 'state', state, detail });
  }

  *#all(): Generator<Recording> {
    yield* this.#leaving;
    yield* this.#recordings.values();
  }
}
