import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import type { EpochMs } from '@vms/common/clock.ts';

const CHUNK_BYTES = 256 * 1024;

/** Follows a writer's ledger as it grows: how far each camera is acknowledged. */
export class LedgerTail {
  readonly #path: string;
  readonly #latest = new Map<string, EpochMs>();
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** Wall clock of the last acknowledged frame of every camera, by camera id. */
  read(): ReadonlyMap<string, EpochMs> {
    if (!existsSync(this.#path)) return this.#latest;
    const file = openSync(this.#path, 'r');
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const bytes = readSync(file, chunk, 0, CHUNK_BYTES, this.#offset);
        if (bytes === 0) break;
        this.#offset += bytes;
        this.#take(chunk.toString('utf8', 0, bytes));
      }
    } finally {
      closeSync(file);
    }
    return this.#latest;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const { camera, wallClock } = JSON.parse(line) as { camera: string; wallClock: number };
      this.#latest.set(camera, wallClock);
    }
  }
}
