import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import type { EpochMs } from '@vms/common/clock.ts';

const CHUNK_BYTES = 256 * 1024;

/** What of a camera was acknowledged last. */
export interface LatestAcknowledgement {
  readonly wallClock: EpochMs;
  readonly run: string;
}

/** Follows a writer's ledger as it grows: how far each camera is acknowledged. */
export class LedgerTail {
  readonly #path: string;
  readonly #latest = new Map<string, LatestAcknowledgement>();
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The last acknowledgement of every camera, by camera id. */
  read(): ReadonlyMap<string, LatestAcknowledgement> {
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
      const { camera, ...latest } = JSON.parse(line) as LatestAcknowledgement & { camera: string };
      this.#latest.set(camera, latest);
    }
  }
}
