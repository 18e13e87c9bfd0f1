import { join } from 'node:path';
import { type CameraId, isCameraId, type StreamName } from '@vms/common/ids.ts';
import { indexPathOf, isDayFolder, parseRunPath, RUN_EXTENSION } from '@vms/format/paths.ts';
import type { Disk } from '../disk/disk.ts';
import type { ChainHead } from '../writer/stream-recorder.ts';
import { IndexFile } from './index-file.ts';

/** Closed runs after which, going back in time, no open one is looked for. */
const CLOSED_RUNS_BEFORE_STOP = 2;
/** Runs of one camera stream that are looked at. */
const MAX_RUNS_EXAMINED = 64;

/** What the newest files of a camera stream say. */
export interface StreamState {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Paths, below the volume, of runs without a closing line. */
  readonly open: string[];
  /** Paths of the newest closed runs: storage may have missed that they were closed. */
  readonly closed: string[];
  /** The closed run with the highest number that was seen. */
  chain: ChainHead | undefined;
}

/**
 * Looks for runs that were not closed. Runs are recorded one after the other, so they are among the
 * newest of each camera stream; a few small reads a camera find them, however long the archive is.
 */
export function* findNewestRuns(disk: Disk, volume: string): Generator<StreamState> {
  for (const camera of disk.list(volume)) {
    if (isCameraId(camera)) yield* newestOf(disk, volume, camera);
  }
}

function newestOf(disk: Disk, volume: string, camera: CameraId): StreamState[] {
  const found = new Map<StreamName, { state: StreamState; closed: number; seen: number }>();
  const days = disk.list(join(volume, camera)).filter(isDayFolder).reverse();
  for (const day of days) {
    for (const path of runsOfDay(disk, volume, camera, day)) {
      const stream = parseRunPath(path)?.stream;
      if (stream === undefined) continue;
      const entry = found.get(stream) ?? {
        state: { camera, stream, open: [], closed: [], chain: undefined },
        closed: 0,
        seen: 0,
      };
      found.set(stream, entry);
      if (entry.closed >= CLOSED_RUNS_BEFORE_STOP || entry.seen >= MAX_RUNS_EXAMINED) continue;
      entry.seen++;
      const head = closedChain(disk, join(volume, path));
      if (head === undefined) {
        entry.state.open.push(path);
        continue;
      }
      entry.closed++;
      entry.state.closed.push(path);
      if ((entry.state.chain?.fileNumber ?? 0) < head.fileNumber) entry.state.chain = head;
    }
    const done = [...found.values()].every(({ closed }) => closed >= CLOSED_RUNS_BEFORE_STOP);
    if (found.size > 0 && done) break;
  }
  return [...found.values()].map(({ state }) => state);
}

/** Paths below the volume, the newest first. */
function runsOfDay(disk: Disk, volume: string, camera: CameraId, day: string): string[] {
  return disk
    .list(join(volume, camera, day))
    .filter((name) => name.endsWith(RUN_EXTENSION))
    .map((name) => `${camera}/${day}/${name}`)
    .map((path) => ({ path, run: parseRunPath(path) }))
    .sort(
      (a, b) =>
        (b.run?.start ?? 0) - (a.run?.start ?? 0) || (b.run?.attempt ?? 0) - (a.run?.attempt ?? 0),
    )
    .map(({ path }) => path);
}

/** Where the chain stands behind a closed run; undefined where it is not closed, or cannot be read. */
export function closedChain(disk: Disk, path: string): ChainHead | undefined {
  let file: number;
  try {
    file = disk.open(indexPathOf(path), 'read');
  } catch {
    return undefined;
  }
  try {
    const index = IndexFile.read(disk, file);
    if (index === undefined || index.lines < 2) return undefined;
    const [last, closing] = index.read(index.lines - 2, 2);
    if (last?.kind !== 'fragment' || closing?.kind !== 'closing') return undefined;
    return { fileNumber: index.header.fileNumber, hash: Buffer.from(last.hash, 'hex') };
  } catch {
    return undefined;
  } finally {
    disk.close(file);
  }
}

/** `camera/stream`: the key of a chain. */
export function chainKey(camera: string, stream: string): string {
  return `${camera}/${stream}`;
}

/** The chain head that a recovered run leaves. */
export function chainOfReport(report: { fileNumber: number; lastHash: string }): ChainHead {
  return { fileNumber: report.fileNumber, hash: Buffer.from(report.lastHash, 'hex') };
}
