import { CAMERA_ADVICE, isAdviceCode } from '@vms/common/camera-advice.ts';
import type { Playable, TestCameraResponse } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { CameraTestView } from './camera-schemas.ts';
import { stateOf, trackView } from './camera-status.ts';

/** What a test of a camera found, as the API gives it. Advice that this version does not know is left out. */
export function testView(found: TestCameraResponse): CameraTestView {
  return {
    state: stateOf(found.state),
    detail: found.detail,
    tracks: found.tracks.map(trackView),
    framesPerSecond: found.framesPerSecond,
    bitsPerSecond: found.bitsPerSecond,
    gopSeconds: found.gopSeconds ?? null,
    reordersFrames: found.reordersFrames,
    browser: { webrtc: playableView(found.webrtc), mse: playableView(found.mse) },
    advice: found.advice.flatMap(({ code, numbers, texts }) =>
      isAdviceCode(code)
        ? { code, severity: CAMERA_ADVICE[code].severity, values: { ...numbers, ...texts } }
        : [],
    ),
    elapsedMs: found.elapsedMs,
  };
}

function playableView(playable: Playable | undefined): CameraTestView['browser']['mse'] {
  const { ok = false, reason = 'stream.no-frames' } = playable ?? {};
  return { ok, ...(!ok && reason !== '' && { reason }) };
}
