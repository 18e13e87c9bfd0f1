import {
  CAMERA_COLUMN_NAMES,
  type CameraColumn,
  cameraColumnOf,
} from '@vms/common/camera-columns.ts';
import { nearest } from '@vms/common/config-keys.ts';
import { CliError } from '../../../cli-error.ts';
import { IMPORT_FAULTS } from './import-texts.ts';

/** Where each column stands; a column that is not there is absent. */
export interface ColumnPlaces {
  readonly places: ReadonlyMap<CameraColumn, number>;
  readonly ignored: readonly { readonly name: string; readonly near: string | undefined }[];
}

/**
 * Reads the first line of a file. Capital letters, accents, spaces and marks do not matter.
 * @throws CliError `import.file-unusable`
 */
export function readColumns(header: readonly string[]): ColumnPlaces {
  const places = new Map<CameraColumn, number>();
  const ignored: { name: string; near: string | undefined }[] = [];
  header.forEach((name, index) => {
    const column = cameraColumnOf(name);
    if (column === undefined) {
      if (/[\p{L}\p{N}]/u.test(name))
        ignored.push({ name, near: nearest(name, Object.values(CAMERA_COLUMN_NAMES).flat()) });
      return;
    }
    const first = places.get(column);
    if (first !== undefined) {
      throw unusable('columnTwice', {
        column: CAMERA_COLUMN_NAMES[column][0],
        first: header[first] ?? '',
        second: name,
      });
    }
    places.set(column, index);
  });
  // Without a header the first line is a camera, and what stands in it may be its password.
  const known = header.filter((name) => cameraColumnOf(name) !== undefined);
  if (known.length === 0) throw unusable('noKnownColumn', { column: 'name / nome' });
  const columns = known.join(', ');
  if (!places.has('name')) throw unusable('columnMissing', { column: 'name / nome', columns });
  if (!places.has('url') && !places.has('address')) {
    throw unusable('columnMissing', { column: 'url | address / endereço', columns });
  }
  return { places, ignored };
}

function unusable(
  fault: 'columnTwice' | 'columnMissing' | 'noKnownColumn',
  values: Record<string, string>,
): CliError {
  return new CliError(
    'import.file-unusable',
    { happened: IMPORT_FAULTS[fault], kept: IMPORT_FAULTS.nothing },
    { values },
  );
}
