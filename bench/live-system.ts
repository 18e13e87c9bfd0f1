import { execFileSync } from 'node:child_process';
import { RunningSystem } from '../test/system/running-system.ts';
import { waitFor } from '../test/system/waiting.ts';
import { measureCpu } from './measure.ts';
import { LOAD_CORE, pinned, TEST_CORE } from './recorder.ts';
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';

const START_TIMEOUT_MS = 60_000;
const STREAM = /run --services stream/;

/** A live view as `POST /api/v1/streams` answers it, as far as benchmarks need it. */
export interface LiveSession {
  readonly token: string;
  readonly whep_url: string;
  readonly playable: { readonly webrtc: { readonly ok: boolean } };
}

/** The whole product on the core under test, with simulated cameras that can be watched. */
export interface LiveSystem {
  readonly system: RunningSystem;
  readonly simulator: SimulatorProcess;
  /** Cameras of the simulator, with the product's id of each. */
  readonly cameras: readonly { readonly name: string; readonly id: string }[];
  openSession(camera: string): Promise<LiveSession>;
  /** What the stream service tells of itself, as Prometheus reads it. */
  metrics(): Promise<string>;
  /** Begins to measure the CPU of the stream process, in ms; call what it returns to end. */
  measureStream(): () => number;
  stop(): Promise<void>;
}

/** Keeps this process, and what it starts from now on, off the core under test. */
export function moveToLoadCore(): void {
  execFileSync(
    'taskset',
    ['--all-tasks', '--cpu-list', '--pid', `${LOAD_CORE}`, `${process.pid}`],
    {
      stdio: 'ignore',
    },
  );
}

/** Starts simulator and product; resolves when every camera can be watched by WebRTC. */
export async function startLiveSystem(simulatorArgs: readonly string[]): Promise<LiveSystem> {
  const simulator = await startSimulatorProcess(simulatorArgs);
  let system: RunningSystem | undefined;
  try {
    const [command, wrapper] = pinned(TEST_CORE, []);
    const config = { log: { level: 'warn' }, stream: { udpHost: '127.0.0.1' } };
    system = await RunningSystem.start({ config, wrapper: [command, ...wrapper] });
    return await withCameras(system, simulator);
  } catch (error) {
    await system?.remove();
    await simulator.stop();
    throw error;
  }
}

async function withCameras(
  system: RunningSystem,
  simulator: SimulatorProcess,
): Promise<LiveSystem> {
  await system.signIn();
  const cameras: { name: string; id: string }[] = [];
  for (const { name, url } of simulator.cameras) {
    cameras.push({ name, id: await system.addCamera({ name, url }) });
  }
  const openSession = (camera: string): Promise<LiveSession> =>
    system.call<LiveSession>('POST', '/api/v1/streams', { camera_id: camera, viewer_id: 'bench' });
  for (const { id, name } of cameras) {
    const playable = async (): Promise<boolean> => {
      const session = await openSession(id).catch(() => undefined);
      return session?.playable.webrtc.ok === true;
    };
    await waitFor(`${name} to be watchable`, playable, START_TIMEOUT_MS);
  }
  const streamPid = (): number => {
    const found = system.processes().find(({ commandLine }) => STREAM.test(commandLine));
    if (found === undefined) throw new Error('The stream service does not run.');
    return found.pid;
  };
  return {
    system,
    simulator,
    cameras,
    openSession,
    async metrics() {
      const response = await fetch(`http://127.0.0.1:${system.ports.stream}/metrics`);
      return response.text();
    },
    measureStream() {
      const end = measureCpu([streamPid()]);
      return () => end().totalMs;
    },
    async stop() {
      await system.remove();
      await simulator.stop();
    },
  };
}
