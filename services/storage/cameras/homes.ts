import type { CameraId } from '@vms/common/ids.ts';
import { NO_HASH } from '@vms/format/hash-chain.ts';
import { hex } from '@vms/format/run-header.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { StreamAssignment } from '../writer/control-messages.ts';
import type { RecordedCamera } from './camera-list-file.ts';

/** A volume as the choice of a home needs it. */
export interface HomeVolume {
  readonly id: string | undefined;
  readonly space: { readonly freeBytes: number };
  condition(): { readonly state: string };
}

export interface HomesDeps {
  readonly catalogue: Catalogue;
  cameras(): readonly RecordedCamera[];
  volumes(): readonly HomeVolume[];
  /** Cameras whose recordings are being deleted are not recorded. */
  isDeleting(camera: string): boolean;
}

/**
 * Which volume records which camera. A new camera goes to the volume that records and has the most
 * room a camera; from then on it stays there, whatever happens to the volume: nothing moves by itself.
 */
export class Homes {
  readonly #deps: HomesDeps;
  readonly #homes = new Map<string, string>();
  #settling: Promise<void> = Promise.resolve();

  constructor(deps: HomesDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    for (const [camera, volume] of await this.#deps.catalogue.homes()) {
      this.#homes.set(camera, volume);
    }
  }

  /** Gives every camera that has none a home, where a volume records. */
  settle(): Promise<void> {
    this.#settling = this.#settling.then(() => this.#settle());
    return this.#settling;
  }

  forget(camera: string): void {
    this.#homes.delete(camera);
  }

  /** The volume of a camera; undefined where none takes it. */
  volumeOf(camera: string): string | undefined {
    return this.#homes.get(camera);
  }

  /** Cameras that should be recorded and have no volume to go to. */
  get homeless(): number {
    return this.#deps.cameras().filter(({ id, enabled }) => enabled && !this.#homes.has(id)).length;
  }

  /** What a volume records now, with where each chain stands as far as the catalogue knows. */
  async streamsOf(volume: string): Promise<StreamAssignment[]> {
    const streams: StreamAssignment[] = [];
    for (const { id, enabled } of this.#deps.cameras()) {
      if (!enabled || this.#homes.get(id) !== volume || this.#deps.isDeleting(id)) continue;
      const head = await this.#deps.catalogue.chainHead(id, 'main');
      streams.push({
        camera: id,
        stream: 'main',
        fileNumber: head?.file_number ?? 0,
        lastHash: head?.last_hash ?? hex(NO_HASH),
      });
    }
    return streams;
  }

  async #settle(): Promise<void> {
    for (const { id, enabled } of this.#deps.cameras()) {
      if (!enabled || this.#homes.has(id)) continue;
      const volume = this.#choose();
      if (volume === undefined) return;
      await this.#setHome(id, volume);
    }
  }

  async #setHome(camera: CameraId, volume: string): Promise<void> {
    await this.#deps.catalogue.setHome(camera, volume);
    this.#homes.set(camera, volume);
  }

  #choose(): string | undefined {
    const residents = new Map<string, number>();
    for (const { id } of this.#deps.cameras()) {
      const home = this.#homes.get(id);
      if (home !== undefined) residents.set(home, (residents.get(home) ?? 0) + 1);
    }
    let best: string | undefined;
    let most = -1;
    for (const volume of this.#deps.volumes()) {
      if (volume.id === undefined || volume.condition().state !== 'recording') continue;
      const room = volume.space.freeBytes / ((residents.get(volume.id) ?? 0) + 1);
      if (room <= most) continue;
      most = room;
      best = volume.id;
    }
    return best;
  }
}
