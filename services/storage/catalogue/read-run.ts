import { join } from 'node:path';
import type { FragmentLine } from '@vms/format/index-line.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { runIdOf } from '@vms/format/run-header.ts';
import type { Disk } from '../disk/disk.ts';
import { IndexFile } from '../recovery/index-file.ts';
import type { RunReport } from '../writer/control-messages.ts';

/** What an index says of its run. */
export interface IndexedRun {
  readonly run: RunReport;
  /** It has no closing line: recorded right now, or waiting for recovery. */
  readonly open: boolean;
}

/**
 * The catalogue's row of a run, read from its index: three small reads.
 *
 * @param path of the run file, below the volume.
 * @returns undefined where the index has no readable header, or not one readable line.
 * @throws the disk's errors; FormatError `format.newer-version`.
 */
export function readIndexedRun(disk: Disk, volume: string, path: string): IndexedRun | undefined {
  const file = disk.open(indexPathOf(join(volume, path)), 'read');
  try {
    const index = IndexFile.read(disk, file);
    if (index === undefined || index.lines === 0) return undefined;
    const last = index.last();
    const closing = last?.kind === 'closing' ? last : undefined;
    const fragment = lastFragment(index);
    if (fragment === undefined) return undefined;
    const { header } = index;
    const video = header.tracks.find((track) => 'width' in track);
    const audio = header.tracks.find((track) => 'sampleRate' in track);
    const run: RunReport = {
      id: runIdOf(Buffer.from(header.segmentUid, 'hex')),
      path,
      camera: header.camera,
      stream: header.stream,
      fileNumber: header.fileNumber,
      start: header.dateUtc,
      end: closing?.wallClock ?? fragment.wallClock + fragment.duration,
      bytes:
        closing === undefined ? fragment.offset + fragment.length : closing.offset + closing.length,
      fragments: closing?.fragments ?? index.lines,
      frames: closing?.frames ?? index.summary(index.lines).frames,
      videoCodec: video?.codec ?? '',
      audioCodec: audio?.codec ?? '',
      width: video !== undefined && 'width' in video ? video.width : 0,
      height: video !== undefined && 'height' in video ? video.height : 0,
      previousHash: header.previousHash,
      lastHash: fragment.hash,
    };
    return { run, open: closing === undefined };
  } finally {
    disk.close(file);
  }
}

/** The last line that tells of a fragment: one before the closing line, or before a torn one. */
function lastFragment(index: IndexFile): FragmentLine | undefined {
  const first = Math.max(0, index.lines - 3);
  const lines = index.read(first, index.lines - first);
  return lines.findLast((line) => line?.kind === 'fragment') as FragmentLine | undefined;
}
