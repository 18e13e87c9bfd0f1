import type { Camera, Volume } from '../api/types.ts';

const DAY_SECONDS = 86_400;
/** Room of more days than these is told as these. */
const MAX_DAYS = 9999;
/** A twentieth of a day more or less is what rates differ by from hour to hour. */
const TOLERANCE_DAYS = 0.05;

export interface Forecast {
  readonly bytesPerDay: number;
  /** Whole days of recordings that there is room for, if all goes on as it does now. */
  readonly days: number;
  /** Days for which a person asked that recordings be kept: the longest of all cameras. */
  readonly promisedDays: number;
  /** What was promised does not fit. */
  readonly isShort: boolean;
}

/** Days as they are shown: whole ones. */
export function wholeDays(days: number): number {
  return Math.floor(days + TOLERANCE_DAYS);
}

const HOLDS_RECORDINGS = ['recording', 'full'];

/**
 * For how many days there is room and how many were promised; undefined where nothing is recorded. What
 * the system measured per disk counts; until it has measured long enough, what cameras send right now.
 */
export function forecastOf(
  cameras: readonly Camera[],
  volumes: readonly Volume[],
): Forecast | undefined {
  const used = volumes.filter(({ state }) => HOLDS_RECORDINGS.includes(state));
  const now = estimated(cameras, used);
  const known = measured(used);
  if (known === undefined) return now;
  // What goes to a disk that was not measured yet is in what cameras send.
  const isWhole = used.every(({ forecast }) => forecast !== null);
  if (isWhole || now === undefined) return known;
  return { ...known, bytesPerDay: Math.max(known.bytesPerDay, now.bytesPerDay) };
}

function measured(volumes: readonly Volume[]): Forecast | undefined {
  const known = volumes.flatMap(({ forecast, ...volume }) =>
    forecast === null ? [] : { ...forecast, roomDays: roomOf(volume) / forecast.bytesPerDay },
  );
  // The disk that keeps the smallest part of what was promised speaks for all.
  const [worst] = known.toSorted(
    (a, b) => a.keptDays / a.askedDays - b.keptDays / b.askedDays || a.roomDays - b.roomDays,
  );
  if (worst === undefined) return undefined;
  const isShort = worst.keptDays < worst.askedDays - TOLERANCE_DAYS;
  // Nothing is kept longer than was asked for; that there is room for more is worth telling.
  const days = isShort ? worst.keptDays : Math.max(worst.keptDays, worst.roomDays);
  return {
    bytesPerDay: known.reduce((sum, { bytesPerDay }) => sum + bytesPerDay, 0),
    days: Math.min(MAX_DAYS, wholeDays(days)),
    promisedDays: worst.askedDays,
    isShort,
  };
}

/** Bytes of a disk that recordings may take or have taken. */
function roomOf({ freeBytes, recordedBytes }: Pick<Volume, 'freeBytes' | 'recordedBytes'>): number {
  return freeBytes + recordedBytes;
}

function estimated(cameras: readonly Camera[], volumes: readonly Volume[]): Forecast | undefined {
  const recorded = cameras.filter(({ enabled, status }) => enabled && status.state === 'online');
  const perDay = (camera: Camera): number => (camera.status.bitsPerSecond / 8) * DAY_SECONDS;
  const bytesPerDay = recorded.reduce((sum, camera) => sum + perDay(camera), 0);
  const room = volumes.reduce((sum, volume) => sum + roomOf(volume), 0);
  if (!(bytesPerDay > 0) || room === 0) return undefined;
  // A camera with a limit of its own never takes more than that.
  const promised = recorded.reduce((sum, camera) => {
    const limit = camera.maxBytes ?? Number.POSITIVE_INFINITY;
    return sum + Math.min(perDay(camera) * camera.retentionDays, limit);
  }, 0);
  const promisedDays = Math.max(...recorded.map(({ retentionDays }) => retentionDays));
  const isShort = promised > room;
  const days = wholeDays(room / bytesPerDay);
  // With limits of their own cameras take less a day than they send.
  const known = isShort ? days : Math.max(days, promisedDays);
  return { bytesPerDay, days: Math.min(MAX_DAYS, known), promisedDays, isShort };
}
