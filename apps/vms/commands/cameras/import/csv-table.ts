import type { CameraColumn } from '@vms/common/camera-columns.ts';
import { type Delimiter, delimiterOf } from '@vms/common/csv-delimiter.ts';
import { CsvError, parse } from 'csv-parse/sync';
import { CliError } from '../../../cli-error.ts';
import type { Text, Values } from '../../../language/text.ts';
import { readColumns } from './csv-columns.ts';
import { type CsvEncoding, decodeCsv } from './csv-text.ts';
import { IMPORT_FAULTS } from './import-texts.ts';

/** Rows that one file may have: twenty times as many as there may be cameras. */
export const MAX_IMPORT_ROWS = 10_000;
/** Characters of one row. */
const MAX_ROW_CHARACTERS = 64 * 1024;

/** A row of the file: its values by column, trimmed. */
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

interface ParsedRecord {
  readonly record: readonly string[];
  /** Of the file: the last one of the row. */
  readonly line: number;
}

/** Reads a list of cameras. @throws CliError `import.file-unusable` with the line and what to do */
export function readCsvTable(bytes: Uint8Array): CsvTable {
  const { text, encoding } = decodeCsv(bytes);
  const delimiter = delimiterOf(text);
  const [header, ...records] = parseRecords(text, delimiter);
  if (header === undefined) throw unusable(IMPORT_FAULTS.empty);
  const { places, ignored } = readColumns(header.record.map((name) => name.trim()));
  if (records.length === 0) throw unusable(IMPORT_FAULTS.noRows);
  if (records.length > MAX_IMPORT_ROWS) {
    throw unusable(IMPORT_FAULTS.tooManyRows, { max: MAX_IMPORT_ROWS });
  }
  const rows = records
    .filter(({ record }) => record.some((cell) => cell.trim() !== ''))
    .map(
      ({ record, line }): CsvRow => ({
        line,
        cells: record.length,
        value: (column) => {
          const place = places.get(column);
          return place === undefined ? '' : (record[place] ?? '').trim();
        },
      }),
    );
  if (rows.length === 0) throw unusable(IMPORT_FAULTS.noRows);
  return { encoding, delimiter, columns: header.record.length, ignored, rows };
}

function parseRecords(text: string, delimiter: Delimiter): ParsedRecord[] {
  const records: ParsedRecord[] = [];
  try {
    parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_CHARACTERS,
      to: MAX_IMPORT_ROWS + 2,
      on_record: (record, { lines }) => {
        records.push({ record, line: lines });
        return null;
      },
    });
    return records;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const isQuote = cause.code === 'CSV_QUOTE_NOT_CLOSED' || cause.code === 'CSV_MAX_RECORD_SIZE';
    // Without the parser's own words: they repeat the value, which may be a password.
    // Of a quote that is never closed the parser names the end of the file: it began after the last row.
    throw unusable(isQuote ? IMPORT_FAULTS.quote : IMPORT_FAULTS.malformed, {
      line: (records.at(-1)?.line ?? 0) + 1,
    });
  }
}

function unusable(happened: Text, values: Values = {}): CliError {
  return new CliError(
    'import.file-unusable',
    { happened, kept: IMPORT_FAULTS.nothing },
    { values },
  );
}
