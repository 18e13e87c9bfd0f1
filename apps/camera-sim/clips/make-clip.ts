/**
 * Makes the demo clip: paints every frame of the harbour, encodes it with ffmpeg, and composes the
 * sound. Run again it gives the same picture. Needs ffmpeg with libx264 and libx265.
 *
 *     node apps/camera-sim/clips/make-clip.ts [folder]
 *
 * Writes demo.h264 and demo.h265 (Annex B, 2 s GOPs, no B-frames), demo.aac (ADTS, 16 kHz mono),
 * demo.pcmu and demo.pcma (8 kHz mono), and demo.json, which says what they are.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FRAMES, FRAMES_PER_SECOND, HarbourScene, HEIGHT, WIDTH } from './scene/scene.ts';
import { composeSound, SOUND_RATE } from './scene/sound.ts';

const GOP_FRAMES = 2 * FRAMES_PER_SECOND;
const COLOUR = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'];
const PICTURE_FILTER =
  'scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd,format=yuv420p';
/** Removes the encoder's note about itself (SEI), which no camera sends. */
const H264_ONLY_PICTURE = 'filter_units=remove_types=6';
const H265_ONLY_PICTURE = 'filter_units=remove_types=39-40';

const VIDEO_ENCODERS: Readonly<Record<string, readonly string[]>> = {
  'demo.h264': [
    ...['-c:v', 'libx264', '-preset', 'slower', '-profile:v', 'high', '-crf', '23', '-bf', '0'],
    ...[
      '-g',
      `${GOP_FRAMES}`,
      '-keyint_min',
      `${GOP_FRAMES}`,
      '-sc_threshold',
      '0',
      '-threads',
      '1',
    ],
    ...['-maxrate', '1600k', '-bufsize', '1600k', '-x264-params', 'aq-mode=3'],
    ...['-bsf:v', H264_ONLY_PICTURE, '-f', 'h264'],
  ],
  'demo.h265': [
    ...['-c:v', 'libx265', '-preset', 'medium', '-crf', '26', '-bf', '0'],
    '-x265-params',
    `keyint=${GOP_FRAMES}:min-keyint=${GOP_FRAMES}:scenecut=0:open-gop=0:bframes=0:repeat-headers=1:info=0:log-level=error:aq-mode=3`,
    ...['-bsf:v', H265_ONLY_PICTURE, '-f', 'hevc'],
  ],
};

/** What the simulator reads of the clip. */
const DESCRIPTION = {
  framesPerSecond: FRAMES_PER_SECOND,
  video: { h264: 'demo.h264', h265: 'demo.h265' },
  audio: {
    aac: { file: 'demo.aac', sampleRate: SOUND_RATE, channels: 1 },
    pcmu: { file: 'demo.pcmu', sampleRate: 8000, channels: 1 },
    pcma: { file: 'demo.pcma', sampleRate: 8000, channels: 1 },
  },
};

const folder = resolve(process.argv[2] ?? import.meta.dirname);
await Promise.all([makePicture(), makeSound()]);
await writeFile(join(folder, 'demo.json'), `${JSON.stringify(DESCRIPTION, null, 2)}\n`);

async function makePicture(): Promise<void> {
  const outputs = Object.entries(VIDEO_ENCODERS).flatMap(([name, encoder]) => [
    ...['-map', '0:v', '-vf', PICTURE_FILTER, ...COLOUR, ...encoder, join(folder, name)],
  ]);
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${WIDTH}x${HEIGHT}`];
  const encoder = startFfmpeg([...input, '-r', `${FRAMES_PER_SECOND}`, '-i', 'pipe:0', ...outputs]);
  const scene = new HarbourScene();
  for (let frame = 0; frame < FRAMES; frame++) {
    const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
    scene.paint(frame, rgb);
    if (!encoder.stdin.write(rgb)) await once(encoder.stdin, 'drain');
    if (frame % 50 === 49) process.stderr.write(`frame ${frame + 1} of ${FRAMES}\n`);
  }
  encoder.stdin.end();
  await encoder.finished;
}

async function makeSound(): Promise<void> {
  const seconds = FRAMES / FRAMES_PER_SECOND;
  const sound = composeSound(seconds);
  // AAC needs samples before the ones it encodes: encode the loop three times, keep the middle one.
  const thrice = Buffer.concat([sound, sound, sound]);
  const input = ['-f', 's16le', '-ar', `${SOUND_RATE}`, '-ac', '1', '-i', 'pipe:0'];
  const aac = await encodeSound(
    [...input, '-c:a', 'aac', '-b:a', '40k', '-f', 'adts', 'pipe:1'],
    thrice,
  );
  const frames = splitAdts(aac);
  const perLoop = (seconds * SOUND_RATE) / 1024;
  await writeFile(join(folder, 'demo.aac'), Buffer.concat(frames.slice(perLoop, 2 * perLoop)));
  for (const [name, codec, format] of [
    ['demo.pcmu', 'pcm_mulaw', 'mulaw'],
    ['demo.pcma', 'pcm_alaw', 'alaw'],
  ] as const) {
    const bytes = await encodeSound(
      [...input, '-ar', '8000', '-c:a', codec, '-f', format, 'pipe:1'],
      thrice,
    );
    await writeFile(join(folder, name), bytes.subarray(seconds * 8000, 2 * seconds * 8000));
  }
}

function splitAdts(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at + 7 <= bytes.length; ) {
    const length = ((bytes.readUInt8(at + 3) & 3) << 11) | (bytes.readUInt16BE(at + 4) >> 5);
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  return frames;
}

async function encodeSound(args: readonly string[], input: Buffer): Promise<Buffer> {
  const encoder = startFfmpeg(args);
  const chunks: Buffer[] = [];
  encoder.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  encoder.stdin.end(input);
  await encoder.finished;
  return Buffer.concat(chunks);
}

function startFfmpeg(args: readonly string[]) {
  const quiet = ['-v', 'error', '-y', '-fflags', '+bitexact'];
  const child = spawn('ffmpeg', [...quiet, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const finished = new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`ffmpeg ended with status ${code}; what it said stands above.`));
    });
  });
  return { stdin: child.stdin, stdout: child.stdout, finished };
}
