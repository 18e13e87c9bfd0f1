import type { AudioConfig, VideoConfig } from '@vms/common/frame.ts';
import { pixelAspectOf } from './display-size.ts';
import { mp4ConfigOf } from './isobmff/track.ts';
import type { RandomAccess } from './random-access.ts';

/** What is known of a stream's tracks. */
export interface StreamKnowledge {
  readonly video: VideoConfig | undefined;
  readonly audio: AudioConfig | undefined;
  /** Pictures are shown in another order than they are sent. */
  readonly bFrames: boolean;
  /** Of the newest random access point, at which a viewer would begin. */
  readonly access: RandomAccess['kind'];
}

/** Why a stream cannot be shown, or not as it is: codes of docs/api/errors.md. */
export type UnplayableReason =
  | 'stream.no-frames'
  | 'stream.h265-not-playable'
  | 'stream.pixels-not-square'
  | 'stream.b-frames'
  | 'stream.without-idr'
  | 'stream.codec-not-playable';

/** Whether one way to the viewer can carry a stream. */
export interface Verdict {
  readonly ok: boolean;
  /** Why not; where it can, why another way shows it better. */
  readonly reason?: UnplayableReason;
  /** The same in plain words; also told where only the sound is left out. */
  readonly detail: string;
  /** The `codecs` parameter of RFC 6381, as far as known. */
  readonly codecs: string;
}

export interface Playability {
  readonly webrtc: Verdict;
  readonly mse: Verdict;
}

const NO_FRAMES: Verdict = {
  ok: false,
  reason: 'stream.no-frames',
  detail: 'The camera gives no picture right now.',
  codecs: '',
};
const WITHOUT_WHOLE_PICTURE =
  'The camera refreshes its picture bit by bit (intra refresh), and browsers begin only with a whole one. Switch intra refresh off in the camera, or give it a sub stream without it.';

/** What a viewer can be shown of a stream, and by which way. */
export function playabilityOf(known: StreamKnowledge): Playability {
  const webrtc = webrtcVerdict(known);
  return {
    webrtc: webrtc.ok && isSquashed(known.video) ? { ...webrtc, ...SQUASHED } : webrtc,
    mse: mseVerdict(known),
  };
}

const SQUASHED = {
  reason: 'stream.pixels-not-square',
  detail:
    'Browsers show what comes by WebRTC with square pixels, and this picture squashed. By MSE it has its shape.',
} as const;

function isSquashed(video: VideoConfig | undefined): boolean {
  if (video === undefined) return false;
  const { horizontal, vertical } = pixelAspectOf(video);
  return horizontal !== vertical;
}

/** WebRTC in browsers: H.264 with IDR pictures and without B-frames; G.711 sound as it is, AAC left out. */
export function webrtcVerdict({ video, audio, bFrames, access }: StreamKnowledge): Verdict {
  if (video === undefined) return NO_FRAMES;
  const codecs = [video.codecString, ...(audio === undefined ? [] : [audio.codecString])].join(',');
  if (video.codec === 'h265') {
    return {
      ok: false,
      reason: 'stream.h265-not-playable',
      detail:
        'Browsers do not play H.265 by WebRTC. Give the camera a sub stream with H.264, or use MSE where the browser has H.265.',
      codecs,
    };
  }
  if (bFrames) {
    return {
      ok: false,
      reason: 'stream.b-frames',
      detail:
        'The camera sends B-frames, which WebRTC cannot show in order. Switch them off in the camera (profile Baseline), or use MSE.',
      codecs,
    };
  }
  if (access !== 'closed') {
    return {
      ok: false,
      reason: 'stream.without-idr',
      detail:
        access === 'open'
          ? 'The camera sends open GOPs, without IDR pictures: WebRTC begins with one, MSE does not need it.'
          : WITHOUT_WHOLE_PICTURE,
      codecs,
    };
  }
  const detail =
    audio?.codec === 'aac' ? 'Without sound: WebRTC carries no AAC. MSE has the sound.' : '';
  return { ok: true, detail, codecs };
}

/**
 * MSE: H.264 and H.265 with whole pictures to begin with (Chromium drops all others: measured), AAC, and
 * G.711 as FLAC. Whether the browser has the decoder, it says itself.
 */
export function mseVerdict({ video, audio, access }: StreamKnowledge): Verdict {
  if (video === undefined) return NO_FRAMES;
  const tracks = [video.codecString];
  if (audio !== undefined) tracks.push(mp4ConfigOf(audio).codecString);
  const codecs = tracks.join(',');
  if (access === 'gradual') {
    return { ok: false, reason: 'stream.without-idr', detail: WITHOUT_WHOLE_PICTURE, codecs };
  }
  const detail = video.codec === 'h265' ? 'Only browsers with an H.265 decoder play this.' : '';
  return { ok: true, detail, codecs };
}
