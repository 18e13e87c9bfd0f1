import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** USER_HZ: what /proc counts CPU time in, on every Linux that we run on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** A process as /proc tells it. */
interface ProcessTimes {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly userMs: number;
  readonly systemMs: number;
  /** Of its own children that have ended and were waited for. */
  readonly endedChildrenMs: number;
  readonly residentBytes: number;
}

/** CPU time of one process between two readings. */
export interface ProcessUse {
  /** The service, or the program. */
  readonly name: string;
  readonly userMs: number;
  readonly systemMs: number;
  /** Of its children that have ended. */
  readonly endedChildrenMs: number;
}

/** CPU time that processes and all their descendants took between two readings. */
export interface CpuUse {
  readonly userMs: number;
  readonly systemMs: number;
  /** User and system, ended children included. */
  readonly totalMs: number;
  /** At the second reading, all processes together. */
  readonly residentBytes: number;
  readonly processes: readonly ProcessUse[];
}

/** One core between two readings, as shares of the time that passed. */
export interface CoreUse {
  readonly core: number;
  readonly idle: number;
  readonly softirq: number;
  readonly steal: number;
}

/** What a run's circumstances were. */
export interface MachineUse {
  readonly cores: readonly CoreUse[];
  /** Datagrams that a full receive buffer threw away. */
  readonly udpOverflows: number;
}

/** Shares beyond which a run says nothing. */
export const MIN_LOAD_CORE_IDLE = 0.1;
export const MAX_STEAL = 0.02;
/** A void run is repeated at most so often. */
export const MAX_ATTEMPTS = 3;

/** Begins to measure processes and their descendants; call what it returns to end. */
export function measureCpu(roots: readonly number[]): () => CpuUse {
  const before = new Map(tree(roots).map((process) => [process.pid, process]));
  return () => {
    const after = tree(roots);
    const processes = after.map((process): ProcessUse => {
      const start = before.get(process.pid);
      return {
        name: process.name,
        userMs: process.userMs - (start?.userMs ?? 0),
        systemMs: process.systemMs - (start?.systemMs ?? 0),
        endedChildrenMs: process.endedChildrenMs - (start?.endedChildrenMs ?? 0),
      };
    });
    const sum = (key: 'userMs' | 'systemMs' | 'endedChildrenMs'): number =>
      processes.reduce((total, process) => total + process[key], 0);
    const [userMs, systemMs] = [sum('userMs'), sum('systemMs')];
    return {
      userMs,
      systemMs,
      totalMs: userMs + systemMs + sum('endedChildrenMs'),
      residentBytes: after.reduce((total, process) => total + process.residentBytes, 0),
      processes,
    };
  };
}

/** Begins to measure the machine; call what it returns to end. */
export function measureMachine(): () => MachineUse {
  const before = readCores();
  const overflowsBefore = udpOverflows();
  return () => ({
    cores: readCores().map((ticks, core) => shares(core, before[core] ?? [], ticks)),
    udpOverflows: udpOverflows() - overflowsBefore,
  });
}

/** Why a run with a core for the load is void, or undefined where it counts. */
export function voidReason(use: MachineUse, loadCore: number): string | undefined {
  const load = use.cores.find(({ core }) => core === loadCore);
  if (load === undefined) return `there is no core ${loadCore} for the load`;
  if (load.idle < MIN_LOAD_CORE_IDLE) return `the load core was only ${percent(load.idle)} idle`;
  return disturbance(use);
}

/** What others did to a run, or undefined where it counts. */
export function disturbance(use: MachineUse): string | undefined {
  const stolen = use.cores.find(({ steal }) => steal > MAX_STEAL);
  if (stolen !== undefined) return `${percent(stolen.steal)} of core ${stolen.core} was stolen`;
  if (use.udpOverflows > 0) return `${use.udpOverflows} datagrams overflowed a receive buffer`;
  return undefined;
}

/** The middle one; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The value below which a share of the values lie, the nearest that occurs. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Name of the processor, as /proc/cpuinfo has it. */
export function cpuModel(): string {
  return /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
}

export function coreCount(): number {
  return readCores().length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The processes and everything that descends from them. */
function tree(roots: readonly number[]): ProcessTimes[] {
  const all = readdirSync('/proc').flatMap((entry) => {
    const process = /^\d+$/.test(entry) ? readProcess(Number(entry)) : undefined;
    return process === undefined ? [] : [process];
  });
  const wanted = new Set(roots);
  // Children have not always a higher number than their parents: go round until nothing is added.
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

function readProcess(pid: number): ProcessTimes | undefined {
  let stat: string;
  let commandLine: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
  // The name in parentheses may hold anything; fields are counted from behind it (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const ms = (ticks: number): number => (ticks * 1000) / TICKS_PER_SECOND;
  return {
    pid,
    name: nameOf(commandLine),
    parent: field(4),
    userMs: ms(field(14)),
    systemMs: ms(field(15)),
    endedChildrenMs: ms(field(16) + field(17)),
    residentBytes: field(24) * PAGE_BYTES,
  };
}

/** `ingest` of `… run --services ingest …`, `writer` of `…/writer/main.ts …`, else the program. */
function nameOf(commandLine: string): string {
  const role = /--services (\S+)/.exec(commandLine) ?? /(\w+)\/main\.ts/.exec(commandLine);
  return role?.[1] ?? basename(commandLine.split(' ')[0] ?? '');
}

/** Ticks of every core: user, nice, system, idle, iowait, irq, softirq, steal (proc(5)). */
function readCores(): number[][] {
  const lines = readFileSync('/proc/stat', 'utf8').split('\n');
  return lines
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => line.split(/\s+/).slice(1, 9).map(Number));
}

function shares(core: number, before: readonly number[], after: readonly number[]): CoreUse {
  const delta = after.map((ticks, index) => ticks - (before[index] ?? 0));
  const total = delta.reduce((sum, ticks) => sum + ticks, 0) || 1;
  const share = (index: number): number => (delta[index] ?? 0) / total;
  return { core, idle: share(3) + share(4), softirq: share(6), steal: share(7) };
}

function udpOverflows(): number {
  const lines = readFileSync('/proc/net/snmp', 'utf8').split('\n');
  const [names, values] = lines.filter((line) => line.startsWith('Udp:')).map((l) => l.split(' '));
  return Number(values?.[names?.indexOf('RcvbufErrors') ?? -1] ?? 0);
}
