import type { CameraView } from '@vms/api/cameras/camera-schemas.ts';
import type { Terminal } from '../../../command-line/terminal.ts';
import {
  type CameraRow,
  keyInFile,
  keyOfPlace,
  readCameraRow,
  type WrongRow,
} from './camera-row.ts';
import type { CsvTable } from './csv-table.ts';
import { ROW_FAULTS } from './import-texts.ts';

type Existing = Pick<CameraView, 'name' | 'url'>;

/** The rows of a file, sorted by what is to be done with them. */
export interface CheckedRows {
  readonly fresh: readonly CameraRow[];
  /** Cameras that are there already. */
  readonly existing: readonly CameraRow[];
  readonly wrong: readonly WrongRow[];
}

/** Looks for what is wrong, said twice, or there already; asks no camera. */
export function checkRows(
  table: CsvTable,
  cameras: readonly Existing[],
  terminal: Terminal,
): CheckedRows {
  const existing: CameraRow[] = [];
  const fresh: CameraRow[] = [];
  const wrong: WrongRow[] = [];
  const names = new Map<string, number>();
  const places = new Map<string, number>();
  const known = new KnownCameras(cameras);
  for (const row of table.rows) {
    const read = readCameraRow(row, table, terminal);
    if ('why' in read) {
      wrong.push(read);
      continue;
    }
    const { line, name } = read;
    const [nameKey, placeKey] = [plain(name), keyInFile(read.place)];
    const faults: string[] = [];
    const [nameLine, placeLine] = [names.get(nameKey), places.get(placeKey)];
    if (nameLine !== undefined) faults.push(terminal.in(ROW_FAULTS.nameTwice, { line: nameLine }));
    if (placeLine !== undefined)
      faults.push(terminal.in(ROW_FAULTS.placeInFileTwice, { line: placeLine }));
    const isThere = known.hasPlace(keyOfPlace(read.place));
    const url = known.urlOfName(nameKey);
    if (url !== undefined && !isThere && nameLine === undefined)
      faults.push(terminal.in(ROW_FAULTS.nameTaken, { url }));
    if (faults.length > 0) wrong.push({ line, name, why: faults.join('; ') });
    else if (isThere) existing.push(read);
    else fresh.push(read);
    if (nameLine === undefined) names.set(nameKey, line);
    if (placeLine === undefined) places.set(placeKey, line);
  }
  return { fresh, existing, wrong };
}

/** Names and places of the cameras that are there. */
class KnownCameras {
  readonly #urls = new Map<string, string>();
  readonly #places = new Set<string>();

  constructor(cameras: readonly Existing[]) {
    for (const { name, url } of cameras) {
      this.#urls.set(plain(name), url);
      this.#places.add(keyOfPlace({ url }));
      // A row with an address alone means the camera, whichever of its paths was found.
      this.#places.add(keyOfPlace({ address: new URL(url).host }));
    }
  }

  hasPlace(key: string): boolean {
    return this.#places.has(key);
  }

  urlOfName(key: string): string | undefined {
    return this.#urls.get(key);
  }
}

function plain(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
