import { fileURLToPath } from 'node:url';
import type { Logger } from '@vms/common/logger.ts';
import type { ChildMessage } from './child-message.ts';
import { DemoMarker } from './demo-marker.ts';
import type { Launcher } from './launcher.ts';

const SIMULATOR = fileURLToPath(import.meta.resolve('@vms/camera-sim/main.ts'));

export interface DemoCameraOptions {
  readonly dataDirectory: string;
  readonly launcher: Launcher;
  readonly logger: Logger;
  /** Program and arguments that run a TypeScript file. */
  readonly node: readonly [string, ...string[]];
}

/** The simulator that feeds the demo camera: runs for as long as that camera exists. */
export class DemoCamera {
  static readonly PROCESS = 'simulator';
  readonly #marker: DemoMarker;
  readonly #options: DemoCameraOptions;
  #port = 0;
  #url: string | undefined;

  constructor(options: DemoCameraOptions) {
    this.#options = options;
    this.#marker = new DemoMarker(options.dataDirectory);
  }

  /** Where the camera is, once its simulator runs. */
  get url(): string | undefined {
    return this.#url;
  }

  /** There is to be a demo camera: api makes it with its new database. */
  want(): void {
    this.#marker.write(0);
  }

  /** Starts the simulator where there is a demo camera, and resolves when it plays. */
  async start(): Promise<void> {
    const port = this.#marker.read();
    if (port === undefined) return;
    this.#port = port;
    await this.#options.launcher.launch({
      name: DemoCamera.PROCESS,
      logs: false,
      // The same port at every start: the camera's address in the database stays true.
      command: () => [...this.#options.node, SIMULATOR, '--demo', '--port', String(this.#port)],
    });
  }

  /** The simulator says where it is. */
  listens(message: Extract<ChildMessage, { type: 'ready' }>): void {
    this.#url = message.cameras?.[0]?.url;
    if (message.port === undefined || message.port === this.#port) return;
    this.#port = message.port;
    this.#marker.write(message.port);
  }

  /** The api says whether the demo camera exists. */
  heard(exists: boolean): void {
    const { launcher, logger } = this.#options;
    if (exists || !launcher.isRunning(DemoCamera.PROCESS)) return;
    logger.info({}, 'The demo camera was deleted; its simulator stops and stays away.');
    this.#marker.remove();
    void launcher.retire(DemoCamera.PROCESS);
  }
}
