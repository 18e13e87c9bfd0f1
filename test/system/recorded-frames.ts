import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '@vms/common/clock.ts';
import { parseRunPath } from '@vms/format/paths.ts';
import { parseCluster, parseHeader } from '@vms/media/matroska/demuxer.ts';
import { ELEMENT } from '@vms/media/matroska/elements.ts';

/** A video frame as a file holds it. */
export interface RecordedFrame {
  /** Path of the run below its volume. */
  readonly run: string;
  /** To 0.1 ms, as the file keeps it. */
  readonly wallClock: EpochMs;
  readonly keyframe: boolean;
  /** SHA-256 of the payload, hexadecimal. */
  readonly hash: string;
}

/** Runs of every camera below a volume, by path. */
export function listRuns(volume: string): string[] {
  return readdirSync(volume, { recursive: true, encoding: 'utf8' })
    .filter((path) => parseRunPath(path) !== undefined)
    .sort();
}

/**
 * Reads the video frames of a run from the file alone, open or closed: whole clusters up to the Cues
 * or the end.
 * @throws MediaError where a cluster is not whole, so that a torn file does not pass as a short one.
 */
export function readRun(volume: string, run: string): RecordedFrame[] {
  const bytes = readFileSync(join(volume, run));
  const header = parseHeader(bytes);
  const frames: RecordedFrame[] = [];
  let offset = header.layout.headerBytes;
  while (offset < bytes.length && bytes.readUInt32BE(offset) === ELEMENT.Cluster) {
    const cluster = parseCluster(bytes, offset);
    for (const block of cluster.blocks) {
      if (header.tracks[block.track - 1]?.kind !== 'video') continue;
      frames.push({
        run,
        wallClock: header.dateUtc + (cluster.timestamp + block.relative) / 10,
        keyframe: block.keyframe,
        hash: createHash('sha256').update(block.payload).digest('hex'),
      });
    }
    offset = cluster.end;
  }
  return frames;
}

/** All video frames of a camera, over all its runs, by time; what two overlapping runs both hold comes twice. */
export function readCamera(volume: string, camera: string): RecordedFrame[] {
  return listRuns(volume)
    .filter((run) => parseRunPath(run)?.camera === camera)
    .flatMap((run) => readRun(volume, run))
    .sort((a, b) => a.wallClock - b.wallClock);
}
