import type { Camera, Volume } from '../api/types.ts';

const DAY_SECONDS = 86_400;
/** Room of more days than these is told as these. */
const MAX_DAYS = 9999;

export interface Forecast {
  readonly bytesPerDay: number;
  /** Days of recordings that fit: on the disks that record, with what is there already. */
  readonly days: number;
}

/**
 * For how many days there is room, if all cameras go on as they do now; undefined where nothing is
 * recorded.
 */
export function forecastOf(
  cameras: readonly Camera[],
  volumes: readonly Volume[],
): Forecast | undefined {
  const bitsPerSecond = cameras
    .filter(({ status }) => status.state === 'online')
    .reduce((sum, { status }) => sum + status.bitsPerSecond, 0);
  const bytesPerDay = (bitsPerSecond / 8) * DAY_SECONDS;
  const room = volumes
    .filter(({ state }) => state === 'recording' || state === 'full')
    .reduce((sum, { freeBytes, recordedBytes }) => sum + freeBytes + recordedBytes, 0);
  if (!(bytesPerDay > 0) || room === 0) return undefined;
  return { bytesPerDay, days: Math.min(MAX_DAYS, Math.floor(room / bytesPerDay)) };
}
