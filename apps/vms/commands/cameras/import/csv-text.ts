import { CliError } from '../../../cli-error.ts';
import { IMPORT_FAULTS } from './import-texts.ts';

/** Bytes of the largest file that is read: far more than rows of MAX_CAMERAS take. */
export const MAX_IMPORT_BYTES = 8 * 1024 * 1024;

export type CsvEncoding = 'UTF-8' | 'UTF-16' | 'Windows-1252';

/** A file's text, and how it was written. */
export interface CsvText {
  readonly text: string;
  readonly encoding: CsvEncoding;
}

/**
 * Reads text as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, and what is
 * neither as Windows-1252, of which Latin-1 is a part.
 * @throws CliError `import.file-unusable`
 */
export function decodeCsv(bytes: Uint8Array): CsvText {
  if (bytes.length === 0) throw unusable(IMPORT_FAULTS.empty);
  if (bytes.length > MAX_IMPORT_BYTES) throw unusable(IMPORT_FAULTS.tooLarge);
  // A workbook of Excel or LibreOffice is a ZIP archive; the old one begins with D0 CF 11 E0.
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw unusable(IMPORT_FAULTS.workbook);
  }
  const text = decode(bytes);
  if (text.text.trim() === '') throw unusable(IMPORT_FAULTS.empty);
  if (text.text.includes('\0')) throw unusable(IMPORT_FAULTS.notText);
  return text;
}

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

function unusable(happened: (typeof IMPORT_FAULTS)[keyof typeof IMPORT_FAULTS]): CliError {
  return new CliError('import.file-unusable', { happened, kept: IMPORT_FAULTS.nothing });
}
