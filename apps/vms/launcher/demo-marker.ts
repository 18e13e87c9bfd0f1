import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `<data>/demo-camera.json`: there is a demo camera, so its simulator is to run. Written with a new
 * data directory by `--demo`, removed when the camera is deleted.
 */
export class DemoMarker {
  readonly #path: string;

  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, 'demo-camera.json');
  }

  /** Port on which its simulator listened last, 0 for any; undefined where there is no demo camera. */
  read(): number | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return undefined;
    }
    try {
      const port: unknown = JSON.parse(text).simulatorPort;
      return typeof port === 'number' && Number.isInteger(port) && port > 0 ? port : 0;
    } catch {
      return 0;
    }
  }

  write(simulatorPort: number): void {
    writeFileSync(this.#path, `${JSON.stringify({ simulatorPort })}\n`);
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}
