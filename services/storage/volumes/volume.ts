import { statfs } from 'node:fs/promises';
import type { Bus } from '@vms/bus/bus.ts';
import type { BusEvents, Subject } from '@vms/bus/subjects.ts';
import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { VolumeIdentity } from '@vms/format/volume-identity.ts';
import type { LinkAddress } from '@vms/medialink/frame-server.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { reindexVolume } from '../catalogue/reindex.ts';
import { DEFAULT_FREE_SHARE, MAX_DEFAULT_FREE_BYTES, type VolumeConfig } from '../config.ts';
import { systemDisk } from '../disk/disk.ts';
import type { RecordingWatch } from '../recording-watch.ts';
import type { StorageMetrics } from '../storage-metrics.ts';
import type { RunReport, StreamAssignment, WriterMessage } from '../writer/control-messages.ts';
import { openVolume } from './volume-identity-file.ts';
import { type VolumeCondition, VolumeMonitor } from './volume-state.ts';
import { WriterProcess } from './writer-process.ts';

/** Milliseconds between two looks for a volume that is not there. */
const LOOK_MS = 2_000;
/** Milliseconds between two looks at a volume's condition and space. */
const WATCH_MS = 1_000;

export interface VolumeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: RandomBytes;
  readonly bus: Bus;
  readonly metrics: StorageMetrics;
  readonly catalogue: Catalogue;
  readonly watch: RecordingWatch;
  readonly frames: LinkAddress;
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
  #problem: string | undefined;
  #monitor: VolumeMonitor | undefined;
  #writer: WriterProcess | undefined;
  #space: VolumeSpace = { totalBytes: 0, freeBytes: 0 };
  #measuring = false;
  #watch: Timer | undefined;
  #look: Timer | undefined;
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
    if (this.#problem !== undefined) return { state: 'missing', detail: this.#problem };
    return this.#monitor?.condition() ?? { state: 'recording', detail: '' };
  }

  health(): HealthCheck {
    if (this.#problem !== undefined) return { status: 'failing', message: this.#problem };
    return (
      this.#monitor?.health() ?? { status: 'degraded', message: 'The volume is being opened.' }
    );
  }

  /** Opens the volume and starts its writer; where the volume is not there, looks again by itself. */
  async start(): Promise<void> {
    this.#watch ??= this.#deps.clock.every(WATCH_MS, () => this.#watchOver());
    try {
      await this.#open();
      this.#problem = undefined;
      this.#deps.onOpened();
    } catch (error) {
      if (this.#problem === undefined) {
        this.#deps.logger.error({ volume: this.config.path, error }, messageOf(error));
      }
      this.#problem = messageOf(error);
      if (this.#stopped) return;
      this.#look = this.#deps.clock.after(LOOK_MS, () => void this.start());
    }
    this.#watchOver();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch?.cancel();
    this.#look?.cancel();
    await this.#writer?.stop();
    await this.#inbox;
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

  async #open(): Promise<void> {
    const { catalogue, clock, logger, random, frames, ackLedger } = this.#deps;
    const known = await catalogue.volumes();
    const identity = await openVolume(this.config, {
      clock,
      logger,
      random,
      isKnown: known.some(({ path }) => path === this.config.path),
    });
    if (this.#stopped) return;
    const isNew = await catalogue.addVolume(identity.id, this.config.path, clock.now());
    if (isNew) await this.#takeIn(identity.id);
    this.#identity = identity;
    this.#monitor = new VolumeMonitor(clock, identity.tickMs);
    await this.#measure();
    this.#writer = new WriterProcess({
      volume: this.config.path,
      frames,
      ackLedger,
      clock,
      logger,
      startMessage: async () => ({
        type: 'start',
        openRuns: (await catalogue.openRuns(identity.id)).map(({ path }) => path),
        streams: await this.#deps.streamsOf(identity.id),
      }),
      onMessage: (message) => {
        this.#inbox = this.#inbox
          .then(() => this.#take(identity.id, message))
          .catch((error: unknown) => {
            logger.error({ error }, 'What a writer told could not be taken in.');
          });
      },
      onEnded: (detail) => {
        this.#ready = false;
        this.#deps.metrics.writerRestarts.inc({ volume: identity.id });
        this.#monitor?.told('failing', `The writer ended (${detail}) and is started again.`);
      },
    });
    this.#writer.start();
  }

  /** A volume that this catalogue has never seen may be full of recordings: take them in. */
  async #takeIn(id: string): Promise<void> {
    const { catalogue, logger } = this.#deps;
    const { runs, skipped } = await reindexVolume(systemDisk, catalogue, {
      id,
      path: this.config.path,
    });
    if (runs > 0) logger.info({ volume: id, runs, skipped }, 'Recordings of a volume taken in.');
  }

  async #take(volume: string, message: WriterMessage): Promise<void> {
    const { catalogue, metrics, logger } = this.#deps;
    switch (message.type) {
      case 'ready':
        for (const run of message.runs) await catalogue.put(volume, run, false);
        await this.#forgetVanished(volume, message.runs);
        logger.info({ volume, ...message.recovery }, 'The volume is recovered.');
        this.#monitor?.told('recording', '');
        this.#ready = true;
        await this.assign();
        break;
      case 'opened':
        await catalogue.put(volume, message.run, true);
        this.#tell('recording.opened', {
          camera: message.run.camera,
          run: message.run.id,
          start: message.run.start,
        });
        break;
      case 'closed': {
        await catalogue.put(volume, message.run, false);
        const { camera, id, start, end, bytes } = message.run;
        this.#tell('recording.closed', { camera, run: id, start, end, bytes });
        break;
      }
      case 'acknowledged':
        for (const stream of message.streams) {
          catalogue.acknowledge(volume, stream);
          this.#deps.watch.acknowledged(stream.camera);
        }
        this.#monitor?.acknowledged(message.ageMs);
        metrics.recordedBytes.inc({ volume }, message.bytes);
        metrics.fragments.inc({ volume }, message.fragments);
        metrics.acknowledgementAge.observe({ volume }, message.ageMs / 1000);
        metrics.sync.observe({ volume }, message.syncMs / 1000);
        break;
      case 'gap': {
        const { camera, from, to, cause, frames } = message;
        metrics.gaps.inc({ volume, cause });
        metrics.gapFrames.inc({ volume, cause }, frames);
        // Frames before the first keyframe are nobody's loss.
        if (cause !== 'no-keyframe') this.#tell('recording.gap', { camera, from, to, cause });
        break;
      }
      case 'state':
        this.#monitor?.told(message.state, message.detail);
        if (message.state === 'full') this.#deps.makeRoom(this);
        this.#watchOver();
        break;
      case 'alive':
        this.#monitor?.alive(message.pendingBytes, message.linkUp);
        metrics.pendingBytes.set({ volume }, message.pendingBytes);
        break;
      case 'stopped':
        break;
    }
  }

  /** Rows that were open and are neither recovered nor there: their files held nothing. */
  async #forgetVanished(volume: string, recovered: readonly RunReport[]): Promise<void> {
    const { catalogue } = this.#deps;
    const kept = new Set(recovered.map(({ path }) => path));
    for (const row of await catalogue.openRuns(volume)) {
      if (kept.has(row.path)) continue;
      const exists = systemDisk.identity(`${this.config.path}/${row.path}`) !== undefined;
      if (!exists) await catalogue.remove(row.id);
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
    this.#tell('storage.alarm', { volume, state, detail });
    if (state === 'recording') logger.info({ volume }, 'The volume records again.');
    else logger.error({ volume, state }, detail);
  }

  /** An event is a wake-up call: where the bus is away, nothing is lost. */
  #tell<S extends Subject>(subject: S, event: BusEvents[S]): void {
    try {
      this.#deps.bus.publish(subject, event);
    } catch (error) {
      this.#deps.logger.debug({ subject, error }, 'The bus is away.');
    }
  }

  /** Reads the free space; never more than one question at a time, since a hung disk does not answer. */
  async #measure(): Promise<void> {
    if (this.#measuring || this.id === undefined) return;
    this.#measuring = true;
    try {
      const { blocks, bsize, bavail } = await statfs(this.config.path);
      this.#space = { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
      this.#deps.metrics.freeBytes.set({ volume: this.id }, this.#space.freeBytes);
    } catch {
      // The writer meets the same error and tells of it.
    } finally {
      this.#measuring = false;
    }
  }
}
