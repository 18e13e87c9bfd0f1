import { setTimeout as delay } from 'node:timers/promises';
import { listProcesses } from '../system/processes.ts';
import { waitFor } from '../system/waiting.ts';
import { LoopVolume } from './loop-volume.ts';
import type { RandomFraction } from './random.ts';
import { type FaultFindings, RecordingUnderTest } from './recording-under-test.ts';

const PAUSE_SHORTEST_MS = 300;
const PAUSE_SPREAD_MS = 1_700;

export interface PowerOptions {
  readonly cycles: number;
  readonly cameras: number;
  readonly random: RandomFraction;
  progress(line: string): void;
}

/**
 * Cuts the power of the volume at random moments: the file system is shut down without flushing
 * anything, every process is killed, the volume is mounted again and the system started again.
 */
export async function runPower(options: PowerOptions): Promise<FaultFindings> {
  const { cycles, cameras, random, progress } = options;
  const disk = LoopVolume.create();
  let recording: RecordingUnderTest | undefined;
  try {
    recording = await RecordingUnderTest.start(cameras, disk.recordings);
    for (let cycle = 0; cycle < cycles; cycle++) {
      await delay(PAUSE_SHORTEST_MS + random() * PAUSE_SPREAD_MS);
      const at = recording.note('power');
      disk.cutPower();
      await killAll(recording);
      await disk.restorePower();
      await recording.system.startLauncher();
      await recording.acknowledgedAfter(at);
      progress(
        `${cycle + 1}/${cycles} power cut: all acknowledged again after ${Date.now() - at} ms`,
      );
    }
    return await recording.compare();
  } finally {
    await recording?.remove();
    disk.remove();
  }
}

/** What loses power loses it all at once: the launcher first, or it would start the others again. */
async function killAll(recording: RecordingUnderTest): Promise<void> {
  const pids = recording.system.processes().map((each) => each.pid);
  await recording.system.killLauncher();
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has left already.
    }
  }
  await waitFor('every process to end', () => {
    const alive = new Set(listProcesses().map((each) => each.pid));
    return pids.every((pid) => !alive.has(pid));
  });
}
