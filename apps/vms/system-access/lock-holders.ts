import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { RunDirectory } from '../config/run-directory.ts';

/** The processes of a system on one machine that hold a lock while they live. */
export const PROCESS_NAMES = ['storage', 'ingest', 'live', 'control', 'simulator'] as const;
type ProcessName = (typeof PROCESS_NAMES)[number];

/** `5: FLOCK  ADVISORY  WRITE 1234 fe:00:131 0 EOF` of /proc/locks: pid and inode. */
const LOCK = /^\d+: FLOCK\s+\S+\s+\S+\s+(\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/;

/** Who runs now, by what the kernel says of the locks in the run directory. Linux. */
export function runningProcesses(run: RunDirectory): Map<ProcessName, number> {
  const pids = new Map<ProcessName, number>();
  const byInode = lockedInodes();
  for (const name of PROCESS_NAMES) {
    const inode = inodeOf(run.lockFile(name));
    const pid = inode === undefined ? undefined : byInode.get(inode);
    if (pid !== undefined && isAlive(pid)) pids.set(name, pid);
  }
  return pids;
}

function lockedInodes(): Map<number, number> {
  const found = new Map<number, number>();
  let lines: string;
  try {
    lines = readFileSync('/proc/locks', 'utf8');
  } catch {
    return found;
  }
  for (const line of lines.split('\n')) {
    const [, pid, inode] = LOCK.exec(line) ?? [];
    if (pid !== undefined && inode !== undefined) found.set(Number(inode), Number(pid));
  }
  return found;
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function isAlive(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}
