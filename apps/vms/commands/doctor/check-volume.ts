import { mkdtemp, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { measureSync } from '@vms/storage/volumes/measure-sync.ts';
import { isResponsive } from '@vms/storage/volumes/probe-volume.ts';
import { bytesText, numberText } from '../../language/number-text.ts';
import type { Language } from '../../language/text.ts';
import { VOLUME_FINDINGS } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';

/** Written to see how fast a volume is: two seconds of the slowest disk that is of use. */
const MEASURED_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
/** Where there is less room nothing is measured. */
const SPARE_BYTES = 512 * 1024 * 1024;
/** Below this share of free space it is told. */
const LOW_SHARE = 0.05;
/** Bytes a second: 80 cameras of 4 Mbit/s. */
const SLOW_BYTES_PER_SECOND = 40_000_000;
/** Bytes a second of a camera of 4 Mbit/s, and half of a disk for looking at recordings. */
const CAMERA_BYTES_PER_SECOND = 2 * 500_000;
/**
 * A flush of 256 KiB of new data. The fastest NVMe disks take 0.02 ms for the transfer alone; with
 * what a file system does there, no honest one is below this.
 */
export const HONEST_FLUSH_MS = 0.08;

/** What statfs calls the types of file systems (linux/magic.h). */
const MEMORY_TYPES = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);
const NETWORK_TYPES = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x517b, 'SMB'],
]);

/** How a volume measures; an interface, so that disks of all kinds can be tested. */
export interface VolumeMeasurement {
  readonly bytesPerSecond: number;
  readonly flushMs: number;
}

export type MeasureVolume = (path: string, clock: Clock) => Promise<VolumeMeasurement>;

/** Room, speed and honesty of a volume. One that is not made yet is measured where it will be. */
export async function checkVolume(
  path: string,
  isMade: boolean,
  clock: Clock,
  language: Language,
  measure: MeasureVolume = measureVolume,
): Promise<Finding[]> {
  if (!(await isResponsive(path, clock))) return [found('volume', VOLUME_FINDINGS.hung, { path })];
  const place = isMade ? path : await nearestFolder(path);
  let space: Awaited<ReturnType<typeof statfs>>;
  try {
    space = await statfs(place);
  } catch (error) {
    const isGone = systemErrorCode(error) === 'ENOENT';
    const finding = isGone ? VOLUME_FINDINGS.missing : VOLUME_FINDINGS.notWritable;
    return [found('volume', finding, { path, reason: messageOf(error) })];
  }
  const free = space.bavail * space.bsize;
  const total = space.blocks * space.bsize;
  const room = { path, free: bytesText(free, language), total: bytesText(total, language) };
  const isLow = free < total * LOW_SHARE;
  const findings = [
    ...kindOf(path, space.type),
    found('volume', isLow ? VOLUME_FINDINGS.spaceLow : VOLUME_FINDINGS.space, room),
  ];
  if (free < SPARE_BYTES)
    return [...findings, found('volume', VOLUME_FINDINGS.notMeasured, { path })];
  try {
    return [...findings, ...judge(path, await measure(place, clock), language)];
  } catch (error) {
    const values = { path, reason: messageOf(error) };
    return [...findings, found('volume', VOLUME_FINDINGS.notWritable, values)];
  }
}

function kindOf(path: string, type: number): Finding[] {
  const memory = MEMORY_TYPES.get(type);
  if (memory !== undefined)
    return [found('volume', VOLUME_FINDINGS.inMemory, { path, type: memory })];
  const network = NETWORK_TYPES.get(type);
  if (network !== undefined)
    return [found('volume', VOLUME_FINDINGS.network, { path, type: network })];
  return [];
}

function judge(
  path: string,
  { bytesPerSecond, flushMs }: VolumeMeasurement,
  language: Language,
): Finding[] {
  const values = {
    path,
    speed: bytesText(bytesPerSecond, language),
    flush: numberText(flushMs, language, flushMs < 1 ? 3 : 1),
    cameras: Math.floor(bytesPerSecond / CAMERA_BYTES_PER_SECOND),
  };
  const { speed, slow, dishonest } = VOLUME_FINDINGS;
  const isSlow = bytesPerSecond < SLOW_BYTES_PER_SECOND;
  return [
    found('volume', isSlow ? slow : speed, values),
    ...(flushMs < HONEST_FLUSH_MS ? [found('volume', dishonest, values)] : []),
  ];
}

/** Writes and flushes for a moment, in a folder that is removed again. */
export async function measureVolume(path: string, clock: Clock): Promise<VolumeMeasurement> {
  const { fdatasyncMs } = await measureSync(path, clock);
  const folder = await mkdtemp(join(path, '.vms-measure-'));
  try {
    const file = await open(join(folder, 'speed'), 'wx');
    try {
      // Not zeros: some disks and file systems do not write those.
      const chunk = Buffer.alloc(CHUNK_BYTES, 0x5a);
      const startedAt = clock.monotonic();
      for (let done = 0; done < MEASURED_BYTES; done += CHUNK_BYTES) await file.write(chunk);
      await file.datasync();
      const seconds = Math.max(1e-6, (clock.monotonic() - startedAt) / 1000);
      return { bytesPerSecond: MEASURED_BYTES / seconds, flushMs: fdatasyncMs };
    } finally {
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder itself, or the nearest above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  let at = path;
  while (at !== dirname(at)) {
    try {
      await stat(at);
      return at;
    } catch {
      at = dirname(at);
    }
  }
  return at;
}
