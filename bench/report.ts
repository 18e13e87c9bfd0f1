import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { coreCount, cpuModel } from './measure.ts';

/** A result as `results/<name>.json` keeps it. */
interface SavedResult {
  readonly date: string;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly versions: Readonly<Record<string, string>>;
  readonly result: { readonly summary: Readonly<Record<string, unknown>> } & Readonly<
    Record<string, unknown>
  >;
}

const RESULTS = join(import.meta.dirname, 'results');
const REPORT = join(import.meta.dirname, 'README.md');
const run = promisify(execFile);

/** What a figure means, for people; one that is not here stands under its own name. */
const MEANINGS: Readonly<Record<string, string>> = {
  cameras: 'cameras',
  mbitPerCamera: 'Mbit/s a camera, picture and sound',
  lostFrames: 'frames that the simulator sent and the files do not hold',
  cpuMsPerMbit: 'CPU of our processes, ms per Mbit',
  ffmpegCpuMsPerMbit: 'CPU of one `ffmpeg -c copy` a camera, ms per Mbit',
  ratio: 'ours ÷ ffmpeg',
  nsPerPacket: 'CPU of a packet, from the read buffer into an access unit, ns',
  corePercentAt100MBs: 'percent of a core for 100 MB/s',
  copyPercentAt100MBs: 'percent of a core that copying 100 MB/s once takes',
  samples: 'pictures timed',
  wireToScreenP50Ms: 'from the camera’s socket to the screen of Chromium, P50, ms',
  wireToScreenP95Ms: 'the same, P95, ms',
  serverAddedP95Ms:
    'from the last byte of a picture at ingest to its last packet to the viewer, P95, ms',
  firstFrameP95Ms: 'from the POST of a live view to its first picture on the screen, P95, ms',
  viewers: 'viewers by WebRTC',
  lostPackets: 'packets that the viewers did not get, or got wrong',
  usPerPacket: 'CPU of the stream process per packet, µs',
  corePercent: 'percent of a core that the stream process took',
  setupMsPerSession: 'CPU of the stream process to set up one live view, ms',
  jsKbGzip: 'program that the first page loads, compressed, KB',
  firstVideoMs:
    'from opening the signed-in page to the first picture of a camera, empty cache, P95, ms',
  longTasksMs: 'tasks of over 50 ms in such an opening, together, P95, ms',
  getsPerSecond: 'GET requests/s through the gateway on one core',
  usPerGet: 'CPU of the gateway for a GET with an answer of 2 KiB, µs',
  usPerPost: 'the same for a POST with a body of 1 KiB, µs',
  nginxUsPerGet: 'CPU of nginx (Debian) for the same GET, µs',
  sockets: 'WebSockets of 1 Mbit/s through the gateway, every tenth of a viewer who does not read',
  socketsRssMb: 'memory of the gateway with them, MB',
  socketsRssGrowthMb: 'the same, growth in the second half of the time, MB',
  rssMb: 'memory of our processes together, MB',
};

/** Keeps a result with its circumstances. */
export async function saveResult(
  name: string,
  result: SavedResult['result'] | { readonly summary: object },
): Promise<void> {
  const commit = await firstLine('git', ['rev-parse', '--short', 'HEAD']);
  const changed =
    (await firstLine('git', ['status', '--porcelain', '--untracked-files=no'])) !== '';
  const saved = {
    date: new Date().toISOString(),
    commit: changed ? `${commit} with changes` : commit,
    machine: { cpu: cpuModel(), cores: coreCount() },
    versions: {
      node: process.version,
      ffmpeg: (await firstLine('ffmpeg', ['-version'])).split(' ')[2] ?? '',
      kernel: release(),
    },
    result,
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(saved, null, 2)}\n`);
}

/** Makes README.md of every result there is. */
export async function writeReport(): Promise<void> {
  const names = (await readdir(RESULTS)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new Error('There is no result to report: run a benchmark first.');
  const sections: string[] = [];
  for (const name of names) {
    const saved = JSON.parse(await readFile(join(RESULTS, name), 'utf8')) as SavedResult;
    sections.push(formatResult(name.replace(/\.json$/, ''), saved));
  }
  await writeFile(REPORT, `${INTRODUCTION}\n${sections.join('\n')}`);
}

const INTRODUCTION = `# Benchmarks

Made by \`npm run bench -- report\` of the files in results; do not edit.

The system under test is pinned to one core and the load to another. Figures are CPU time from /proc, children included, per unit of work, against a peer that does the same on the same load in the same run: ours, peer, ours, peer, and the median of each. A run is void and repeated when the load core is less than 10 % idle, more than 2 % of a core is stolen, or a receive buffer overflowed. Lost is what the simulator's ledger says it sent, minus what ffmpeg finds in the files. In web the browser may use every core, as a person's does: no core is kept idle there.
`;

/** One benchmark as a section of the report. */
export function formatResult(name: string, saved: SavedResult): string {
  const rows = Object.entries(saved.result.summary)
    .filter(([key]) => key !== 'bench')
    .map(([key, value]) => `| ${MEANINGS[key] ?? key} | ${String(value)} |`);
  const load = Object.entries((saved.result.load ?? {}) as Record<string, unknown>)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
  const versions = Object.entries(saved.versions)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
  return [
    `## ${name}`,
    '',
    '| figure | value |',
    '|---|---|',
    ...rows,
    '',
    ...(load === '' ? [] : [`Load: ${load}.`, '']),
    `${saved.date.slice(0, 10)}, commit ${saved.commit}, ${saved.machine.cpu}, ${saved.machine.cores} cores; ${versions}.`,
    '',
  ].join('\n');
}

async function firstLine(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(command, [...args], { cwd: import.meta.dirname });
  return stdout.split('\n')[0] ?? '';
}
