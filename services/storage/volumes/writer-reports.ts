import type { Bus } from '@vms/bus/bus.ts';
import type { BusEvents, Subject } from '@vms/bus/subjects.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { MissingRuns } from '../catalogue/forget-missing.ts';
import type { RecordingWatch } from '../recording-watch.ts';
import type { RecoveredRuns } from '../recovery/recover-volume.ts';
import type { StorageMetrics } from '../storage-metrics.ts';
import type { WriterMessage } from '../writer/control-messages.ts';

export interface WriterReportsDeps {
  readonly volume: string;
  readonly logger: Logger;
  readonly bus: Bus;
  readonly metrics: StorageMetrics;
  readonly catalogue: Catalogue;
  readonly watch: RecordingWatch;
  /** Closes, in a process of its own, a run that its writer has given up. */
  repair(path: string): Promise<RecoveredRuns>;
  /** Takes out of the catalogue what is gone of a camera. */
  forgetMissing(camera: string): Promise<MissingRuns | undefined>;
  /** Storage stops: work that takes long is ended, and done by the recovery of the next start. */
  isEnding(): boolean;
}

type FileLost = Extract<WriterMessage, { type: 'file-lost' }>;

/** Takes what a writer reports of recordings into catalogue, metrics and bus, in its order. */
export class WriterReports {
  readonly #deps: WriterReportsDeps;

  constructor(deps: WriterReportsDeps) {
    this.#deps = deps;
  }

  async take(message: WriterMessage): Promise<void> {
    const { catalogue, metrics, logger, volume, watch } = this.#deps;
    switch (message.type) {
      case 'ready':
        for (const run of message.runs) await catalogue.put(volume, run, false);
        for (const path of message.gone) await catalogue.removePath(volume, path);
        logger.info({ volume, ...message.recovery }, 'The volume is recovered.');
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
          watch.acknowledged(stream.camera);
        }
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
      case 'file-lost':
        metrics.lostFiles.inc({ volume, how: message.how });
        watch.lost(message.camera, message);
        // Looking at the disk takes its time: what the writer reports meanwhile is taken in.
        void this.#settleLost(message).catch((error: unknown) => {
          if (this.#deps.isEnding()) return;
          const { camera, path } = message;
          logger.error({ volume, camera, path, error }, messageOf(error));
        });
        break;
      case 'alive':
        metrics.pendingBytes.set({ volume }, message.pendingBytes);
        break;
      case 'state':
      case 'stopped':
        break;
    }
  }

  /** Makes the catalogue say what is left of a run, and of its camera where a whole run is gone. */
  async #settleLost({ camera, run, path, file, how, from, to }: FileLost): Promise<void> {
    const { catalogue, volume, watch, logger } = this.#deps;
    if (file === 'run' && how !== 'changed') {
      await catalogue.remove(run);
      this.#tell('recording.gap', { camera, from, to, cause: 'file-lost' });
      const missing = await this.#deps.forgetMissing(camera);
      if (missing === undefined) return;
      watch.lost(camera, { path, how, from: Math.min(from, missing.from), to });
      const gap = { from: missing.from, to: missing.to };
      this.#tell('recording.gap', { camera, ...gap, cause: 'file-lost' });
      logger.error({ volume, camera, ...missing }, 'Recordings were deleted by another program.');
      return;
    }
    const { runs, left } = await this.#deps.repair(path);
    const whole = runs.find(({ id }) => id === run);
    if (whole === undefined) await catalogue.remove(run);
    else await catalogue.put(volume, whole, false);
    const kept = whole?.end ?? from;
    this.#tell('recording.gap', { camera, from: kept, to, cause: 'file-lost' });
    logger.warn(
      { volume, camera, path, kept: whole?.frames ?? 0, left },
      'A run was closed early.',
    );
  }

  /** An event is a wake-up call: where the bus is unavailable, nothing is lost. */
  #tell<S extends Subject>(subject: S, event: BusEvents[S]): void {
    try {
      this.#deps.bus.publish(subject, event);
    } catch (error) {
      this.#deps.logger.debug({ subject, error }, 'The bus is unavailable.');
    }
  }
}
