import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AudioConfig, CodecConfig, VideoCodec, VideoConfig } from '@vms/common/frame.ts';
import { createAacConfig } from '@vms/media/aac/audio-specific-config.ts';
import { BitWriter } from '@vms/media/bit-writer.ts';
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
  /** Random access: groups that begin with an IDR, with an I picture, or periodic intra refresh. */
  readonly access?: 'closed' | 'open' | 'gradual';
  readonly slices?: number;
  /** Sample aspect ratio, such as `16/11`. */
  readonly sampleAspect?: string;
  /** A source of lavfi, without size, rate and duration. Default: a test picture that moves. */
  readonly picture?: string;
}

/** A test picture encoded by ffmpeg; frames as length-prefixed NAL units. Needs ffmpeg and ffprobe. */
export async function makeVideoClip(options: VideoClipOptions): Promise<Clip> {
  const { codec, seconds, framesPerSecond = 10, gopFrames = 20, bFrames = 0 } = options;
  const width = options.width ?? 160;
  const height = options.height ?? 96;
  const { access = codec === 'h264' ? 'closed' : 'open', slices = 1 } = options;
  const open = access === 'open' ? 1 : 0;
  const refresh = access === 'gradual' ? 1 : 0;
  const encoder =
    codec === 'h264'
      ? [
          '-c:v',
          'libx264',
          '-preset',
          'ultrafast',
          '-sc_threshold',
          '0',
          '-bf',
          `${bFrames}`,
          '-x264-params',
          `open-gop=${open}:intra-refresh=${refresh}:slices=${slices}:b-pyramid=normal`,
        ]
      : [
          '-c:v',
          'libx265',
          '-preset',
          'ultrafast',
          '-tag:v',
          'hvc1',
          '-x265-params',
          `log-level=error:pools=1:frame-threads=1:scenecut=0:open-gop=${open}:${refresh ? 'intra-refresh=1:' : ''}slices=${slices}:bframes=${bFrames}:keyint=${gopFrames}:min-keyint=${gopFrames}`,
        ];
  const { picture = 'testsrc2=' } = options;
  const source = `${picture}size=${width}x${height}:rate=${framesPerSecond}:duration=${seconds}`;
  const { sampleAspect } = options;
  const aspect = sampleAspect === undefined ? [] : ['-vf', `setsar=${sampleAspect}`];
  const file = await encode([
    ...['-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-threads', '1', ...aspect, ...encoder],
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

/** Silence as AAC-LC of 960 samples a frame (frameLengthFlag), which ffmpeg decodes but cannot encode. */
export function makeShortAacClip(options: { seconds: number }): Clip {
  const sampleRate = 16_000;
  const samples = 960;
  // raw_data_block( ): a single channel element with max_sfb 0, then the end (ISO/IEC 14496-3 §4.4.2.1).
  const payload = new BitWriter()
    .bits(0, 3)
    .bits(0, 4)
    .bits(100, 8) // global_gain
    .bits(0, 1 + 2 + 1 + 6 + 1) // ics_info( )
    .bits(0, 3) // no pulses, no noise shaping, no gain control
    .bits(7, 3)
    .bytes();
  const count = Math.floor((options.seconds * sampleRate) / samples);
  const frames = Array.from({ length: count }, (_, index) => {
    const ptsMs = (index * samples * 1000) / sampleRate;
    return { ptsMs, dtsMs: ptsMs, keyframe: true, payload: Uint8Array.from(payload) };
  });
  // Object type 2, sampling frequency index 8, one channel, frameLengthFlag.
  return { config: createAacConfig(Uint8Array.of(0x14, 0x0c)), frames };
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
