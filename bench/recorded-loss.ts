import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { slicesOf, splitAccessUnits } from '@vms/camera-sim/access-units.ts';
import type { LedgerEntry } from '@vms/camera-sim/simulated-camera.ts';
import type { VideoCodec } from '@vms/common/frame.ts';

/** How the files of a camera compare with what it sent. */
export interface Loss {
  /** Frames that were sent from the first recorded keyframe on. */
  readonly sentFrames: number;
  readonly recordedFrames: number;
  /** Sent and not found. */
  readonly lostFrames: number;
  /** Found and never sent, or found twice, or out of order. */
  readonly strangeFrames: number;
}

/** What tells a frame from every other. */
type Sent = Pick<LedgerEntry, 'hash' | 'keyframe'>;

/** Longest output of ffmpeg that is read for one file: an hour at 16 Mbit/s. */
const MAX_STREAM_BYTES = 8 * 1024 ** 3;

/**
 * SHA-256 of the slices of every frame of a file, as an independent reader finds them: ffmpeg takes
 * the file apart and hands out the bare stream.
 */
export async function frameHashes(file: string, codec: VideoCodec): Promise<string[]> {
  const format = codec === 'h264' ? 'h264' : 'hevc';
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', '-i', file, '-map', '0:v:0', '-c', 'copy', '-f', format, 'pipe:1'],
    { encoding: 'buffer', maxBuffer: MAX_STREAM_BYTES },
  );
  return splitAccessUnits(codec, stdout).map((frame) =>
    createHash('sha256').update(slicesOf(codec, frame.payload)).digest('hex'),
  );
}

/** The frames of several files, in their order; one that is only begun holds none. */
export async function hashesOf(files: readonly string[], codec: VideoCodec): Promise<string[]> {
  const hashes: string[] = [];
  for (const file of files) {
    if ((await stat(file)).size > 0) hashes.push(...(await frameHashes(file, codec)));
  }
  return hashes;
}

/**
 * Lays what was recorded, in order, along what was sent. What lies before the first recorded keyframe
 * does not count: a recording starts with a keyframe.
 */
export function compareWithLedger(sent: readonly Sent[], recorded: readonly string[]): Loss {
  const first = sent.findIndex((frame) => frame.keyframe && frame.hash === recorded[0]);
  if (first < 0) {
    return {
      sentFrames: sent.length,
      recordedFrames: recorded.length,
      lostFrames: sent.length,
      strangeFrames: recorded.length,
    };
  }
  let next = first;
  let found = 0;
  for (const hash of recorded) {
    const at = sent.findIndex((frame, index) => index >= next && frame.hash === hash);
    if (at < 0) continue;
    found++;
    next = at + 1;
  }
  const sentFrames = sent.length - first;
  return {
    sentFrames,
    recordedFrames: recorded.length,
    lostFrames: sentFrames - found,
    strangeFrames: recorded.length - found,
  };
}
