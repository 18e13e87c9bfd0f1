import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type MockRun, spansOf } from './mock-data.ts';

const run = promisify(execFile);

/** The clip: a minute of 25 frames a second in segments of 2 s, played round and round. */
export const CLIP_SECONDS = 60;
export const SEGMENT_SECONDS = 2;
export const FRAME_RATE = 25;
const SEGMENTS = CLIP_SECONDS / SEGMENT_SECONDS;
/** Bits of the frame number, as black and white blocks along the top edge. */
export const STRIP_BITS = 12;
export const STRIP_BLOCK_PX = 32;
const CLIP_VERSION = 3;
/** Kept from run to run; goes with node_modules. */
const CACHE = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache');

let making: Promise<string> | undefined;

/** Makes the clip once for this checkout; the same for every test that runs in it. */
export function clipFolder(): Promise<string> {
  making ??= makeClip();
  return making;
}

async function makeClip(): Promise<string> {
  const folder = join(CACHE, `vms-web-mock-clip-${CLIP_VERSION}`);
  const exists = await stat(join(folder, 'init.mp4')).catch(() => undefined);
  if (exists !== undefined) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const timing = `rate=${FRAME_RATE}:duration=${CLIP_SECONDS}`;
  const bit = `255*mod(floor(N/pow(2,floor(X/${STRIP_BLOCK_PX}))),2)`;
  const size = `${STRIP_BITS * STRIP_BLOCK_PX}x${STRIP_BLOCK_PX}`;
  const picture = [
    `testsrc2=size=640x360:${timing}[picture]`,
    `color=size=${size}:${timing},format=gray,geq=lum='${bit}'[strip]`,
    '[picture][strip]overlay=0:0,format=yuv420p[out]',
  ].join(';');
  await run('ffmpeg', [
    ...[
      '-v',
      'error',
      '-nostdin',
      '-f',
      'lavfi',
      '-i',
      `sine=frequency=330:duration=${CLIP_SECONDS}:sample_rate=48000`,
    ],
    ...['-filter_complex', picture, '-map', '[out]', '-map', '0:a'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '30', '-bf', '0'],
    ...[
      '-g',
      String(FRAME_RATE * SEGMENT_SECONDS),
      '-keyint_min',
      String(FRAME_RATE * SEGMENT_SECONDS),
    ],
    ...['-sc_threshold', '0', '-c:a', 'aac', '-b:a', '32k', '-f', 'hls'],
    ...['-hls_time', String(SEGMENT_SECONDS), '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', 'init.mp4'],
    ...['-hls_segment_filename', join(draft, 'seg-%d.m4s'), join(draft, 'index.m3u8')],
  ]);
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return folder;
}

let makingH265: Promise<string> | undefined;

/** Two seconds in H.265, which the browsers of most people do not decode. */
async function makeH265Clip(): Promise<string> {
  const folder = join(CACHE, `vms-web-mock-h265-${CLIP_VERSION}`);
  const exists = await stat(join(folder, 'init.mp4')).catch(() => undefined);
  if (exists !== undefined) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const source = `testsrc2=size=320x180:rate=${FRAME_RATE}:duration=${SEGMENT_SECONDS}`;
  await run('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source],
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
    ...['-pix_fmt', 'yuv420p', '-tag:v', 'hvc1', '-f', 'hls', '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', 'init.mp4'],
    ...['-hls_segment_filename', join(draft, 'seg-%d.m4s'), join(draft, 'index.m3u8')],
  ]);
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return folder;
}

export async function h265File(name: string): Promise<Buffer> {
  makingH265 ??= makeH265Clip();
  return readFile(join(await makingH265, name.startsWith('seg-') ? 'seg-0.m4s' : name));
}

/** Seconds of the clip in which the microphone was off: the segments have no track of sound. */
export const MUTE_SECONDS = { from: 20, to: 28 } as const;

/** A file of the clip with a gap in its sound. */
export async function muteClipFile(name: string): Promise<Buffer> {
  const file = await clipFile(name);
  const at = Number(/^seg-(\d+)/.exec(name)?.[1] ?? -1) * SEGMENT_SECONDS;
  if (at < MUTE_SECONDS.from || at >= MUTE_SECONDS.to) return file;
  // The box of the second track becomes free space (ISO/IEC 14496-12 §8.1.2); nothing else moves.
  const muted = Buffer.from(file);
  muted.write('free', muted.lastIndexOf('traf', muted.indexOf('mdat')));
  return muted;
}

export async function clipFile(name: string): Promise<Buffer> {
  return readFile(join(await clipFolder(), name));
}

/** The frame of the clip that stands for an instant: segments lie on a grid of wall-clock time. */
export function frameAt(at: number): number {
  return Math.floor(((at / 1000) % CLIP_SECONDS) * FRAME_RATE + 1e-6);
}

/** A playlist of a range over the clip, with a discontinuity at every gap and every round of the clip. */
export function playlist(runs: readonly MockRun[], from: number, to: number): string {
  const step = SEGMENT_SECONDS * 1000;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-MAP:URI="init.mp4"',
  ];
  const spans = spansOf(runs, 0, 8.64e15, 1).map((span) => ({
    start: Date.parse(span.start),
    end: Date.parse(span.end),
  }));
  let previous: number | undefined;
  for (let at = Math.floor(from / step) * step; at < to; at += step) {
    if (!spans.some((span) => span.start <= at && span.end >= at + step)) continue;
    const index = (at / step) % SEGMENTS;
    if (previous !== undefined && (at !== previous + step || index === 0)) {
      lines.push('#EXT-X-DISCONTINUITY');
    }
    previous = at;
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(at).toISOString()}`,
      `#EXTINF:${SEGMENT_SECONDS.toFixed(3)},`,
      `seg-${index}.m4s`,
    );
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}
