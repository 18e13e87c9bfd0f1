import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { systemClock } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { serveFrames } from '@vms/medialink/frame-server.ts';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { RecordedCamera } from '../cameras/camera-list-file.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { checkVolume } from '../catalogue/check.ts';
import { storageConfigSchema } from '../config.ts';
import { systemDisk } from '../disk/disk.ts';
import { CATALOGUE_FILE, createStorage, type StorageServiceInstance } from '../service.ts';
import { clipFrames, FRAME_MS, TEST_CAMERA } from './clip-frames.ts';

export const SECRETS = { internalToken: 'test-token', mediaKey: new Uint8Array(32) };
const WAIT_MS = 30_000;

export async function until<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false)
      return value as NonNullable<Value>;
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A line of the ledger of acknowledgements. */
export interface Acknowledged {
  readonly camera: string;
  readonly frames: number;
  readonly path: string;
  readonly bytes: number;
  readonly run: string;
  readonly end: number;
}

/** A hub over a socket with a camera that plays, and a storage service on a real folder. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'vms-storage-'));
  readonly volume = join(this.folder, 'volume');
  /** Folders that a service records to. */
  volumes: readonly string[] = [this.volume];
  readonly ledger = join(this.folder, 'ledger.jsonl');
  readonly hub = new FrameHub();
  readonly bus = createMemoryBus();
  /** The volume is a file system of its own. */
  isMounted = false;
  /** Why the API does not say what was revoked; undefined where it does. */
  revocationFault: string | undefined;
  cameras: RecordedCamera[] = [{ id: TEST_CAMERA, enabled: true, retentionDays: 30 }];
  #revision = 0;
  readonly #players: NodeJS.Timeout[] = [];
  #services: StorageServiceInstance[] = [];
  #closeLink: (() => Promise<void>) | undefined;

  static async open(t: TestContext): Promise<Installation> {
    const installation = new Installation();
    mkdirSync(installation.volume);
    const address = { path: join(installation.folder, 'frames.sock') };
    const link = await serveFrames(installation.hub, {
      address,
      clock: systemClock,
      logger: silentLogger,
    });
    installation.#closeLink = () => link.close();
    t.after(() => installation.close());
    return installation;
  }

  /** Plays the clip in real time, from now on. */
  play(camera: CameraId = TEST_CAMERA, change = (frame: Frame): Frame => frame): void {
    let next = 0;
    const start = Date.now();
    const frames: Frame[] = clipFrames({ camera, count: 3000, start, audio: true });
    const player = setInterval(() => {
      for (; (frames[next]?.wallClock ?? Number.POSITIVE_INFINITY) <= Date.now(); next++) {
        const frame = frames[next];
        if (frame !== undefined) this.hub.publish(change(frame));
      }
    }, FRAME_MS);
    this.#players.push(player);
  }

  /** @param data name of its data folder: systems with different ones are different systems. */
  async start(data = 'storage'): Promise<StorageServiceInstance> {
    const config = storageConfigSchema.parse({
      port: 0,
      dataPath: join(this.folder, data),
      volumes: this.volumes.map((path) => ({ path, minFreeBytes: 0 })),
      ackLedger: this.ledger,
    });
    const service = createStorage(config, {
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics('storage', { process: false }),
      bus: this.bus,
      secrets: SECRETS,
      frames: { path: join(this.folder, 'frames.sock') },
      directory: {
        list: async () => ({ revision: String(this.#revision), cameras: this.cameras }),
      },
      readRevocations: async () => {
        if (this.revocationFault !== undefined) throw new Error(this.revocationFault);
        return { revocations: [], more: false, keptSince: 0 };
      },
    });
    this.#services.push(service);
    await service.start();
    return service;
  }

  setCameras(cameras: RecordedCamera[]): void {
    this.cameras = cameras;
    this.#revision++;
    this.bus.publish('camera.changed', { revision: String(this.#revision) });
  }

  acknowledged(): Acknowledged[] {
    if (!existsSync(this.ledger)) return [];
    const text = readFileSync(this.ledger, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  runs(): string[] {
    return readdirSync(this.volume, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.mkv'))
      .sort();
  }

  async check() {
    const catalogue = await Catalogue.open(
      join(this.folder, 'storage', CATALOGUE_FILE),
      systemClock,
    );
    const [volume] = await catalogue.volumes();
    const rows = await catalogue.runsOfVolume(volume?.id ?? '');
    await catalogue.close();
    return checkVolume({ disk: systemDisk, volume: this.volume, rows });
  }

  async close(): Promise<void> {
    for (const player of this.#players) clearInterval(player);
    for (const service of this.#services) await service.stop();
    await this.#closeLink?.();
    await this.bus.close();
    if (this.isMounted) spawnSync('umount', ['--lazy', this.volume]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function client(service: StorageServiceInstance) {
  return createRpcClient(StorageService, {
    baseUrl: service.address?.url ?? '',
    internalToken: SECRETS.internalToken,
  });
}
