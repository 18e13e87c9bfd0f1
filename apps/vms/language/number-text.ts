import { DURATION_TEXTS } from './duration-texts.ts';
import { type Language, translate } from './text.ts';

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
/** `1 h 5 min`, `2 min 3 s`, `4.5 s` */
export function durationText(ms: number, language: Language): string {
  const seconds = ms / 1000;
  if (seconds < 60) {
    return translate(DURATION_TEXTS.seconds, language, {
      seconds: numberText(seconds, language, 1),
    });
  }
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return translate(hours > 0 ? DURATION_TEXTS.hours : DURATION_TEXTS.minutes, language, {
    hours,
    minutes,
    seconds: whole % 60,
  });
}
