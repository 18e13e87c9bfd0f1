import type { Frame } from '@vms/common/frame.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { encodeVolumeIdentity } from '@vms/format/volume-identity.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { MemoryDisk } from '../disk/memory-disk.ts';
import type { AckLedger } from '../writer/ack-ledger.ts';
import type {
  Acknowledgement,
  StreamAssignment,
  WriterMessage,
} from '../writer/control-messages.ts';
import type { ChainHead } from '../writer/stream-recorder.ts';
import { fdatasyncEach, type VolumeSync } from '../writer/volume-sync.ts';
import { VolumeWriter } from '../writer/volume-writer.ts';
import { TEST_CAMERA } from './clip-frames.ts';

export const VOLUME = '/volume';
export const TICK_MS = 500;

export const MAIN: StreamAssignment = {
  camera: TEST_CAMERA,
  stream: 'main',
  fileNumber: 0,
  lastHash: '',
};

/** A volume writer on a disk in memory, fed by a hub in this process, with a clock that a test moves. */
export class WriterBench {
  readonly disk: MemoryDisk;
  readonly clock = new ManualClock();
  readonly hub = new FrameHub();
  readonly messages: WriterMessage[] = [];
  readonly acknowledged: (Acknowledgement & { readonly path: string })[] = [];
  readonly writer: VolumeWriter;
  /** Set to make the next sync fail. */
  syncFails = false;
  /** Set to make syncs wait for it. */
  syncWaits: Promise<void> | undefined;
  /** When the writer asked for what the link holds back, on its monotonic clock. */
  readonly flushedAt: number[] = [];
  #uid = 1;

  constructor(options: { readonly disk?: MemoryDisk; chainOf?: () => ChainHead | undefined } = {}) {
    this.disk = options.disk ?? new MemoryDisk();
    if (!this.disk.files.has(`${VOLUME}/volume.json`)) putIdentity(this.disk);
    const inner = fdatasyncEach(this.disk);
    const sync: VolumeSync = {
      ...inner,
      sync: async (files) => {
        await this.syncWaits;
        if (this.syncFails) throw new Error('EIO: a sync failed');
        await inner.sync(files);
      },
    };
    const ledger: AckLedger = {
      append: (streams, pathOf) => {
        for (const stream of streams) {
          this.acknowledged.push({ ...stream, path: pathOf(stream.run) ?? '' });
        }
      },
      close() {},
    };
    this.writer = new VolumeWriter({
      volume: VOLUME,
      roundMs: TICK_MS,
      bootId: 'boot',
      disk: this.disk,
      sync,
      source: Object.assign(this.hub.open({ queueBytes: 256 * 1024 * 1024 }), {
        flush: async () => void this.flushedAt.push(this.clock.monotonic()),
      }),
      clock: this.clock,
      // Each run its own segment UID, the same in every test run.
      random: (count) => new Uint8Array(count).fill(this.#uid++),
      logger: silentLogger,
      chainOf: options.chainOf ?? (() => undefined),
      send: (message) => this.messages.push(message),
      ledger,
    });
  }

  /** Publishes frames at their pace, one commit round a tick. */
  async play(frames: readonly Frame[]): Promise<void> {
    let from = 0;
    while (from < frames.length) {
      const first = frames[from];
      if (first === undefined) break;
      let to = from;
      while (to < frames.length && to < from + Math.ceil(TICK_MS / 40)) to++;
      for (const frame of frames.slice(from, to)) this.hub.publish(frame);
      from = to;
      await this.tick();
    }
  }

  async tick(times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      this.clock.advance(TICK_MS);
      await this.writer.commit();
    }
  }

  /** Paths of the run files, below the volume. */
  runs(): string[] {
    return [...this.disk.files.keys()]
      .filter((path) => path.endsWith('.mkv'))
      .map((path) => path.slice(VOLUME.length + 1))
      .sort();
  }

  of<Type extends WriterMessage['type']>(type: Type): Extract<WriterMessage, { type: Type }>[] {
    return this.messages.filter(
      (message): message is Extract<WriterMessage, { type: Type }> => message.type === type,
    );
  }
}

export function putIdentity(disk: MemoryDisk): void {
  disk.put(
    `${VOLUME}/volume.json`,
    encodeVolumeIdentity({
      id: 'vol_testtesttesttest',
      createdAt: '2026-01-01T00:00:00.000Z',
      tickMs: TICK_MS,
      sync: 'fdatasync',
    }),
  );
}
