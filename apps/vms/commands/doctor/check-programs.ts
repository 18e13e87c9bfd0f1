import { FINDINGS } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';
import type { Machine } from './machine.ts';

const WANTED_NODE = 24;
/** Files that 150 cameras and as many viewers keep open, sockets included, and room to spare. */
const WANTED_FILES = 4096;
const FILE_LIMIT = /^Max open files\s+\S+\s+(\S+)/m;

/** Node, the programs that are needed, and what this process may do. */
export async function checkPrograms(machine: Machine): Promise<Finding[]> {
  return [
    checkNode(machine),
    await checkFlock(machine),
    await checkFfmpeg(machine),
    ...(await checkFileLimit(machine)),
  ];
}

function checkNode({ nodeVersion: version }: Machine): Finding {
  const major = Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
  return found('node', major >= WANTED_NODE ? FINDINGS.nodeOk : FINDINGS.nodeOld, { version });
}

async function checkFlock(machine: Machine): Promise<Finding> {
  const { isThere } = await machine.ask('flock', '--version');
  return found('flock', isThere ? FINDINGS.flockOk : FINDINGS.flockMissing);
}

async function checkFfmpeg(machine: Machine): Promise<Finding> {
  const { code, output } = await machine.ask('ffmpeg', '-version');
  const version = /^ffmpeg version (\S+)/.exec(output)?.[1] ?? '';
  return code === 0
    ? found('ffmpeg', FINDINGS.ffmpegOk, { version })
    : found('ffmpeg', FINDINGS.ffmpegMissing);
}

/** The hard limit: Node raises its soft one to it. */
async function checkFileLimit(machine: Machine): Promise<Finding[]> {
  const limit = FILE_LIMIT.exec((await machine.read('/proc/self/limits')) ?? '')?.[1];
  if (limit === undefined) return [];
  const isEnough = limit === 'unlimited' || Number(limit) >= WANTED_FILES;
  const values = { limit, wanted: WANTED_FILES };
  return [found('files', isEnough ? FINDINGS.filesOk : FINDINGS.filesFew, values)];
}
