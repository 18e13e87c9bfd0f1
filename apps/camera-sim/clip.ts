import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { messageOf } from '@vms/common/errors.ts';
import type { AudioCodec, VideoCodec } from '@vms/common/frame.ts';
import { parseAdts } from '@vms/media/aac/adts.ts';
import { parseAudioSpecificConfig } from '@vms/media/aac/audio-specific-config.ts';
import { type ClipFrame, parameterSetsOf, splitAccessUnits } from './access-units.ts';
import { SimulatorError } from './simulator-error.ts';

export const DEFAULT_FRAMES_PER_SECOND = 25;
/** Cameras send G.711 in packets of 20 or 40 ms. */
const G711_PACKET_MS = 40;

/** Picture of a clip in one codec; it is played round and round. */
export interface ClipVideo {
  readonly codec: VideoCodec;
  readonly framesPerSecond: number;
  readonly frames: readonly ClipFrame[];
  /** Numbers of the frames at which one can begin. */
  readonly keyframes: readonly number[];
  /** SPS and PPS, or VPS, SPS and PPS. */
  readonly parameterSets: readonly Uint8Array[];
}

/** Sound of a clip in one codec; it is played round and round. */
export interface ClipAudio {
  readonly codec: AudioCodec;
  /** Hz; also the RTP clock. */
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig of AAC, empty for G.711. */
  readonly config: Uint8Array;
  readonly frames: readonly ClipFrame[];
  /** Samples of one frame. */
  readonly frameSamples: number;
}

/** What cameras play. */
export interface Clip {
  readonly video: Readonly<Partial<Record<VideoCodec, ClipVideo>>>;
  readonly audio: Readonly<Partial<Record<AudioCodec, ClipAudio>>>;
}

/** `demo.json`: what the files beside it are. */
interface ClipDescription {
  readonly framesPerSecond: number;
  readonly video: Readonly<Partial<Record<VideoCodec, string>>>;
  readonly audio: Readonly<
    Partial<Record<AudioCodec, { file: string; sampleRate: number; channels: number }>>
  >;
}

/** The clip in the repository. */
export const DEMO_CLIP = join(import.meta.dirname, 'clips', 'demo.json');

/**
 * Loads a clip: a description (`.json`) of files beside it, or one raw stream (`.h264`, `.h265`).
 *
 * @param framesPerSecond of a raw stream, default 25
 * @throws SimulatorError `camera-sim.clip`
 */
export async function loadClip(
  path: string = DEMO_CLIP,
  framesPerSecond: number = DEFAULT_FRAMES_PER_SECOND,
): Promise<Clip> {
  const codec = VIDEO_EXTENSIONS[extname(path).toLowerCase()];
  if (codec !== undefined) {
    return {
      video: { [codec]: readVideo(path, codec, framesPerSecond, await read(path)) },
      audio: {},
    };
  }
  const description = parseDescription(path, await read(path));
  const video: Partial<Record<VideoCodec, ClipVideo>> = {};
  const audio: Partial<Record<AudioCodec, ClipAudio>> = {};
  for (const name of ['h264', 'h265'] as const) {
    const file = description.video[name];
    if (file === undefined) continue;
    const bytes = await read(resolve(dirname(path), file));
    video[name] = readVideo(file, name, description.framesPerSecond, bytes);
  }
  for (const name of ['aac', 'pcmu', 'pcma'] as const) {
    const entry = description.audio[name];
    if (entry === undefined) continue;
    const bytes = await read(resolve(dirname(path), entry.file));
    audio[name] = name === 'aac' ? readAac(entry.file, bytes) : readG711(name, entry, bytes);
  }
  return { video, audio };
}

const VIDEO_EXTENSIONS: Readonly<Record<string, VideoCodec>> = {
  '.h264': 'h264',
  '.264': 'h264',
  '.h265': 'h265',
  '.265': 'h265',
  '.hevc': 'h265',
};

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new SimulatorError('camera-sim.clip', `The clip cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

function parseDescription(path: string, bytes: Uint8Array): ClipDescription {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as ClipDescription;
  } catch (error) {
    throw new SimulatorError(
      'camera-sim.clip',
      {
        happened: `${path} is neither the description of a clip nor a raw stream.`,
        remedy: 'Give a file that ends in .json, .h264 or .h265.',
      },
      { cause: error },
    );
  }
}

function readVideo(
  name: string,
  codec: VideoCodec,
  framesPerSecond: number,
  bytes: Uint8Array,
): ClipVideo {
  const frames = splitAccessUnits(codec, bytes);
  const keyframes = frames.flatMap((frame, index) => (frame.keyframe ? [index] : []));
  const parameterSets = parameterSetsOf(codec, frames);
  if (keyframes[0] !== 0 || parameterSets.length === 0) {
    throw new SimulatorError('camera-sim.clip', {
      happened: `${name} holds no ${codec} stream that begins with parameter sets and a keyframe.`,
      remedy: 'Encode it as a raw Annex B stream.',
    });
  }
  return { codec, framesPerSecond, frames, keyframes, parameterSets };
}

function readAac(name: string, bytes: Uint8Array): ClipAudio {
  const frames: ClipFrame[] = [];
  let config: Uint8Array | undefined;
  for (let at = 0; at < bytes.length; ) {
    const header = parseAdts(bytes, at, bytes.length);
    if (header?.config === undefined) break;
    config ??= header.config;
    frames.push({
      payload: bytes.subarray(at + header.headerBytes, at + header.frameBytes),
      keyframe: true,
    });
    at += header.frameBytes;
  }
  if (config === undefined) {
    throw new SimulatorError('camera-sim.clip', `${name} holds no AAC in ADTS frames.`);
  }
  const { sampleRate, channels, samplesPerFrame } = parseAudioSpecificConfig(config);
  return { codec: 'aac', sampleRate, channels, config, frames, frameSamples: samplesPerFrame };
}

function readG711(
  codec: 'pcmu' | 'pcma',
  entry: { sampleRate: number; channels: number },
  bytes: Uint8Array,
): ClipAudio {
  const frameSamples = (entry.sampleRate * G711_PACKET_MS) / 1000;
  const frameBytes = frameSamples * entry.channels;
  const frames: ClipFrame[] = [];
  for (let at = 0; at + frameBytes <= bytes.length; at += frameBytes) {
    frames.push({ payload: bytes.subarray(at, at + frameBytes), keyframe: true });
  }
  const { sampleRate, channels } = entry;
  return { codec, sampleRate, channels, config: new Uint8Array(0), frames, frameSamples };
}
