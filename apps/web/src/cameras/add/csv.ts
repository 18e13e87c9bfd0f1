import { delimiterOf } from '@vms/common/csv-delimiter.ts';
import { CsvError, parse } from 'csv-parse/browser/esm/sync';

/** One record of a CSV text, with the line on which it ends, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A text that is no CSV from a line on. */
export class CsvFault extends Error {
  /** `quote`: a quotation mark is opened and never closed. */
  readonly kind: 'quote' | 'malformed';
  readonly line: number;

  constructor(kind: CsvFault['kind'], line: number, cause: unknown) {
    super(`The CSV cannot be read from line ${line} on.`, { cause });
    this.name = 'CsvFault';
    this.kind = kind;
    this.line = line;
  }
}

/** Characters of one record: more than its fields may have. */
const MAX_RECORD_CHARACTERS = 64 * 1024;

/**
 * Records of a CSV text (RFC 4180), by the delimiter of its first line, trimmed. Empty lines and those
 * that begin with `#` are left out; a byte order mark is too.
 * @param most records that are read
 * @throws CsvFault
 */
export function parseCsv(text: string, most: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      bom: true,
      comment: '#',
      // Only whole lines: a password may hold one.
      comment_no_infix: true,
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
    return records;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const isQuote = cause.code === 'CSV_QUOTE_NOT_CLOSED' || cause.code === 'CSV_MAX_RECORD_SIZE';
    // Of a quote that is never closed the parser names the end of the text: it began after the last record.
    throw new CsvFault(isQuote ? 'quote' : 'malformed', (records.at(-1)?.line ?? 0) + 1, cause);
  }
}
