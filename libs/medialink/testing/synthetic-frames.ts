import type { Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';

export const CAMERA = 'cam_aaaaaaaaaaaaaaaa' as CameraId;

export const H264: VideoConfig = {
  kind: 'video',
  codec: 'h264',
  width: 1920,
  height: 1080,
  record: new Uint8Array([1, 100, 0, 31]),
  codecString: 'avc1.64001f',
};

export interface SyntheticOptions {
  readonly camera?: CameraId;
  readonly bytes?: number;
  readonly gop?: number;
  readonly config?: VideoConfig;
}

/** Frame `sequence` of a 25 frames/s camera with a keyframe every `gop` frames; its payload repeats its number. */
export function syntheticFrame(sequence: number, options: SyntheticOptions = {}): Frame {
  const { camera = CAMERA, bytes = 1000, gop = 10, config = H264 } = options;
  return {
    camera,
    stream: 'main',
    config,
    pts: sequence * 3600 + 2 ** 33,
    dts: sequence * 3600 + 2 ** 33 - 7200,
    wallClock: Date.UTC(2026, 0, 1) + sequence * 40,
    keyframe: sequence % gop === 0,
    discontinuity: sequence === 0,
    sequence,
    payload: new Uint8Array(bytes).fill(sequence & 255),
    ...(sequence % 2 === 0 && { receivedAt: 1_000_000.125 + sequence * 40 }),
  };
}
