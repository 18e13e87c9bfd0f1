import { execFileSync } from 'node:child_process';

/** A file of which opening for reading hangs, as on a disk that does not respond, until it is opened for writing. */
export function makeFifo(path: string): void {
  execFileSync('perl', ['-MPOSIX', '-e', 'mkfifo($ARGV[0], 0600) or die $!', path]);
}
