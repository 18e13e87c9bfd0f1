import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@vms/common/clock.ts';
import type { IndexedRun } from '../catalogue/read-run.ts';
import type { RecoveredRuns } from '../recovery/recover-volume.ts';
import { StorageError } from '../storage-error.ts';

const TASK_MAIN = fileURLToPath(new URL('./volume-task-main.ts', import.meta.url));
/** Milliseconds that a task may go without a word: reading the longest run takes some 20 s. */
export const TASK_SILENCE_MS = 120_000;
/** Runs of one message. */
export const RUNS_PER_MESSAGE = 500;

/** Work on a volume that reads much, in a process of its own: a hung disk hangs that process alone. */
export type VolumeTask =
  /** Reads the index of every run. */
  | { readonly kind: 'index'; readonly volume: string }
  /** Closes runs that their writer has given up; paths below the volume. */
  | { readonly kind: 'repair'; readonly volume: string; readonly paths: readonly string[] };

export type TaskMessage =
  | { readonly type: 'indexed'; readonly runs: readonly IndexedRun[] }
  | { readonly type: 'index-done'; readonly skipped: readonly string[] }
  | ({ readonly type: 'repaired' } & RecoveredRuns)
  | { readonly type: 'failed'; readonly message: string };

export interface VolumeTaskOptions {
  readonly clock: Clock;
  /** Ends the task early. */
  readonly signal: AbortSignal;
  /** Default: the program beside this file. */
  readonly program?: string;
}

/**
 * Starts a task and gives what it reports, up to its last word.
 *
 * @throws StorageError `storage.volume-unusable` where it fails, ends early, or says nothing for
 *   TASK_SILENCE_MS; then it is killed, and left alone where its disk does not let it die.
 */
export async function* runVolumeTask(
  task: VolumeTask,
  { clock, signal, program = TASK_MAIN }: VolumeTaskOptions,
): AsyncGenerator<Exclude<TaskMessage, { type: 'failed' }>> {
  const child = fork(program, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const inbox: (TaskMessage | 'ended' | 'silent')[] = [];
  let wake = (): void => {};
  const put = (message: (typeof inbox)[number]): void => {
    inbox.push(message);
    wake();
  };
  const silence = () => clock.after(TASK_SILENCE_MS, () => put('silent'));
  let timer = silence();
  const end = (): void => put('ended');
  child.on('message', (message: TaskMessage) => {
    timer.cancel();
    timer = silence();
    put(message);
  });
  child.once('error', end).once('exit', end);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  try {
    // Without a process there is no channel either: it says so by “error”.
    if (child.pid !== undefined) child.send(task, undefined, undefined, () => {});
    for (;;) {
      const message = inbox.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (message === 'ended' || message === 'silent') {
        throw unusable(task.volume, message === 'ended' ? 'it ended early' : 'it said nothing');
      } else if (message.type === 'failed') {
        throw unusable(task.volume, message.message);
      } else {
        yield message;
        if (message.type !== 'indexed') return;
      }
    }
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', end);
    child.kill('SIGKILL');
    child.unref();
    if (child.connected) child.disconnect();
  }
}

function unusable(volume: string, what: string): StorageError {
  return new StorageError('storage.volume-unusable', {
    happened: `The recordings on ${volume} could not be read: ${what}.`,
    kept: 'The recordings were not changed.',
    remedy: 'Check the disk, then run "vms check".',
  });
}
