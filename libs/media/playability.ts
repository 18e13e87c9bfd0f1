import type { AudioConfig, VideoConfig } from '@vms/common/frame.ts';
import { mp4ConfigOf } from './isobmff/track.ts';

/** What is known of a stream's tracks. */
export interface StreamKnowledge {
  readonly video: VideoConfig | undefined;
  readonly audio: AudioConfig | undefined;
  /** Pictures are shown in another order than they are sent. */
  readonly bFrames: boolean;
}

/** Why a stream cannot be shown: codes of docs/api/errors.md. */
export type UnplayableReason = 'stream.no-frames' | 'stream.h265-not-playable' | 'stream.b-frames';

/** Whether one way to the viewer can carry a stream. */
export interface Verdict {
  readonly ok: boolean;
  /** Why not. */
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
/** What a viewer can be shown of a stream, and by which way. */
export function playabilityOf(known: StreamKnowledge): Playability {
  return { webrtc: webrtcVerdict(known), mse: mseVerdict(known) };
}

/** WebRTC in browsers: H.264 without B-frames; G.711 sound as it is, AAC left out. */
export function webrtcVerdict({ video, audio, bFrames }: StreamKnowledge): Verdict {
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
  const detail =
    audio?.codec === 'aac' ? 'Without sound: WebRTC carries no AAC. MSE has the sound.' : '';
  return { ok: true, detail, codecs };
}

/** MSE: H.264 and H.265, AAC, and G.711 as FLAC. Whether the browser has the decoder, it says itself. */
export function mseVerdict({ video, audio }: StreamKnowledge): Verdict {
  if (video === undefined) return NO_FRAMES;
  const codecs = [video.codecString];
  if (audio !== undefined) codecs.push(mp4ConfigOf(audio).codecString);
  const detail = video.codec === 'h265' ? 'Only browsers with an H.265 decoder play this.' : '';
  return { ok: true, detail, codecs: codecs.join(',') };
}
