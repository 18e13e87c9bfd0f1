import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../system/processes.ts';
import { waitFor } from '../system/waiting.ts';
import type { RandomFraction } from './random.ts';
import { type FaultFindings, RecordingUnderTest } from './recording-under-test.ts';

const VICTIMS = ['ingest', 'writer', 'storage', 'launcher'] as const;
type Victim = (typeof VICTIMS)[number];

/** Milliseconds between the recovery from one kill and the next: several ticks, not in step with them. */
const PAUSE_SHORTEST_MS = 200;
const PAUSE_SPREAD_MS = 1_800;

export interface KillOptions {
  readonly cycles: number;
  readonly cameras: number;
  readonly random: RandomFraction;
  progress(line: string): void;
}

/**
 * SIGKILL of ingest, writer, storage or launcher at random moments, each followed by recovery without
 * help; then everything that was acknowledged must be in the files.
 */
export async function runKill(options: KillOptions): Promise<FaultFindings> {
  const { cycles, cameras, random, progress } = options;
  const recording = await RecordingUnderTest.start(cameras);
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      await delay(PAUSE_SHORTEST_MS + random() * PAUSE_SPREAD_MS);
      // All four in turn, in a random order each time, so that a short round meets each of them.
      const victim =
        VICTIMS[(cycle + Math.floor(random() * 4 * Number(cycle >= 4))) % 4] ?? 'writer';
      const started = performance.now();
      const at = await kill(recording, victim);
      await recording.acknowledgedAfter(at);
      const took = Math.round(performance.now() - started);
      progress(`${cycle + 1}/${cycles} ${victim}: all acknowledged again after ${took} ms`);
    }
    return await recording.compare();
  } finally {
    await recording.remove();
  }
}

async function kill(recording: RecordingUnderTest, victim: Victim): Promise<number> {
  const { system } = recording;
  if (victim === 'launcher') {
    const at = recording.note(victim);
    await system.killLauncher();
    // As the service manager does.
    await system.startLauncher();
    return at;
  }
  const role: Role = victim;
  const { pid } = await waitFor(`the process of ${role}`, () => system.processOf(role));
  const at = recording.note(victim);
  process.kill(pid, 'SIGKILL');
  return at;
}
