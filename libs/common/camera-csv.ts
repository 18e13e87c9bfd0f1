import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { type Delimiter, delimiterOf } from './csv-delimiter.ts';

/** Bytes of the largest list of cameras that is read: far more than the rows of an installation take. */
export const MAX_CSV_BYTES = 8 * 1024 * 1024;
/** Characters of one record: more than its fields may have. */
export const MAX_RECORD_CHARACTERS = 64 * 1024;

export type CsvEncoding = 'UTF-8' | 'UTF-16' | 'Windows-1252';

/**
 * Why a list cannot be read: `workbook` is one of a spreadsheet program that was not saved as CSV, `quote` a
 * quotation mark that is opened and never closed; `too-large` is the whole file, or one record where a line is
 * given.
 */
export type CsvFaultKind = 'empty' | 'too-large' | 'workbook' | 'not-text' | 'quote' | 'malformed';

/** A list that cannot be read, from a line on where one is known. Never repeats what stands in it. */
export class CsvFault extends Error {
  readonly kind: CsvFaultKind;
  readonly line: number | undefined;

  constructor(kind: CsvFaultKind, line?: number) {
    const where = line === undefined ? '' : ` from line ${line} on`;
    super(`The CSV cannot be read${where}: ${kind}.`);
    this.name = 'CsvFault';
    this.kind = kind;
    this.line = line;
  }
}

/** A file's text, and how it was written. */
export interface CsvText {
  readonly text: string;
  readonly encoding: CsvEncoding;
}

/** One record, with the line on which it ends, from 1. Its fields are trimmed, unless they are quoted. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvRecords {
  readonly delimiter: Delimiter;
  readonly records: readonly CsvRecord[];
}

/**
 * Reads text as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, and what is neither as
 * Windows-1252 ("ANSI"), of which Latin-1 is a part.
 * @throws CsvFault `empty`, `too-large`, `workbook`, `not-text`
 */
export function decodeCsv(bytes: Uint8Array): CsvText {
  if (bytes.length === 0) throw new CsvFault('empty');
  if (bytes.length > MAX_CSV_BYTES) throw new CsvFault('too-large');
  // A workbook of Excel or LibreOffice is a ZIP archive; the old one begins with D0 CF 11 E0.
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw new CsvFault('workbook');
  }
  const decoded = decode(bytes);
  if (decoded.text.trim() === '') throw new CsvFault('empty');
  if (decoded.text.includes('\0')) throw new CsvFault('not-text');
  return decoded;
}

/**
 * Records of a CSV text (RFC 4180), by the delimiter of its first line. Empty ones are left out.
 * @param most records that are read
 * @throws CsvFault `quote`, `malformed`, `too-large` of a record
 */
export function parseCsv(text: string, most: number): CsvRecords {
  const delimiter = delimiterOf(text);
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: MAX_RECORD_CHARACTERS,
      to: most,
      on_record: (fields: string[], { lines }) => {
        records.push({ line: lines, fields });
        return null;
      },
    });
    return { delimiter, records };
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // Without the parser's own words and cause: they repeat the value, which may be a password.
    // Of a quote that is never closed the parser names the end of the text: it began after the last record.
    throw new CsvFault(KINDS[cause.code] ?? 'malformed', (records.at(-1)?.line ?? 0) + 1);
  }
}

const KINDS: Readonly<Record<string, CsvFaultKind>> = {
  CSV_QUOTE_NOT_CLOSED: 'quote',
  CSV_MAX_RECORD_SIZE: 'too-large',
};

function decode(bytes: Uint8Array): CsvText {
  if (startsWith(bytes, [0xff, 0xfe])) {
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16' };
  }
  if (startsWith(bytes, [0xfe, 0xff])) {
    return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'UTF-16' };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' };
  }
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
