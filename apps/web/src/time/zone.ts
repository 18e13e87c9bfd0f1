import type { EpochMs } from '@vms/common/clock.ts';

/** Milliseconds on a wall clock of some zone, counted as if that clock showed UTC. */
export type WallMs = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone that the browser is set to, for instance `America/Sao_Paulo`. */
export function viewerZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether this browser knows a zone: a system may know newer ones. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What a wall clock in `zone` shows at `at`. */
export function wallOf(at: EpochMs, zone: string): WallMs {
  const fields = new Map<string, number>();
  for (const part of formatOf(zone).formatToParts(at)) fields.set(part.type, Number(part.value));
  const field = (name: string): number => fields.get(name) ?? 0;
  const seconds = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  );
  return seconds + (((at % 1000) + 1000) % 1000);
}

/** Wall clock minus UTC at an instant; −10800000 in São Paulo. */
export function offsetAt(at: EpochMs, zone: string): number {
  return wallOf(at, zone) - at;
}

const DAY_MS = 86_400_000;

/** Whether the clocks of two zones show different times now or half a year on: summer time may be all. */
export function clocksDiffer(one: string, other: string, now: EpochMs): boolean {
  if (!isZone(one) || !isZone(other)) return false;
  return [now, now + 182 * DAY_MS].some((at) => offsetAt(at, one) !== offsetAt(at, other));
}

/** Days of which it is remembered whether the offset changes about them. */
const MAX_REMEMBERED_DAYS = 2000;
const changes = new Map<string, boolean>();

/** True about the days on which the offset of `zone` changes; remembered, as nearly all are not. */
function changesAbout(at: EpochMs, zone: string): boolean {
  const day = Math.floor(at / DAY_MS);
  const key = `${zone} ${day}`;
  let known = changes.get(key);
  if (known === undefined) {
    if (changes.size >= MAX_REMEMBERED_DAYS) changes.clear();
    known = offsetAt((day - 1) * DAY_MS, zone) !== offsetAt((day + 2) * DAY_MS, zone);
    changes.set(key, known);
  }
  return known;
}

/** The instants at which a wall clock in `zone` shows `wall`: none, one, or two in order. */
export function instantsOf(wall: WallMs, zone: string): readonly EpochMs[] {
  const before = offsetAt(wall - DAY_MS, zone);
  const after = offsetAt(wall + DAY_MS, zone);
  const candidates = before === after ? [wall - before] : [wall - before, wall - after];
  return candidates.filter((at) => offsetAt(at, zone) === wall - at).sort((a, b) => a - b);
}

/** True where a wall clock in `zone` shows this time twice: in the hour at the end of summer time. */
export function isShownTwice(at: EpochMs, zone: string): boolean {
  return changesAbout(at, zone) && instantsOf(wallOf(at, zone), zone).length > 1;
}

/**
 * The instant at which a wall clock in `zone` shows `wall`. Where the clock shows it twice (end of
 * summer time) the first; where it never does (start of summer time) the instant that the clock would
 * have reached without the change.
 */
export function instantOf(wall: WallMs, zone: string): EpochMs {
  return instantsOf(wall, zone)[0] ?? wall - offsetAt(wall - DAY_MS, zone);
}

/** The instant at which the day of `at` starts in `zone`. */
export function startOfDay(at: EpochMs, zone: string): EpochMs {
  return startOfDayOffset(at, zone, 0);
}

/** The start of the day that is `days` after (before, if negative) the day of `at`, in `zone`. */
export function startOfDayOffset(at: EpochMs, zone: string, days: number): EpochMs {
  const wall = new Date(wallOf(at, zone));
  return instantOf(
    Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + days),
    zone,
  );
}

/** `2026-11-20T14:03:22` for an `<input type="datetime-local">`. */
export function toLocalInput(at: EpochMs, zone: string): string {
  return new Date(Math.floor(wallOf(at, zone) / 1000) * 1000).toISOString().slice(0, 19);
}

/** What an `<input type="datetime-local">` holds, as it may be meant in a zone. */
export type TypedTime =
  | { readonly kind: 'instant'; readonly at: EpochMs }
  /** The clock shows it twice: the end of summer time. */
  | { readonly kind: 'twice'; readonly instants: readonly [EpochMs, EpochMs] }
  /** The clock never shows it: the start of summer time. `at` is when it would have been without that. */
  | { readonly kind: 'never'; readonly at: EpochMs }
  | { readonly kind: 'future' }
  /** Not a date and a time. */
  | { readonly kind: 'incomplete' };

/** Reads what an `<input type="datetime-local">` holds. What is not over yet at `now` is `future`. */
export function readLocalInput(text: string, zone: string, now: EpochMs): TypedTime {
  const whole = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text);
  const wall = whole ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(wall)) return { kind: 'incomplete' };
  const all = instantsOf(wall, zone);
  const [first, second] = all.filter((at) => at <= now);
  if (first !== undefined && second !== undefined) {
    return { kind: 'twice', instants: [first, second] };
  }
  if (first !== undefined) return { kind: 'instant', at: first };
  const at = instantOf(wall, zone);
  return all.length > 0 || at > now ? { kind: 'future' } : { kind: 'never', at };
}
