import type { EpochMs } from '@vms/common/clock.ts';
import { RUN_MS } from './bounds.ts';

/** The next instant at which this stream begins a new file: once in RUN_MS, each at its own moment. */
export function nextRoll(wallClock: EpochMs, staggerMs: number): EpochMs {
  return (Math.floor((wallClock - staggerMs) / RUN_MS) + 1) * RUN_MS + staggerMs;
}

/** FNV-1a of the name, spread over RUN_MS: cameras that start together do not roll together. */
export function staggerOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash % RUN_MS;
}
