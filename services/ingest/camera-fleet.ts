import type { CameraAssignment } from '@vms/common/camera.ts';
import type { CameraId } from '@vms/common/ids.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { RosterHandler } from './camera-roster.ts';
import { CameraWorker, type CameraWorkerDeps } from './camera-worker.ts';

/** Milliseconds between the first logins of two cameras: 200 cameras are begun within 4 s. */
export const STAGGER_MS = 20;

/** The workers of all cameras, as the list wants them. */
export class CameraFleet implements RosterHandler {
  readonly #deps: CameraWorkerDeps;
  readonly #onGone: (camera: CameraId) => void;
  readonly #workers = new Map<string, CameraWorker>();
  /** Cameras that were taken off and still end their sessions. */
  readonly #leaving = new Map<string, Promise<void>>();
  #stopped = false;

  /** @param onGone called when a camera that was taken off has ended its session */
  constructor(deps: CameraWorkerDeps, onGone: (camera: CameraId) => void) {
    this.#deps = deps;
    this.#onGone = onGone;
  }

  get workers(): ReadonlyMap<string, CameraWorker> {
    return this.#workers;
  }

  onAdded(cameras: readonly CameraAssignment[]): void {
    cameras.forEach((camera, position) => {
      const worker = new CameraWorker(camera, this.#deps);
      this.#workers.set(camera.id, worker);
      const before = this.#leaving.get(camera.id);
      if (before === undefined) worker.start(position * STAGGER_MS);
      else void before.then(() => worker.start());
    });
  }

  onChanged(camera: CameraAssignment): void {
    this.#workers.get(camera.id)?.update(camera);
  }

  onRemoved({ id }: CameraAssignment): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) return;
    this.#workers.delete(id);
    const gone = worker.stop().then(() => {
      this.#leaving.delete(id);
      if (!this.#stopped) this.#onGone(id);
    });
    this.#leaving.set(id, gone);
  }

  /** Ends all sessions at the same time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const workers = [...this.#workers.values()];
    await Promise.all([...workers.map((worker) => worker.stop()), ...this.#leaving.values()]);
  }

  /** Degraded where a camera that should give frames gives none. */
  health(): HealthCheck {
    let wanted = 0;
    let online = 0;
    for (const { status } of this.#workers.values()) {
      if (status.state === 'disabled') continue;
      wanted++;
      if (status.state === 'online') online++;
    }
    const message = `${online} of ${wanted} cameras give frames.`;
    return { status: online < wanted ? 'degraded' : 'ok', message };
  }
}
