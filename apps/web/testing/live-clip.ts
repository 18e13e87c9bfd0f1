import { execFile } from 'node:child_process';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLIP_SECONDS, clipFolder, FRAME_RATE } from './mock-media.ts';

const run = promisify(execFile);

/** The clip as live parts: one movie fragment a picture or a little sound. */
export interface LiveClip {
  readonly init: Buffer;
  readonly parts: readonly LivePart[];
}

export interface LivePart {
  readonly bytes: Buffer;
  /** Seconds from the start of the clip. */
  readonly at: number;
  readonly keyframe: boolean;
  /** Ticks a second of its track. */
  readonly timescale: number;
}

/** Pictures from one keyframe to the next. */
const GOP = 50;
const VIDEO_TRACK = 1;
/** Flag of `tfhd`: default-sample-duration-present. */
const HAS_DURATION = 0x8;

let reading: Promise<LiveClip> | undefined;

export function liveClip(): Promise<LiveClip> {
  reading ??= readClip();
  return reading;
}

async function readClip(): Promise<LiveClip> {
  const folder = await clipFolder();
  const file = join(folder, 'live.mp4');
  if ((await stat(file).catch(() => undefined)) === undefined) {
    const draft = `${file}.${process.pid}.mp4`;
    await run('ffmpeg', [
      ...['-v', 'error', '-nostdin', '-y', '-i', join(folder, 'index.m3u8')],
      // The playlist's own times stutter between its segments.
      ...['-vf', `setpts=N/${FRAME_RATE}/TB`, '-af', 'asetpts=N/SR/TB', '-t', String(CLIP_SECONDS)],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '24', '-bf', '0', '-g', String(GOP)],
      ...['-keyint_min', String(GOP), '-sc_threshold', '0', '-c:a', 'aac', '-b:a', '32k'],
      ...['-movflags', 'frag_every_frame+empty_moov+default_base_moof', '-f', 'mp4', draft],
    ]);
    await rename(draft, file);
  }
  return splitClip(await readFile(file));
}

interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function boxes(bytes: Buffer, from: number, to: number): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const end = at + bytes.readUInt32BE(at);
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), start: at, end });
    at = end;
  }
  return found;
}

function child(bytes: Buffer, parent: Box, type: string): Box | undefined {
  return boxes(bytes, parent.start + 8, parent.end).find((box) => box.type === type);
}

function splitClip(bytes: Buffer): LiveClip {
  const all = boxes(bytes, 0, bytes.length);
  const moov = all.find((box) => box.type === 'moov');
  if (moov === undefined) throw new Error('The clip has no moov.');
  const timescales = boxes(bytes, moov.start + 8, moov.end)
    .filter((box) => box.type === 'trak')
    .map((trak) => {
      const mdia = child(bytes, trak, 'mdia');
      const mdhd = mdia === undefined ? undefined : child(bytes, mdia, 'mdhd');
      if (mdhd === undefined) throw new Error('A track has no mdhd.');
      // Version 0: version and flags, two times of 32 bits, then the timescale.
      return bytes.readUInt32BE(mdhd.start + (bytes[mdhd.start + 8] === 1 ? 28 : 20));
    });
  let pictures = 0;
  const parts = all.flatMap((moof, index): LivePart[] => {
    const mdat = all[index + 1];
    if (moof.type !== 'moof' || mdat === undefined) return [];
    const part = Buffer.from(bytes.subarray(moof.start, mdat.end));
    const { duration, time, track } = decodeTime(part);
    const timescale = timescales[track - 1] ?? 1;
    // ffmpeg does not know how long a picture in a fragment of its own lasts. Without that a browser takes
    // the next for one behind a hole, and shows keyframes alone.
    if (track === VIDEO_TRACK) part.writeUInt32BE(Math.round(timescale / FRAME_RATE), duration);
    const at = Number(part.readBigUInt64BE(time)) / timescale;
    const keyframe = track === VIDEO_TRACK && pictures++ % GOP === 0;
    return [{ bytes: part, at, keyframe, timescale }];
  });
  return { init: bytes.subarray(0, moov.end), parts: parts.sort((a, b) => a.at - b.at) };
}

/** The track of a fragment, and where its usual duration and its decode time of 64 bits stand. */
function decodeTime(part: Buffer): { track: number; duration: number; time: number } {
  const [moof] = boxes(part, 0, part.length);
  const traf = moof === undefined ? undefined : child(part, moof, 'traf');
  const tfhd = traf === undefined ? undefined : child(part, traf, 'tfhd');
  const tfdt = traf === undefined ? undefined : child(part, traf, 'tfdt');
  if (tfhd === undefined || tfdt === undefined || part[tfdt.start + 8] !== 1) {
    throw new Error('A fragment has no decode time of 64 bits.');
  }
  // default-sample-duration alone stands between the track and default-sample-size (§8.8.7).
  if ((part.readUInt32BE(tfhd.start + 8) & 0xb) !== HAS_DURATION) {
    throw new Error('A fragment has no usual duration.');
  }
  const track = part.readUInt32BE(tfhd.start + 12);
  return { track, duration: tfhd.start + 16, time: tfdt.start + 12 };
}

/** The part as it is in a later round of the clip. */
export function partAt(part: LivePart, round: number): Buffer {
  const moved = Buffer.from(part.bytes);
  const { time } = decodeTime(moved);
  const base = moved.readBigUInt64BE(time) + BigInt(round * CLIP_SECONDS * part.timescale);
  moved.writeBigUInt64BE(base, time);
  return moved;
}
