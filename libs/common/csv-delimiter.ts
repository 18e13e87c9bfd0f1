export type Delimiter = ',' | ';' | '\t';

const DELIMITERS: readonly Delimiter[] = [';', ',', '\t'];

/**
 * What separates the values of a CSV text, by its first line: spreadsheets of countries with a decimal
 * comma write semicolons, some export tabs. Semicolons where nothing tells.
 */
export function delimiterOf(text: string): Delimiter {
  const [firstLine = ''] = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split(/\r?\n|\r/);
  const unquoted = firstLine.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => ({
    delimiter,
    count: unquoted.split(delimiter).length - 1,
  }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).delimiter;
}
