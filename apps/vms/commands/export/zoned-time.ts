import type { EpochMs } from '@vms/common/clock.ts';

/** Which one is meant where a clock that is set back shows an hour twice. */
export type Twice = 'first' | 'last';

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

const DAY_MS = 86_400_000;
const ISO_DATE = String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})`;
const DAY_FIRST = String.raw`(?<day>\d{1,2})[/.](?<month>\d{1,2})[/.](?<year>\d{4})`;
const TIME = String.raw`(?<hour>\d{1,2})[:h](?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,3})\d*)?)?`;
const FORMS = [
  new RegExp(`^${ISO_DATE}(?:[T ]+${TIME})?$`),
  new RegExp(`^${DAY_FIRST}(?:[T ]+${TIME})?$`),
  new RegExp(`^${TIME}$`),
];
const WITH_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * An instant as people write it: ISO 8601 with a zone, or the time of a clock in `zone` with the date
 * (`2026-01-31 12:00`, `31/01/2026 12:00:30`), without time (midnight) or without date (today).
 * Undefined where it is none, or where clocks skip that time.
 */
export function parseInstant(
  typed: string,
  zone: string,
  now: EpochMs,
  twice: Twice,
): EpochMs | undefined {
  const text = typed.trim();
  if (/^(now|agora)$/i.test(text)) return now;
  if (WITH_ZONE.test(text) && /^\d{4}-/.test(text)) {
    const instant = Date.parse(text.replace(/^(\S+) +/, '$1T'));
    return Number.isNaN(instant) ? undefined : instant;
  }
  const groups = FORMS.map((form) => form.exec(text)?.groups).find((each) => each !== undefined);
  if (groups === undefined) return undefined;
  const today = fieldsAt(now, zone);
  const number = (name: string): number => Number(groups[name] ?? 0);
  const fields = {
    ...(groups.year === undefined
      ? { year: today.year, month: today.month, day: today.day }
      : { year: number('year'), month: number('month'), day: number('day') }),
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
    ms: Number((groups.fraction ?? '0').padEnd(3, '0')),
  };
  return instantOf(fields, zone, twice);
}

/** `2026-01-31 12:00:05`, as the clocks of the zone show it. */
export function zonedText(instant: EpochMs, zone: string): string {
  const { year, month, day, hour, minute, second } = fieldsAt(instant, zone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** The instants at which clocks show a time: none, one, or two. */
function instantOf(fields: Fields, zone: string, twice: Twice): EpochMs | undefined {
  const { year, month, day, hour, minute, second, ms } = fields;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // The offsets of the days around are all that may hold.
  const offsets = [-DAY_MS, 0, DAY_MS].map((shift) => offsetAt(asUtc + shift, zone));
  const found = [...new Set(offsets)]
    .map((offset) => asUtc - offset)
    .filter((instant) => isSame(fieldsAt(instant, zone), fields))
    .sort((a, b) => a - b);
  return twice === 'first' ? found[0] : found.at(-1);
}

function isSame(a: Fields, b: Fields): boolean {
  return (Object.keys(a) as (keyof Fields)[]).every((key) => a[key] === b[key]);
}

function offsetAt(instant: EpochMs, zone: string): number {
  const { year, month, day, hour, minute, second, ms } = fieldsAt(instant, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - Math.floor(instant);
}

function fieldsAt(instant: EpochMs, zone: string): Fields {
  const whole = Math.floor(instant);
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(whole);
  const read = (type: string): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
    ms: ((whole % 1000) + 1000) % 1000,
  };
}
