import { spawn } from 'node:child_process';
import type { Clock } from '@vms/common/clock.ts';

/** Milliseconds after which a volume that has not answered a question counts as hung. */
export const PROBE_TIMEOUT_MS = 3_000;

/** How a program that looked at a volume ended. */
export interface ProbeAnswer {
  /** Null where it could not be started, or was ended by a signal. */
  readonly status: number | null;
  readonly output: string;
}

/**
 * Looks at a volume by a child process; undefined where it has not ended within PROBE_TIMEOUT_MS. A hung
 * disk hangs the child alone: a call of our own would keep a thread, and with it this process, for ever.
 */
export function probeVolume(
  program: string,
  args: readonly string[],
  clock: Clock,
): Promise<ProbeAnswer | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    const timer = clock.after(PROBE_TIMEOUT_MS, () => {
      // It does not die while its disk hangs: nobody waits for it.
      child.kill('SIGKILL');
      child.unref();
      child.stdout.destroy();
      resolve(undefined);
    });
    const end = (status: number | null): void => {
      timer.cancel();
      resolve({ status, output });
    };
    child.once('error', () => end(null));
    child.once('close', end);
    // Where descriptors ran out it has no pipe either.
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  });
}

/** Whether a volume answers at all, be it with an error. */
export async function isResponsive(volume: string, clock: Clock): Promise<boolean> {
  return (await probeVolume('stat', ['-f', '--', volume], clock)) !== undefined;
}
