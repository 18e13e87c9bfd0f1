import type { LiveSession } from '../../api/types.ts';
import type { TransportKind } from './transport.ts';

/** What this browser can do. */
export interface BrowserAbilities {
  readonly webrtc: boolean;
  /** Whether MSE takes `codecs` (RFC 6381). */
  mse(codecs: string): boolean;
}

/** What speaks for one way or the other at this moment. */
export interface Wishes {
  /** The person has turned the sound on. */
  readonly sound: boolean;
  /** WebRTC brought no media from this server a short while ago. */
  readonly webrtcFailed: boolean;
}

/** Why a way was taken. `h265`, `b-frames` and `codec`: the stream leaves no other. */
export type Why =
  | 'fastest'
  | 'sound'
  | 'no-media'
  | 'browser'
  | 'h265'
  | 'b-frames'
  | 'shape'
  | 'codec'
  | 'only';

export interface Choice {
  readonly kind: TransportKind;
  readonly why: Why;
}

/** The ways to try, in order; or, where there is none, the code that says why. */
export type Choices = { readonly ways: readonly Choice[] } | { readonly reason: string };

const STREAM_REASONS: Readonly<Record<string, Why>> = {
  'stream.h265-not-playable': 'h265',
  'stream.b-frames': 'b-frames',
};

/** AAC is the sound that browsers take by MSE and not by WebRTC. */
export function soundNeedsMse(playable: LiveSession['playable']): boolean {
  return /(^|,)\s*mp4a\./.test(playable.mse.codecs ?? '');
}

/**
 * WebRTC for its short delay; MSE where WebRTC cannot carry the stream, its shape or its sound, is missing,
 * or has just failed. The other follows as what to fall back to.
 */
export function chooseTransport(
  playable: LiveSession['playable'],
  browser: BrowserAbilities,
  wishes: Wishes,
): Choices {
  const webrtc = playable.webrtc.ok && browser.webrtc;
  const mse = playable.mse.ok && browser.mse(playable.mse.codecs ?? '');
  if (webrtc && mse) {
    const viaMse = (why: Why): Choices => ({
      ways: [
        { kind: 'mse', why },
        { kind: 'webrtc', why: 'only' },
      ],
    });
    if (playable.webrtc.reason === 'stream.pixels-not-square') return viaMse('shape');
    if (wishes.sound && soundNeedsMse(playable)) return viaMse('sound');
    if (wishes.webrtcFailed) return viaMse('no-media');
    return {
      ways: [
        { kind: 'webrtc', why: 'fastest' },
        { kind: 'mse', why: 'no-media' },
      ],
    };
  }
  if (webrtc) return { ways: [{ kind: 'webrtc', why: 'fastest' }] };
  if (mse) {
    const why = playable.webrtc.ok
      ? 'browser'
      : (STREAM_REASONS[playable.webrtc.reason ?? ''] ?? 'codec');
    return { ways: [{ kind: 'mse', why }] };
  }
  if (!playable.webrtc.ok && playable.webrtc.reason !== undefined) {
    return { reason: playable.webrtc.reason };
  }
  return { reason: playable.mse.reason ?? 'stream.codec-not-playable' };
}
