import { VmsError } from '@vms/common/errors.ts';
import { EXIT, exitCodeOf } from '../cli-error.ts';

/**
 * Tells an error to a person: one message, no stack trace. What is not ours is a fault of the
 * program, and its trace is what a report of it needs.
 */
export function tellError(error: unknown, say: (text: string) => void): number {
  if (error instanceof VmsError) {
    say(error.message);
    return exitCodeOf(error);
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`vms met a fault of its own, please report it:\n${detail}`);
  return EXIT.failure;
}
