import type { EpochMs } from '@vms/common/clock.ts';
import { type CameraId, isCameraId, type StreamName } from '@vms/common/ids.ts';
import { FormatError } from './format-error.ts';

/** Identity of a volume, in its root. */
export const VOLUME_IDENTITY_FILE = 'volume.json';
/** Held by the one writer of a volume (flock), in its root. */
export const VOLUME_LOCK_FILE = '.vms-lock';
/** Who writes to the volume, and that it still does: for machines that share it without shared locks. */
export const VOLUME_OWNER_FILE = '.vms-owner';
export const RUN_EXTENSION = '.mkv';
export const INDEX_EXTENSION = '.index.jsonl';
/** Runs of one camera stream that may begin within the same millisecond of the (stepped) wall clock. */
export const MAX_NAME_ATTEMPTS = 999;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const RUN_NAME = /^(\d{2})-(\d{2})-(\d{2})\.(\d{3})Z-(main|sub)(?:-([1-9]\d{0,2}))?\.mkv$/;

/** What the path of a run says. */
export interface RunPath {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Presentation time of the first frame, whole milliseconds; the header's DateUTC says the same. */
  readonly start: EpochMs;
  /** 1 for the plain name, 2 for the suffix `-2`, and so on where names were taken. */
  readonly attempt: number;
}

/**
 * Path of a run below its volume: `<camera id>/<YYYY-MM-DD>/<HH-MM-SS.mmm>Z-<stream>.mkv`, in UTC, so
 * that neither time zones nor daylight saving can make two runs meet in one name. Where the name is
 * taken (the clock was set back), `-2`, `-3` … follow the stream: nothing is ever overwritten.
 *
 * @throws FormatError `format.out-of-range` for years beyond 9999, or over MAX_NAME_ATTEMPTS.
 */
export function runPath(run: RunPath): string {
  const iso = new Date(Math.floor(run.start)).toISOString();
  if (iso.length !== 24) {
    throw new FormatError('format.out-of-range', `A recording cannot begin at ${iso}.`);
  }
  if (run.attempt < 1 || run.attempt > MAX_NAME_ATTEMPTS) {
    throw new FormatError(
      'format.out-of-range',
      `All ${MAX_NAME_ATTEMPTS} file names for ${iso} are taken.`,
    );
  }
  const time = iso.slice(11, 23).replaceAll(':', '-');
  const suffix = run.attempt === 1 ? '' : `-${run.attempt}`;
  return `${run.camera}/${iso.slice(0, 10)}/${time}Z-${run.stream}${suffix}${RUN_EXTENSION}`;
}

/** The other way round; undefined for whatever is not named as a run is. */
export function parseRunPath(path: string): RunPath | undefined {
  const parts = path.split('/');
  const [camera, day, name] = parts;
  if (parts.length !== 3 || camera === undefined || day === undefined || name === undefined) {
    return undefined;
  }
  const match = RUN_NAME.exec(name);
  if (!isCameraId(camera) || !DAY.test(day) || match === null) return undefined;
  const [, hours, minutes, seconds, millis, stream, attempt] = match;
  const start = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${millis}Z`);
  if (Number.isNaN(start) || (stream !== 'main' && stream !== 'sub')) return undefined;
  const parsed: RunPath = {
    camera,
    stream,
    start,
    attempt: attempt === undefined ? 1 : Number(attempt),
  };
  // 24:00, 30 February and `-1` parse somewhere; only the one spelling that runPath gives is ours.
  return runPath(parsed) === path ? parsed : undefined;
}

/** The index lies beside its run. */
export function indexPathOf(run: string): string {
  return `${run.slice(0, -RUN_EXTENSION.length)}${INDEX_EXTENSION}`;
}

/** The run beside an index; undefined where the path is no index. */
export function runPathOfIndex(index: string): string | undefined {
  return index.endsWith(INDEX_EXTENSION)
    ? `${index.slice(0, -INDEX_EXTENSION.length)}${RUN_EXTENSION}`
    : undefined;
}

/** Whether a folder name below a camera's is a day. */
export function isDayFolder(name: string): boolean {
  return DAY.test(name);
}
