import type { Language } from './text.ts';

/** `1,234.5` or `1.234,5` */
export function numberText(value: number, language: Language, digits = 0): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `12.3 GB`: powers of ten, as disks are sold. */
export function bytesText(bytes: number, language: Language): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${numberText(value, language, value < 100 && unit > 0 ? 1 : 0)} ${UNITS[unit]}`;
}
