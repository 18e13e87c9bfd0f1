import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Configuration } from '../../config/configuration.ts';
import { portsInUse, type WantedPort } from '../../launcher/port-check.ts';
import { wantedPorts } from '../../launcher/wanted-ports.ts';
import { PORT_FINDINGS, UNKNOWN_HOLDER } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';

/** State of a listening TCP socket, and of a bound UDP socket, in /proc/net. */
const LISTENS = { tcp: '0A', udp: '07' } as const;

/** Every port of the system: free while it is stopped, its own while it runs. */
export async function checkPorts(
  configuration: Configuration,
  isRunning: boolean,
  terminal: Terminal,
): Promise<Finding[]> {
  const wanted = wantedPorts(configuration);
  const inUse = await portsInUse(wanted);
  return wanted.map((each) => {
    const { key, variable, protocol } = each;
    const values = { port: protocol === 'udp' ? `UDP ${each.port}` : each.port, key, variable };
    const isTaken = inUse.includes(each);
    const { free, ours, silent, taken } = PORT_FINDINGS;
    if (isRunning) return found('port', isTaken ? ours : silent, values);
    if (!isTaken) return found('port', free, values);
    const holder = holderOf(each) ?? terminal.in(UNKNOWN_HOLDER);
    return found('port', taken, { ...values, holder });
  });
}

/** `nginx (process 123)`, by what the kernel shows this user. Linux. */
function holderOf({ port, protocol = 'tcp' }: WantedPort): string | undefined {
  const inodes = new Set(
    [protocol, `${protocol}6`].flatMap((table) => inodesOf(table, protocol, port)),
  );
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const holds = readdirSync(`/proc/${entry}/fd`).some((fd) => {
        const target = readlinkSync(`/proc/${entry}/fd/${fd}`);
        return inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
      });
      if (holds) return `${readFileSync(`/proc/${entry}/comm`, 'utf8').trim()} (${entry})`;
    } catch {
      // Another user's, or it has just ended.
    }
  }
  return undefined;
}

function inodesOf(table: string, protocol: 'tcp' | 'udp', port: number): string[] {
  let lines: string[];
  try {
    lines = readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const isIt = local.endsWith(`:${wanted}`) && state === LISTENS[protocol];
    return isIt && inode !== undefined ? [inode] : [];
  });
}
