import { type CameraColumn, cameraValueOf } from '@vms/common/camera-columns.ts';
import {
  type CsvEncoding,
  CsvFault,
  type CsvFaultKind,
  type CsvRecords,
  decodeCsv,
  MAX_RECORD_CHARACTERS,
  parseCsv,
} from '@vms/common/camera-csv.ts';
import type { Delimiter } from '@vms/common/csv-delimiter.ts';
import { CliError } from '../../../cli-error.ts';
import type { Text, Values } from '../../../language/text.ts';
import { readColumns } from './csv-columns.ts';
import { IMPORT_FAULTS } from './import-texts.ts';

/** Rows that one file may have: twenty times as many as there may be cameras. */
export const MAX_IMPORT_ROWS = 10_000;

/** A row of the file: its values by column. */
export interface CsvRow {
  /** Of the file, from 1; the last one of the row. */
  readonly line: number;
  /** Values beyond the columns, which mean that something is not quoted. */
  readonly cells: number;
  value(column: CameraColumn): string;
}

export interface CsvTable {
  readonly encoding: CsvEncoding;
  readonly delimiter: Delimiter;
  /** Columns of the first line. */
  readonly columns: number;
  readonly ignored: readonly { readonly name: string; readonly near: string | undefined }[];
  readonly rows: readonly CsvRow[];
}

/** Reads a list of cameras. @throws CliError `import.file-unusable` with the line and what to do */
export function readCsvTable(bytes: Uint8Array): CsvTable {
  const { encoding, delimiter, records } = readRecords(bytes);
  const [header, ...rest] = records;
  if (header === undefined) throw unusable(IMPORT_FAULTS.empty);
  const { places, ignored } = readColumns(header.fields);
  if (rest.length === 0) throw unusable(IMPORT_FAULTS.noRows);
  if (rest.length > MAX_IMPORT_ROWS) {
    throw unusable(IMPORT_FAULTS.tooManyRows, { max: MAX_IMPORT_ROWS });
  }
  const rows = rest.map(
    ({ fields, line }): CsvRow => ({
      line,
      cells: fields.length,
      value: (column) => cameraValueOf(column, fields[places.get(column) ?? -1]),
    }),
  );
  return { encoding, delimiter, columns: header.fields.length, ignored, rows };
}

const FAULTS: Readonly<Record<CsvFaultKind, Text>> = {
  empty: IMPORT_FAULTS.empty,
  'too-large': IMPORT_FAULTS.tooLarge,
  workbook: IMPORT_FAULTS.workbook,
  'not-text': IMPORT_FAULTS.notText,
  quote: IMPORT_FAULTS.quote,
  malformed: IMPORT_FAULTS.malformed,
};

function readRecords(bytes: Uint8Array): CsvRecords & { readonly encoding: CsvEncoding } {
  try {
    const { text, encoding } = decodeCsv(bytes);
    return { encoding, ...parseCsv(text, MAX_IMPORT_ROWS + 2) };
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    const { kind, line } = error;
    if (line === undefined) throw unusable(FAULTS[kind]);
    const max = MAX_RECORD_CHARACTERS;
    throw unusable(kind === 'too-large' ? IMPORT_FAULTS.rowTooLong : FAULTS[kind], { line, max });
  }
}

function unusable(happened: Text, values: Values = {}): CliError {
  return new CliError(
    'import.file-unusable',
    { happened, kept: IMPORT_FAULTS.nothing },
    { values },
  );
}
