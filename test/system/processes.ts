import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly commandLine: string;
}

/** What may be killed of a running system, by the words in its command line. */
export const ROLES = {
  ingest: /run --services ingest/,
  storage: /run --services storage/,
  writer: /services\/storage\/writer\/main\.ts/,
  stream: /run --services stream/,
  control: /run --services (api|gateway)/,
  simulator: /camera-sim\/main\.ts/,
} as const;
export type Role = keyof typeof ROLES;

/** Every process of this machine that is not a zombie. */
export function listProcesses(): Process[] {
  const processes: Process[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') continue;
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      processes.push({ pid, parent: Number(fields[1]), commandLine });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return processes;
}

/** A process and all its descendants, the process itself first. */
export function descendants(
  root: number,
  processes: readonly Process[] = listProcesses(),
): Process[] {
  const found = processes.filter((process) => process.pid === root);
  for (let i = 0; i < found.length; i++) {
    const parent = found[i]?.pid;
    found.push(...processes.filter((process) => process.parent === parent && process.pid !== root));
  }
  return found;
}
