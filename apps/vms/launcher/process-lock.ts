import { spawn } from 'node:child_process';
import { CliError } from '../cli-error.ts';

/** Seconds for which a process waits for the one of its name before it to be gone. */
export const LOCK_TIMEOUT_SECONDS = 20;
/** Exit code of flock where that one stays (EX_TEMPFAIL of sysexits.h). */
export const LOCK_HELD_EXIT_CODE = 75;

const WAIT = ['--timeout', String(LOCK_TIMEOUT_SECONDS)];
const CONFLICT = ['--conflict-exit-code', String(LOCK_HELD_EXIT_CODE)];

/**
 * The command that runs another one as the only holder of a lock file. `flock` becomes that process,
 * and the kernel gives the lock back when it ends, however it ends.
 */
export function underLock(lockFile: string, command: readonly string[]): string[] {
  return ['flock', '--no-fork', ...WAIT, ...CONFLICT, lockFile, ...command];
}

/**
 * Waits until nobody holds a lock: after a launcher was killed its processes still close their
 * files, and their ports are not free yet.
 * @throws CliError `launcher.already-running` after {@link LOCK_TIMEOUT_SECONDS}
 */
export async function untilUnlocked(name: string, lockFile: string): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('flock', [...WAIT, ...CONFLICT, lockFile, 'true'], { stdio: 'ignore' });
    child.once('error', (cause) => reject(missingFlock(cause)));
    child.once('exit', resolve);
  });
  if (code === LOCK_HELD_EXIT_CODE) throw stillRunning(name, lockFile);
}

export function stillRunning(name: string, lockFile: string): CliError {
  return new CliError('launcher.already-running', {
    happened: `Another process ${name} still works on this data directory; it did not leave within ${LOCK_TIMEOUT_SECONDS} s.`,
    kept: 'Nothing was changed.',
    remedy: `Stop the other system first (fuser ${lockFile} names the process).`,
  });
}

export function missingFlock(cause: Error): CliError {
  return new CliError(
    'launcher.missing-program',
    {
      happened: `The program flock could not be started: ${cause.message}.`,
      kept: 'Nothing was started.',
      remedy: 'Install the package util-linux.',
    },
    { cause },
  );
}
