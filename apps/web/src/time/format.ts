import type { EpochMs } from '@vms/common/clock.ts';
import { isShownTwice, offsetAt } from './zone.ts';

/** How one viewer reads times and amounts: language and zone are settled once, then applied. */
export interface Formatters {
  readonly locale: string;
  readonly zone: string;
  /** 14:03 */
  hourMinute(at: EpochMs): string;
  /** 14:03:22, with the offset (`02:30:00 UTC+01:00`) where the clock shows this time twice. */
  time(at: EpochMs): string;
  /** 14:03:22.480 */
  timeWithMs(at: EpochMs): string;
  /** 20 Nov 2026 */
  date(at: EpochMs): string;
  /** 20 Nov */
  dayMonth(at: EpochMs): string;
  /** Fri, 20 Nov 2026 */
  weekday(at: EpochMs): string;
  /** 20 Nov 2026, 14:03:22 */
  dateTime(at: EpochMs): string;
  /** `14:03:22` today, `20 Nov, 14:03` on another day. */
  moment(at: EpochMs, now: EpochMs): string;
  /** A moment with the offset of its zone: `14:03:22 UTC−03:00`. */
  zonedMoment(at: EpochMs, now: EpochMs): string;
  /** The zone by name and offset: `Brasilia Time, UTC−03:00`. */
  zoneName(at: EpochMs): string;
  /** The offset of the zone: `UTC−03:00`. */
  zoneOffset(at: EpochMs): string;
  /** 1.2 GB; steps of 1000. */
  bytes(count: number): string;
  /** 4.2 Mbit/s; steps of 1000. */
  bitRate(bitsPerSecond: number): string;
  number(value: number, digits?: number): string;
}

const MINUS = '−';

/** `UTC−03:00` */
export function offsetName(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${offsetMs < 0 ? MINUS : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/**
 * The two greatest units of a length of time: `2 d 3 h`, `4 min 5 s`, `12 s`. The signs are those of
 * the SI, the same in every language that we speak.
 */
export function duration(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000) * 1000);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

function scaled(value: number, units: readonly string[], number: Formatters['number']): string {
  let step = 0;
  let amount = value;
  while (amount >= 999.5 && step < units.length - 1) {
    amount /= 1000;
    step++;
  }
  return `${number(amount, step === 0 || amount >= 99.95 ? 0 : 1)} ${units[step] ?? ''}`;
}

/** Formatters for a language tag (`pt-BR`, `en`) and an IANA zone. */
export function createFormatters(locale: string, zone: string): Formatters {
  const of = (options: Intl.DateTimeFormatOptions): ((at: EpochMs) => string) => {
    const format = new Intl.DateTimeFormat(locale, {
      hourCycle: 'h23',
      timeZone: zone,
      ...options,
    });
    return (at) => format.format(at);
  };
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const hourMinute = of(clock);
  const plainTime = of({ ...clock, second: '2-digit' });
  const plainDateTime = of({ ...day, year: 'numeric', ...clock, second: '2-digit' });
  const zoneOffset = (at: EpochMs): string => offsetName(offsetAt(at, zone));
  /** Names the offset in the one hour of a year in which the clock does not tell. */
  const sure = (text: string, at: EpochMs): string =>
    isShownTwice(at, zone) ? `${text} ${zoneOffset(at)}` : text;
  const time = (at: EpochMs): string => sure(plainTime(at), at);
  const date = of({ ...day, year: 'numeric' });
  const dayMonth = of(day);
  const dayAndTime = (at: EpochMs): string => `${dayMonth(at)}, ${hourMinute(at)}`;
  const zoneLong = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'longGeneric' });
  const numbers = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 0): string => {
    let format = numbers.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
      numbers.set(digits, format);
    }
    return format.format(value);
  };
  return {
    locale,
    zone,
    hourMinute,
    time,
    timeWithMs: (at) => {
      const ms = ((Math.floor(at) % 1000) + 1000) % 1000;
      return sure(`${plainTime(at)}.${String(ms).padStart(3, '0')}`, at);
    },
    date,
    dayMonth,
    weekday: of({ ...day, year: 'numeric', weekday: 'short' }),
    dateTime: (at) => sure(plainDateTime(at), at),
    moment: (at, now) => (date(at) === date(now) ? time(at) : dayAndTime(at)),
    zonedMoment: (at, now) =>
      `${date(at) === date(now) ? plainTime(at) : dayAndTime(at)} ${zoneOffset(at)}`,
    zoneName: (at) => {
      const offset = zoneOffset(at);
      const name = zoneLong.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value;
      if (name === undefined || /^(GMT|UTC)/.test(name)) return offset;
      return `${name}, ${offset}`;
    },
    zoneOffset,
    bytes: (count) => scaled(count, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], number),
    bitRate: (rate) => scaled(rate, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'], number),
    number,
  };
}
