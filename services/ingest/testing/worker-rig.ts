import type { CameraAssignment, CameraStatus } from '@vms/common/camera.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { AddressPolicy } from '../address-policy.ts';
import { CameraWorker, type CameraWorkerDeps } from '../camera-worker.ts';
import { createReadBuffer } from '../rtsp-connection.ts';
import { type Script, ScriptedCamera } from './scripted-camera.ts';
import { until } from './until.ts';

const READ_BUFFER = createReadBuffer();
export const CAMERA = 'cam_aaaaaaaaaaaaaaaa' as CameraId;

export function assignmentOf(
  url: string,
  changes: Partial<CameraAssignment> = {},
): CameraAssignment {
  return {
    id: CAMERA,
    name: 'Door',
    url,
    username: '',
    sealedPassword: '',
    enabled: true,
    demo: false,
    retentionDays: 30,
    maxBytes: undefined,
    ...changes,
  };
}

/** What a worker needs: on this machine any address, no time-out before 10 s, and passwords sealed by a prefix. */
export function workerDeps(
  clock: ManualClock,
  changes: Partial<CameraWorkerDeps>,
): CameraWorkerDeps {
  return {
    clock,
    logger: silentLogger,
    random: () => 0.5,
    publisher: { publish: () => {} },
    policy: new AddressPolicy({ clock, resolve: async () => ['127.0.0.1'], allowLoopback: true }),
    readBuffer: READ_BUFFER,
    verifyCertificate: false,
    openPassword: (_camera, sealed) => sealed.replace('sealed:', ''),
    limits: { noFramesMs: 10_000, reconnectMs: 30_000 },
    onStatus: () => {},
    ...changes,
  };
}

/** A worker, the frames that it gave and the states that it reported, on a clock that the test moves. */
export class Rig {
  readonly clock = new ManualClock();
  readonly frames: Frame[] = [];
  readonly reported: CameraStatus[] = [];
  readonly worker: CameraWorker;
  #sent = 0;

  constructor(assignment: CameraAssignment, options: { allowLoopback?: boolean } = {}) {
    const { clock } = this;
    const policy = new AddressPolicy({
      clock,
      resolve: async () => ['127.0.0.1'],
      allowLoopback: options.allowLoopback ?? true,
    });
    const deps = workerDeps(clock, {
      publisher: { publish: (frame) => this.frames.push(frame) },
      policy,
      onStatus: (status) => this.reported.push(status),
    });
    this.worker = new CameraWorker(assignment, deps);
  }

  get state(): string {
    return this.worker.status.state;
  }

  /** The camera sends a frame 40 ms after the one before; waits until one was taken. */
  async frame(camera: ScriptedCamera, keyframe: boolean, bytes = 32): Promise<void> {
    const { taken } = this;
    const { receivedBytes } = this.worker.counters;
    this.clock.advance(40);
    camera.last.sendFrame(keyframe, 0, { bytes });
    await until(() => this.worker.counters.receivedBytes > receivedBytes, 'the packet');
    // The first one is only taken when the packet behind it shows that it is whole.
    if (this.#sent++ > 0) await until(() => this.taken > taken, 'the frame');
  }

  get taken(): number {
    const { videoFrames, beforeKeyframe } = this.worker.counters;
    return videoFrames + beforeKeyframe;
  }

  /** Waits for a state; time passes by `stepMs` between two looks. */
  async reaches(state: string, stepMs = 10): Promise<void> {
    await until(() => this.state === state, `${state} (is ${this.state})`, this.clock, stepMs);
  }
}

/** Runs a test with a worker of a scripted camera, and stops both whatever happens. */
export async function withWorker(
  script: Script,
  body: (rig: Rig, camera: ScriptedCamera) => Promise<void>,
  changes: Partial<CameraAssignment> = {},
): Promise<void> {
  const camera = await ScriptedCamera.start(script);
  const rig = new Rig(assignmentOf(camera.url, changes));
  try {
    rig.worker.start();
    await body(rig, camera);
  } finally {
    const stopped = rig.worker.stop();
    await until(() => true, 'nothing', rig.clock, 2_000);
    await camera.stop();
    await stopped;
  }
}
