import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bus } from '@vms/bus/bus.ts';
import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { parseVolumeIdentity, type VolumeIdentity } from '@vms/format/volume-identity.ts';
import type { LinkAddress } from '@vms/medialink/frame-server.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { folderNames, forgetMissing } from '../catalogue/forget-missing.ts';
import { DEFAULT_FREE_SHARE, MAX_DEFAULT_FREE_BYTES, type VolumeConfig } from '../config.ts';
import type { VolumeGate } from '../disk/volume-gate.ts';
import type { RecordingWatch } from '../recording-watch.ts';
import type { RecoveredRuns } from '../recovery/recover-volume.ts';
import { StorageError } from '../storage-error.ts';
import type { StorageMetrics } from '../storage-metrics.ts';
import type { StreamAssignment, WriterMessage } from '../writer/control-messages.ts';
import { openVolume } from './volume-identity-file.ts';
import { findOtherOwner, type SystemIdentity, volumeInUse } from './volume-owner.ts';
import { type VolumeCondition, VolumeMonitor } from './volume-state.ts';
import { runVolumeTask, type TaskMessage, type VolumeTask } from './volume-task.ts';
import { WriterProcess } from './writer-process.ts';
import { WriterReports } from './writer-reports.ts';

/** Milliseconds before a volume that could not be opened is tried again. */
const REOPEN_MS = 2_000;
/** Milliseconds between two checks of a volume's condition and space. */
const WATCH_MS = 1_000;
/** Milliseconds that a start waits for a volume; one whose disk hangs is opened when it answers. */
export const OPEN_PATIENCE_MS = 10_000;

export interface VolumeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: RandomBytes;
  readonly bus: Bus;
  readonly metrics: StorageMetrics;
  readonly catalogue: Catalogue;
  readonly watch: RecordingWatch;
  readonly frames: LinkAddress;
  /** Who this system says it is, on the volumes that it writes to. */
  readonly system: SystemIdentity;
  /** For every call to the disk that is not a reader's. */
  readonly upkeep: VolumeGate;
  readonly ackLedger?: string | undefined;
  /** The streams that this volume records now. */
  streamsOf(volume: string): Promise<StreamAssignment[]>;
  /** The volume is there: cameras may be recorded to it. */
  onOpened(): void;
  /** The writer has no room: delete something, then tell it. */
  makeRoom(volume: Volume): void;
}

export interface VolumeSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/**
 * One volume as storage sees it: its identity, its writer process, its condition, and what its writer
 * tells, which goes into catalogue, metrics and bus.
 */
export class Volume {
  readonly config: VolumeConfig;
  readonly #deps: VolumeDeps;
  #identity: VolumeIdentity | undefined;
  #problem: (VolumeCondition & { readonly state: 'missing' | 'hung' | 'in-use' }) | undefined;
  #monitor: VolumeMonitor | undefined;
  #writer: WriterProcess | undefined;
  #space: VolumeSpace = { totalBytes: 0, freeBytes: 0 };
  #measuring = false;
  #watch: Timer | undefined;
  #reopening: Timer | undefined;
  /** The recordings of a volume that is new here are in the catalogue. */
  #takenIn: Promise<void> = Promise.resolve();
  /** One task at a time. */
  #tasks: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();
  #alarm = '';
  #ready = false;
  #stopped = false;
  /** Messages of the writer are taken in one after the other. */
  #inbox: Promise<void> = Promise.resolve();

  constructor(config: VolumeConfig, deps: VolumeDeps) {
    this.config = config;
    this.#deps = deps;
  }

  /** Undefined until its identity file was read. */
  get id(): string | undefined {
    return this.#identity?.id;
  }

  get space(): VolumeSpace {
    return this.#space;
  }

  get acknowledgementAgeMs(): number {
    return this.#monitor?.acknowledgementAgeMs ?? 0;
  }

  /** Milliseconds from which an acknowledgement is late; 0 while the volume is not open. */
  get lateAfterMs(): number {
    return this.#monitor?.lateAfterMs ?? 0;
  }

  /** Process id of its writer, while it runs. */
  get writerPid(): number | undefined {
    return this.#writer?.pid;
  }

  /** Whether its writer has recovered and records. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Bytes that retention keeps free on it. */
  get minFreeBytes(): number {
    return (
      this.config.minFreeBytes ??
      Math.min(MAX_DEFAULT_FREE_BYTES, this.#space.totalBytes * DEFAULT_FREE_SHARE)
    );
  }

  condition(): VolumeCondition {
    return this.#problem ?? this.#monitor?.condition() ?? { state: 'recording', detail: '' };
  }

  health(): HealthCheck {
    if (this.#problem !== undefined) return { status: 'failing', message: this.#problem.detail };
    return (
      this.#monitor?.health() ?? { status: 'degraded', message: 'The volume is being opened.' }
    );
  }

  /**
   * Opens the volume and starts its writer; tries again every REOPEN_MS where the volume is unavailable.
   * Waits at most OPEN_PATIENCE_MS: a disk that hangs keeps no other from recording.
   */
  async start(): Promise<void> {
    const { clock } = this.#deps;
    this.#watch ??= clock.every(WATCH_MS, () => this.#watchOver());
    let isOpen = false;
    const opening = this.#tryToOpen().then(() => {
      isOpen = true;
    });
    const patience = Promise.withResolvers<void>();
    const timer = clock.after(OPEN_PATIENCE_MS, () => {
      const seconds = OPEN_PATIENCE_MS / 1000;
      const detail = `The disk of ${this.config.path} has not responded for ${seconds} s. The volume is used as soon as it responds.`;
      if (!isOpen) this.#problem = { state: 'hung', detail };
      patience.resolve();
    });
    const ready = opening.then(() => this.#takenIn).finally(() => timer.cancel());
    await Promise.race([ready, patience.promise]);
    this.#watchOver();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch?.cancel();
    this.#reopening?.cancel();
    this.#ending.abort();
    await this.#writer?.stop();
    await this.#inbox;
    await this.#tasks;
  }

  /** Tells the writer which streams it records from now on. */
  async assign(): Promise<void> {
    const { id } = this;
    if (id === undefined || this.#writer === undefined || !this.#ready) return;
    this.#writer.send({ type: 'assign', streams: await this.#deps.streamsOf(id) });
  }

  /** Space was made. */
  retry(): void {
    this.#writer?.send({ type: 'retry' });
    void this.#measure();
  }

  async #tryToOpen(): Promise<void> {
    const { clock, logger, onOpened } = this.#deps;
    try {
      await this.#open();
      if (this.#stopped) return;
      this.#problem = undefined;
      onOpened();
    } catch (error) {
      const detail = messageOf(error);
      const isInUse = error instanceof StorageError && error.code === 'storage.volume-in-use';
      // Told once, also where the volume counted as hung before it failed.
      if (this.#problem === undefined || this.#problem.state === 'hung') {
        logger.error({ volume: this.config.path, error }, detail);
      }
      this.#problem = { state: isInUse ? 'in-use' : 'missing', detail };
      if (this.#stopped) return;
      this.#reopening = clock.after(REOPEN_MS, () => void this.start());
    }
  }

  async #open(): Promise<void> {
    const { catalogue, clock, logger, random, frames, ackLedger, system, metrics } = this.#deps;
    const { path } = this.config;
    const known = await catalogue.volumes();
    const isKnown = known.some((volume) => volume.path === path);
    const identity = await openVolume(this.config, { clock, logger, random, isKnown });
    const other = await findOtherOwner(path, system.system, clock);
    if (other !== undefined) throw volumeInUse(path, other);
    const { id } = identity;
    const isTakenIn = known.some((volume) => volume.id === id && volume.isTakenIn);
    await catalogue.addVolume(id, path, isTakenIn ? clock.now() : undefined);
    if (this.#stopped) return;
    this.#identity = identity;
    this.#monitor = new VolumeMonitor(clock, identity.tickMs);
    const reports = new WriterReports({
      ...this.#deps,
      volume: id,
      repair: (run) => this.#repair(run),
      forgetMissing: (camera) => this.#forgetMissing(id, camera),
      isEnding: () => this.#stopped,
    });
    this.#writer = new WriterProcess({
      volume: path,
      frames,
      ackLedger,
      clock,
      logger,
      startMessage: async () => ({
        type: 'start',
        system,
        openRuns: (await catalogue.openRuns(id)).map((run) => run.path),
        streams: await this.#deps.streamsOf(id),
      }),
      onMessage: (message) => {
        this.#inbox = this.#inbox
          .then(() => this.#take(reports, message))
          .catch((error: unknown) => {
            logger.error({ error }, 'A report of the writer could not be processed.');
          });
      },
      onEnded: (detail, why) => {
        this.#ready = false;
        metrics.writerRestarts.inc({ volume: id });
        if (why === 'in-use' && this.condition().state === 'in-use') return;
        const state = why === 'in-use' ? 'in-use' : 'failing';
        this.#monitor?.told(state, `The writer ended (${detail}). Restarting it.`);
      },
    });
    this.#writer.start();
    // Recordings that this catalogue has never seen are taken in while new ones are made.
    if (!isTakenIn) {
      this.#takenIn = this.#takeIn(id).catch((error: unknown) => {
        // At the next start again.
        if (!this.#stopped) logger.error({ volume: id, error }, messageOf(error));
      });
    }
    await this.#measure();
  }

  async #takeIn(id: string): Promise<void> {
    const { catalogue, logger, clock } = this.#deps;
    const { path } = this.config;
    let count = 0;
    let skipped: readonly string[] = [];
    await this.#task({ kind: 'index', volume: path }, async (message) => {
      if (message.type === 'indexed') {
        await catalogue.addMissing(id, message.runs);
        count += message.runs.length;
      } else if (message.type === 'index-done') skipped = message.skipped;
    });
    await catalogue.addVolume(id, path, clock.now());
    if (count > 0) {
      logger.info(
        { volume: id, runs: count, skipped },
        'The recordings of a volume were added to the catalogue.',
      );
    }
  }

  async #repair(run: string): Promise<RecoveredRuns> {
    let recovered: RecoveredRuns = { runs: [], gone: [], left: [] };
    await this.#task({ kind: 'repair', volume: this.config.path, paths: [run] }, (message) => {
      if (message.type === 'repaired') recovered = message;
    });
    return recovered;
  }

  #forgetMissing(id: string, camera: string) {
    const { catalogue, upkeep } = this.#deps;
    const { path } = this.config;
    return forgetMissing({
      catalogue,
      volume: { id, path },
      camera,
      folders: folderNames(upkeep, path),
      isThere: async () => {
        const text = await upkeep.run(path, () =>
          readFile(join(path, VOLUME_IDENTITY_FILE), 'utf8'),
        );
        return parseVolumeIdentity(text, path).id === id;
      },
    });
  }

  #task(
    task: VolumeTask,
    take: (message: Exclude<TaskMessage, { type: 'failed' }>) => void | Promise<void>,
  ): Promise<void> {
    const { clock } = this.#deps;
    const done = this.#tasks.then(async () => {
      const { signal } = this.#ending;
      signal.throwIfAborted();
      for await (const message of runVolumeTask(task, { clock, signal })) await take(message);
    });
    this.#tasks = done.catch(() => {});
    return done;
  }

  async #take(reports: WriterReports, message: WriterMessage): Promise<void> {
    await reports.take(message);
    switch (message.type) {
      case 'ready':
        this.#monitor?.told('recording', '');
        this.#ready = true;
        await this.assign();
        break;
      case 'acknowledged':
        this.#monitor?.acknowledged(message.ageMs);
        break;
      case 'state':
        this.#monitor?.told(message.state, message.detail);
        if (message.state === 'full') this.#deps.makeRoom(this);
        this.#watchOver();
        break;
      case 'alive':
        this.#monitor?.alive(message.pendingBytes, message.linkUp);
        break;
      default:
        break;
    }
  }

  #watchOver(): void {
    const { logger } = this.#deps;
    void this.#measure();
    const { state, detail } = this.condition();
    const alarm = state === 'recording' ? '' : `${state} ${detail}`;
    // Words that count seconds change all the time: an alarm is told when its state changes.
    if (alarm.split(' ')[0] === this.#alarm.split(' ')[0]) return;
    this.#alarm = alarm;
    const volume = this.id ?? this.config.path;
    try {
      this.#deps.bus.publish('storage.alarm', { volume, state, detail });
    } catch (error) {
      // An event is a wake-up call: where the bus is unavailable, nothing is lost.
      logger.debug({ error }, 'The bus is unavailable.');
    }
    if (state === 'recording') logger.info({ volume }, 'The volume is recording again.');
    else logger.error({ volume, state }, detail);
  }

  /** Reads the free space; never more than one question at a time, since a hung disk does not answer. */
  async #measure(): Promise<void> {
    if (this.#measuring || this.id === undefined) return;
    this.#measuring = true;
    try {
      const { path } = this.config;
      const { blocks, bsize, bavail } = await this.#deps.upkeep.run(path, () => statfs(path));
      this.#space = { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
      this.#deps.metrics.freeBytes.set({ volume: this.id }, this.#space.freeBytes);
    } catch {
      // The writer meets the same error and reports it.
    } finally {
      this.#measuring = false;
    }
  }
}
