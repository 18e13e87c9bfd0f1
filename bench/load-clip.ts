import { execFile } from 'node:child_process';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A clip for load: a picture that fills its bitrate. */
export interface LoadClipOptions {
  /** Mbit/s of the stream. */
  readonly megabits: number;
  /** Seconds from keyframe to keyframe. */
  readonly gopSeconds: number;
  /** Length of the clip, a whole number of GOPs. */
  readonly seconds: number;
}

const FRAMES_PER_SECOND = 25;
/** Kept from run to run; goes with node_modules. */
const CLIPS = join(import.meta.dirname, '..', 'node_modules', '.cache', 'vms-load-clips');

/**
 * The path of a raw H.264 clip of that bitrate: 1920 × 1080, 25 frames a second, no B-frames. Made by
 * ffmpeg the first time, and kept.
 */
export async function loadClipFile(options: LoadClipOptions): Promise<string> {
  const { megabits, gopSeconds, seconds } = options;
  const name = `1080p-${megabits}mbit-gop${gopSeconds}s-${seconds}s`;
  const file = join(CLIPS, `${name}.h264`);
  if (await exists(file)) return file;
  await mkdir(CLIPS, { recursive: true });
  const unfinished = join(CLIPS, `${name}.${process.pid}.h264`);
  process.stderr.write(`making a clip of ${megabits} Mbit/s, once\n`);
  const picture = `testsrc2=size=1920x1080:rate=${FRAMES_PER_SECOND}:duration=${seconds}`;
  const gop = FRAMES_PER_SECOND * gopSeconds;
  await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `${picture},noise=alls=12:allf=t`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main', '-bf', '0'],
    ...['-pix_fmt', 'yuv420p', '-g', `${gop}`, '-keyint_min', `${gop}`, '-sc_threshold', '0'],
    ...['-b:v', `${megabits}M`, '-maxrate', `${megabits}M`, '-bufsize', `${megabits / 2}M`],
    ...['-x264-params', 'slices=1', '-bsf:v', 'filter_units=remove_types=6', '-f', 'h264'],
    unfinished,
  ]);
  await rename(unfinished, file);
  return file;
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).size > 0;
  } catch {
    return false;
  }
}
