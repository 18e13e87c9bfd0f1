import { join } from 'node:path';
import { isCameraId } from '@vms/common/ids.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { RunRow } from './catalogue/run-row.ts';
import type { RunCatalogue } from './playback/archive.ts';
import type { RunLocation } from './playback/run-reader.ts';

/** The catalogue as playback sees it: runs with the paths of their files. */
export function playbackCatalogue(
  catalogue: Catalogue,
  /** Path of a volume; undefined where it is not there. */
  pathOf: (volume: string) => string | undefined,
): RunCatalogue {
  const locate = (row: RunRow): RunLocation | undefined => {
    const path = pathOf(row.volume);
    if (path === undefined || !isCameraId(row.camera)) return undefined;
    const mkvPath = join(path, row.path);
    return {
      id: row.id,
      camera: row.camera,
      stream: row.stream === 'sub' ? 'sub' : 'main',
      volume: row.volume,
      start: row.start,
      end: row.end,
      open: row.open === 1,
      mkvPath,
      indexPath: indexPathOf(mkvPath),
    };
  };
  return {
    async runsOverlapping({ camera, stream, from, to, limit }) {
      const locations: RunLocation[] = [];
      let cursor = '';
      do {
        const page = await catalogue.list({ camera, stream, from, to, limit, cursor });
        locations.push(...page.runs.flatMap((row) => locate(row) ?? []));
        cursor = page.nextCursor;
      } while (cursor !== '' && locations.length < limit);
      return locations.slice(0, limit);
    },
    async run(camera, id) {
      const row = await catalogue.get(camera, id);
      return row === undefined ? undefined : locate(row);
    },
  };
}
