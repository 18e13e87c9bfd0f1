import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AudioConfig, CodecConfig, VideoCodec, VideoConfig } from '@vms/common/frame.ts';
import { codecStringOf } from '@vms/media/codec-string.ts';

const execute = promisify(execFile);

/** One frame of a clip, in decode order. Times in milliseconds from the clip's start. */
export interface ClipFrame {
  readonly ptsMs: number;
  readonly dtsMs: number;
  readonly keyframe: boolean;
  readonly payload: Uint8Array;
}

export interface Clip {
  readonly config: CodecConfig;
  readonly frames: readonly ClipFrame[];
}

export interface VideoClipOptions {
  readonly codec: VideoCodec;
  readonly seconds: number;
  readonly framesPerSecond?: number;
  readonly gopFrames?: number;
  readonly bFrames?: number;
  readonly width?: number;
  readonly height?: number;
}

/** A test picture encoded by ffmpeg; frames as length-prefixed NAL units. Needs ffmpeg and ffprobe. */
export async function makeVideoClip(options: VideoClipOptions): Promise<Clip> {
  const { codec, seconds, framesPerSecond = 10, gopFrames = 20, bFrames = 0 } = options;
  const width = options.width ?? 160;
  const height = options.height ?? 96;
  const encoder =
    codec === 'h264'
      ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-sc_threshold', '0', '-bf', `${bFrames}`]
      : [
          '-c:v',
          'libx265',
          '-preset',
          'ultrafast',
          '-tag:v',
          'hvc1',
          '-x265-params',
          `log-level=error:pools=1:frame-threads=1:scenecut=0:bframes=${bFrames}:keyint=${gopFrames}:min-keyint=${gopFrames}`,
        ];
  const source = `testsrc2=size=${width}x${height}:rate=${framesPerSecond}:duration=${seconds}`;
  const file = await encode([
    ...['-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-threads', '1', ...encoder],
    ...['-g', `${gopFrames}`, '-keyint_min', `${gopFrames}`, '-f', 'mp4'],
  ]);
  const record = boxContent(file.bytes, codec === 'h264' ? 'avcC' : 'hvcC');
  const config: VideoConfig = {
    kind: 'video',
    codec,
    width,
    height,
    record,
    codecString: codecStringOf(codec, record),
  };
  return { config, frames: file.frames };
}

/** A tone as AAC-LC. Frames of 1024 samples. */
export async function makeAacClip(options: {
  seconds: number;
  sampleRate?: number;
  channels?: number;
}): Promise<Clip> {
  const { seconds, sampleRate = 16_000, channels = 1 } = options;
  const file = await encode([
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${sampleRate}:duration=${seconds}`],
    ...['-ac', `${channels}`, '-c:a', 'aac', '-b:a', '32k', '-f', 'mp4'],
  ]);
  const index = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
  ].indexOf(sampleRate);
  // AudioSpecificConfig: object type 2 (LC), sampling frequency index, channels.
  const record = Uint8Array.of((2 << 3) | (index >> 1), ((index & 1) << 7) | (channels << 3));
  const config: AudioConfig = {
    kind: 'audio',
    codec: 'aac',
    sampleRate,
    channels,
    record,
    codecString: 'mp4a.40.2',
  };
  return { config, frames: file.frames };
}

/** A tone as G.711, 8 kHz mono, cut into frames of 20 ms. */
export async function makeG711Clip(options: {
  codec: 'pcmu' | 'pcma';
  seconds: number;
}): Promise<Clip> {
  const bytes = await withFolder(async (folder) => {
    const path = join(folder, 'tone.raw');
    const format = options.codec === 'pcmu' ? 'mulaw' : 'alaw';
    const source = `sine=frequency=440:sample_rate=8000:duration=${options.seconds}`;
    await execute('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-f', format, path]);
    return new Uint8Array(await readFile(path));
  });
  const frames: ClipFrame[] = [];
  for (let at = 0; at + 160 <= bytes.length; at += 160) {
    frames.push({
      ptsMs: at / 8,
      dtsMs: at / 8,
      keyframe: true,
      payload: bytes.slice(at, at + 160),
    });
  }
  const config: AudioConfig = {
    kind: 'audio',
    codec: options.codec,
    sampleRate: 8000,
    channels: 1,
    record: new Uint8Array(0),
    codecString: options.codec,
  };
  return { config, frames };
}

/** Frames of several clips in the order in which a camera would send them. */
export function interleave(clips: readonly Clip[]): { track: number; frame: ClipFrame }[] {
  const all = clips.flatMap((clip, index) =>
    clip.frames.map((frame) => ({ track: index + 1, frame })),
  );
  return all.sort((a, b) => a.frame.dtsMs - b.frame.dtsMs || a.track - b.track);
}

async function encode(
  args: readonly string[],
): Promise<{ bytes: Uint8Array; frames: ClipFrame[] }> {
  return withFolder(async (folder) => {
    const path = join(folder, 'clip.mp4');
    await execute('ffmpeg', ['-v', 'error', ...args, path]);
    const bytes = new Uint8Array(await readFile(path));
    const { stdout } = await execute(
      'ffprobe',
      [
        '-v',
        'error',
        '-show_entries',
        'packet=pts_time,dts_time,size,pos,flags',
        '-of',
        'json',
        path,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const { packets } = JSON.parse(stdout) as { packets: Record<string, string>[] };
    // The first presentation time is 0 whatever delay the encoder declares.
    const origin = Math.min(...packets.map((packet) => Number(packet.pts_time)));
    const frames = packets.map((packet) => ({
      ptsMs: (Number(packet.pts_time) - origin) * 1000,
      dtsMs: (Number(packet.dts_time) - origin) * 1000,
      keyframe: packet.flags?.startsWith('K') ?? false,
      payload: bytes.slice(Number(packet.pos), Number(packet.pos) + Number(packet.size)),
    }));
    return { bytes, frames };
  });
}

async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-clip-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Content of the first box of this type, wherever it stands. */
function boxContent(bytes: Uint8Array, type: string): Uint8Array {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(type, 0, 'latin1');
  if (at < 4) throw new Error(`ffmpeg wrote no ${type} box`);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at - 4);
  return bytes.slice(at + 4, at - 4 + size);
}
