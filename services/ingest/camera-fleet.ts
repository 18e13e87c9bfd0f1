import type { CameraAssignment, CameraStatus } from '@vms/common/camera.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { RosterHandler } from './camera-roster.ts';
import { subAssignmentOf } from './camera-settings.ts';
import { CameraWorker, type CameraWorkerDeps } from './camera-worker.ts';
import { StreamMemory } from './session-frames.ts';

/** Milliseconds between the first logins of two cameras: 200 cameras are begun within 4 s. */
export const STAGGER_MS = 20;

/** The workers of all cameras, as the list wants them: one for the main stream, one for the sub. */
export class CameraFleet implements RosterHandler {
  readonly #deps: CameraWorkerDeps;
  readonly #onGone: (camera: CameraId, stream: StreamName) => void;
  readonly #workers = new Map<string, CameraWorker>();
  readonly #subs = new Map<string, CameraWorker>();
  /** Of every stream until it is gone for good: a stream that is taken up again is numbered on. */
  readonly #memories = new Map<string, StreamMemory>();
  /** Workers that were taken off and still end their sessions, by camera and stream. */
  readonly #leaving = new Map<string, Promise<void>>();
  #stopped = false;

  /**
   * @param deps whose `onStatus` hears of main streams: their state is the camera's
   * @param onGone called when a stream that was taken off has ended its session
   */
  constructor(deps: CameraWorkerDeps, onGone: (camera: CameraId, stream: StreamName) => void) {
    this.#deps = deps;
    this.#onGone = onGone;
  }

  /** Of main streams, by camera. */
  get workers(): ReadonlyMap<string, CameraWorker> {
    return this.#workers;
  }

  /** Of sub streams that are taken up, by camera. */
  get subs(): ReadonlyMap<string, CameraWorker> {
    return this.#subs;
  }

  onAdded(cameras: readonly CameraAssignment[]): void {
    cameras.forEach((camera, position) => {
      const { onStatus } = this.#deps;
      const heard = (status: CameraStatus): void => {
        onStatus(status);
        this.#settleSub(camera.id);
      };
      const worker = new CameraWorker(
        camera,
        { ...this.#deps, onStatus: heard },
        'main',
        this.#memoryOf(camera.id, 'main'),
      );
      this.#workers.set(camera.id, worker);
      this.#start(worker, keyOf(camera.id, 'main'), position * STAGGER_MS);
    });
  }

  onChanged(camera: CameraAssignment): void {
    const worker = this.#workers.get(camera.id);
    const hadSub = worker?.assignment.subUrl !== undefined;
    worker?.update(camera);
    this.#settleSub(camera.id);
    if (hadSub && camera.subUrl === undefined) this.#gone(camera.id, 'sub');
  }

  onRemoved({ id, subUrl }: CameraAssignment): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) return;
    this.#workers.delete(id);
    this.#leave(worker, id, 'main');
    this.#settleSub(id);
    this.#gone(id, 'main');
    if (subUrl !== undefined) this.#gone(id, 'sub');
  }

  /** Ends all sessions at the same time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const workers = [...this.#workers.values(), ...this.#subs.values()];
    await Promise.all([...workers.map((worker) => worker.stop()), ...this.#leaving.values()]);
  }

  /**
   * A sub stream is taken up after its main stream has found the camera, and left alone while the
   * camera refuses the password: two sessions that knock would lock the account twice as fast.
   */
  #settleSub(id: CameraId): void {
    if (this.#stopped) return;
    const main = this.#workers.get(id);
    const sub = this.#subs.get(id);
    const wanted = main === undefined ? undefined : subAssignmentOf(main.assignment);
    const state = main?.status.state;
    if (wanted === undefined || state === 'wrong-password' || state === 'disabled') {
      this.#subs.delete(id);
      if (sub !== undefined) this.#leave(sub, id, 'sub');
    } else if (sub !== undefined) {
      sub.update(wanted);
    } else if (state !== 'connecting') {
      const worker = new CameraWorker(
        wanted,
        { ...this.#deps, onStatus: () => {} },
        'sub',
        this.#memoryOf(id, 'sub'),
      );
      this.#subs.set(id, worker);
      this.#start(worker, keyOf(id, 'sub'), 0);
    }
  }

  #memoryOf(id: CameraId, stream: StreamName): StreamMemory {
    const key = keyOf(id, stream);
    const memory = this.#memories.get(key) ?? new StreamMemory(id, stream);
    this.#memories.set(key, memory);
    return memory;
  }

  #start(worker: CameraWorker, key: string, delayMs: number): void {
    const before = this.#leaving.get(key);
    if (before === undefined) worker.start(delayMs);
    else void before.then(() => worker.start());
  }

  #leave(worker: CameraWorker, id: CameraId, stream: StreamName): void {
    const key = keyOf(id, stream);
    const before = this.#leaving.get(key);
    const left = Promise.all([before, worker.stop()]).then(() => {
      if (this.#leaving.get(key) === left) this.#leaving.delete(key);
    });
    this.#leaving.set(key, left);
  }

  /** Told once the session is over, unless the stream was wanted again in the meantime. */
  #gone(id: CameraId, stream: StreamName): void {
    void (this.#leaving.get(keyOf(id, stream)) ?? Promise.resolve()).then(() => {
      const streams = stream === 'main' ? this.#workers : this.#subs;
      if (this.#stopped || streams.has(id)) return;
      this.#memories.delete(keyOf(id, stream));
      this.#onGone(id, stream);
    });
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

function keyOf(id: CameraId, stream: StreamName): string {
  return `${id} ${stream}`;
}
