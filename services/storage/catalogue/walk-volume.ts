import { join } from 'node:path';
import { type CameraId, isCameraId } from '@vms/common/ids.ts';
import { isDayFolder, parseRunPath, RUN_EXTENSION, runPathOfIndex } from '@vms/format/paths.ts';
import type { Disk } from '../disk/disk.ts';

/** Files of one day of a camera, as paths below the volume, sorted. */
export interface DayFolder {
  readonly camera: CameraId;
  readonly day: string;
  readonly runs: readonly string[];
  /** Runs whose index is there although they are not. */
  readonly orphanIndexes: readonly string[];
  /** Runs without an index. */
  readonly withoutIndex: readonly string[];
  /** Names that are none of ours. */
  readonly foreign: readonly string[];
}

/** Goes through everything recorded on a volume, a day of a camera at a time. */
export function* walkVolume(disk: Disk, volume: string): Generator<DayFolder> {
  for (const camera of disk.list(volume)) {
    if (!isCameraId(camera)) continue;
    for (const day of disk.list(join(volume, camera))) {
      if (!isDayFolder(day)) continue;
      const runs = new Set<string>();
      const indexed = new Set<string>();
      const foreign: string[] = [];
      for (const name of disk.list(join(volume, camera, day))) {
        const path = `${camera}/${day}/${name}`;
        const ofIndex = runPathOfIndex(path);
        if (ofIndex !== undefined && parseRunPath(ofIndex) !== undefined) indexed.add(ofIndex);
        else if (name.endsWith(RUN_EXTENSION) && parseRunPath(path) !== undefined) runs.add(path);
        else foreign.push(path);
      }
      yield {
        camera,
        day,
        runs: [...runs].filter((run) => indexed.has(run)),
        orphanIndexes: [...indexed].filter((run) => !runs.has(run)),
        withoutIndex: [...runs].filter((run) => !indexed.has(run)),
        foreign,
      };
    }
  }
}
