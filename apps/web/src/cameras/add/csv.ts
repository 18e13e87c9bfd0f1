/** One record of a CSV text, with the line on which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A quotation mark was opened on this line and never closed. */
export class OpenQuote extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`A quotation mark on line ${line} is not closed.`);
    this.name = 'OpenQuote';
    this.line = line;
  }
}

/** Spreadsheets of countries with a decimal comma separate fields by semicolons; some export tabs. */
export function separatorOf(text: string): ',' | ';' | '\t' {
  const unquoted = text.replace(/"(?:[^"]|"")*"/g, '');
  const first = /^[^\r\n]*/.exec(unquoted)?.[0] ?? '';
  const count = (separator: string): number => first.split(separator).length;
  if (count('\t') > 1 && count('\t') >= count(';')) return '\t';
  return count(';') > count(',') ? ';' : ',';
}

/**
 * Records of a CSV text (RFC 4180), by the separator of its first line. Empty lines and those that
 * begin with `#` are left out; a byte order mark is too.
 * @throws OpenQuote
 */
export function parseCsv(source: string): CsvRecord[] {
  const text = source.replace(/^\uFEFF/, '');
  const separator = separatorOf(text);
  const records: CsvRecord[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const startLine = line;
    const fields: string[] = [];
    let ended = false;
    while (!ended) {
      const field = readField(text, at, separator, startLine);
      fields.push(field.value);
      line += field.lines;
      at = field.end;
      if (text[at] === separator) at++;
      else ended = true;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    const isEmpty = fields.every((field) => field === '');
    if (!isEmpty && fields[0]?.startsWith('#') !== true) records.push({ line: startLine, fields });
  }
  return records;
}

/** The field at `at`: its value, where it ends, and the line breaks inside. */
function readField(
  text: string,
  at: number,
  separator: string,
  line: number,
): { value: string; end: number; lines: number } {
  if (text[at] !== '"') {
    let end = at;
    while (end < text.length && text[end] !== separator && !/[\r\n]/.test(text[end] ?? '')) end++;
    return { value: text.slice(at, end).trim(), end, lines: 0 };
  }
  let value = '';
  let end = at + 1;
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote === -1) throw new OpenQuote(line);
    value += text.slice(end, quote);
    end = quote + 1;
    if (text[end] !== '"') break;
    value += '"';
    end++;
  }
  // What stands between the closing mark and the separator belongs to nothing.
  while (end < text.length && text[end] !== separator && !/[\r\n]/.test(text[end] ?? '')) end++;
  return { value, end, lines: value.split('\n').length - 1 };
}
