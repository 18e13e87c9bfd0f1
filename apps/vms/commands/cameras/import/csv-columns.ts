import { nearest } from '@vms/common/config-keys.ts';
import { CliError } from '../../../cli-error.ts';
import { IMPORT_FAULTS } from './import-texts.ts';

/** Columns of a list of cameras: the name of each in the documents, then what else it may be called. */
const COLUMN_NAMES = {
  name: ['name', 'nome', 'camera', 'câmera'],
  url: ['url', 'rtsp', 'rtsp url', 'url rtsp', 'endereço rtsp'],
  address: ['address', 'endereço', 'ip', 'host', 'endereço ip', 'ip address'],
  user: ['user', 'usuário', 'username', 'user name', 'login'],
  password: ['password', 'senha'],
  subUrl: [
    'sub url',
    'url sub',
    'sub',
    'sub stream',
    'fluxo secundário',
    'url do fluxo secundário',
  ],
  retentionDays: [
    'retention days',
    'retention',
    'days',
    'dias',
    'retenção',
    'dias de retenção',
    'retenção dias',
  ],
  enabled: ['enabled', 'ativa', 'ativo', 'habilitada', 'ligada'],
  timeZone: ['time zone', 'timezone', 'fuso', 'fuso horário'],
} as const;
export type Column = keyof typeof COLUMN_NAMES;
const COLUMNS = Object.keys(COLUMN_NAMES) as Column[];

/** Where each column stands; a column that is not there is absent. */
export interface ColumnPlaces {
  readonly places: ReadonlyMap<Column, number>;
  readonly ignored: readonly { readonly name: string; readonly near: string | undefined }[];
}

/**
 * Reads the first line of a file. Capital letters, accents, spaces and marks do not matter.
 * @throws CliError `import.file-unusable`
 */
export function readColumns(header: readonly string[]): ColumnPlaces {
  const places = new Map<Column, number>();
  const ignored: { name: string; near: string | undefined }[] = [];
  header.forEach((name, index) => {
    const column = COLUMNS.find((each) =>
      COLUMN_NAMES[each].some((known) => plain(known) === plain(name)),
    );
    if (column === undefined) {
      if (plain(name) !== '')
        ignored.push({ name, near: nearest(name, Object.values(COLUMN_NAMES).flat()) });
      return;
    }
    const first = places.get(column);
    if (first !== undefined) {
      throw unusable('columnTwice', {
        column: COLUMN_NAMES[column][0],
        first: header[first] ?? '',
        second: name,
      });
    }
    places.set(column, index);
  });
  const columns = header.join(', ');
  if (!places.has('name')) throw unusable('columnMissing', { column: 'name / nome', columns });
  if (!places.has('url') && !places.has('address')) {
    throw unusable('columnMissing', { column: 'url | address / endereço', columns });
  }
  return { places, ignored };
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function unusable(
  fault: 'columnTwice' | 'columnMissing',
  values: Record<string, string>,
): CliError {
  return new CliError(
    'import.file-unusable',
    { happened: IMPORT_FAULTS[fault], kept: IMPORT_FAULTS.nothing },
    { values },
  );
}
