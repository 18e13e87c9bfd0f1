import { readFileSync } from 'node:fs';
import type { EpochMs } from '@vms/common/clock.ts';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { splitAnnexB } from '@vms/media/annexb.ts';
import { H264_NAL, h264NalType } from '@vms/media/h264/nal.ts';
import { createH264Config } from '@vms/media/h264/parameter-sets.ts';
import { joinLengthPrefixed } from '@vms/media/nal.ts';

const CLIPS = new URL('../../../apps/camera-sim/clips/', import.meta.url);
/** Of the demo clip. */
export const FRAME_MS = 40;
/** Bytes of one PCMU frame of 20 ms at 8 kHz. */
const PCMU_FRAME_BYTES = 160;
const PCMU_FRAME_MS = 20;

export const TEST_CAMERA = 'cam_testtesttesttest' as CameraId;

const PCMU: AudioConfig = {
  kind: 'audio',
  codec: 'pcmu',
  sampleRate: 8000,
  channels: 1,
  record: new Uint8Array(0),
  codecString: 'pcmu',
};

/** Access units of the demo clip, H.264, with their configuration. */
export interface Clip {
  readonly config: VideoConfig;
  readonly units: readonly { readonly keyframe: boolean; readonly payload: Uint8Array }[];
}

let loaded: Clip | undefined;

/** The demo clip of the camera simulator, cut into access units: real pictures that ffmpeg decodes. */
export function demoClip(): Clip {
  loaded ??= load();
  return loaded;
}

function load(): Clip {
  const units: { keyframe: boolean; payload: Uint8Array }[] = [];
  let nals: Uint8Array[] = [];
  let sps: Uint8Array | undefined;
  let pps: Uint8Array | undefined;
  let keyframe = false;
  let pictures = 0;
  const flush = (): void => {
    if (pictures > 0) units.push({ keyframe, payload: joinLengthPrefixed(nals) });
    nals = [];
    keyframe = false;
    pictures = 0;
  };
  for (const nal of splitAnnexB(readFileSync(new URL('demo.h264', CLIPS)))) {
    const type = h264NalType(nal[0] ?? 0);
    // A slice whose first_mb_in_slice is 0 (its Exp-Golomb code is a single 1) begins a picture.
    const slice = type === H264_NAL.idr || type === H264_NAL.slice;
    const begins = slice && ((nal[1] ?? 0) & 0x80) !== 0;
    if ((begins || !slice) && pictures > 0) flush();
    if (type === H264_NAL.sps) sps = nal;
    else if (type === H264_NAL.pps) pps = nal;
    if (type === H264_NAL.delimiter) continue;
    nals.push(nal);
    if (slice) pictures++;
    if (type === H264_NAL.idr) keyframe = true;
  }
  flush();
  if (sps === undefined || pps === undefined) throw new Error('The clip has no parameter sets.');
  return { config: createH264Config([sps], [pps]), units };
}

export interface FrameRun {
  readonly camera?: CameraId;
  readonly stream?: StreamName;
  /** Video frames. */
  readonly count: number;
  /** Of the first frame. */
  readonly start?: EpochMs;
  /** Of the first frame. */
  readonly sequence?: number;
  /** Index into the clip of the first frame; a keyframe. Default 0. */
  readonly from?: number;
  /** G.711 beside the video. */
  readonly audio?: boolean;
  readonly config?: VideoConfig;
  readonly discontinuity?: boolean;
}

/** Frames of the demo clip as ingest would give them, 25 a second, the clip repeated as needed. */
export function clipFrames(run: FrameRun): Frame[] {
  const clip = demoClip();
  const { camera = TEST_CAMERA, stream = 'main', count, from = 0, config = clip.config } = run;
  const start = run.start ?? Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const frames: Frame[] = [];
  let sequence = run.sequence ?? 0;
  const push = (frame: Omit<Frame, 'camera' | 'stream' | 'dts' | 'sequence' | 'discontinuity'>) => {
    const discontinuity = run.discontinuity === true && frames.length === 0;
    frames.push({ ...frame, camera, stream, dts: frame.pts, sequence: sequence++, discontinuity });
  };
  for (let i = 0; i < count; i++) {
    const unit = clip.units[(from + i) % clip.units.length];
    if (unit === undefined) throw new RangeError('The clip is empty.');
    const at = i * FRAME_MS;
    push({ config, pts: at * 90, wallClock: start + at, ...unit });
    for (let ms = 0; run.audio === true && ms < FRAME_MS; ms += PCMU_FRAME_MS) {
      push({
        config: PCMU,
        pts: (at + ms) * 90,
        wallClock: start + at + ms,
        keyframe: true,
        payload: new Uint8Array(PCMU_FRAME_BYTES).fill(0xff - ((i + ms) & 7)),
      });
    }
  }
  return frames;
}
