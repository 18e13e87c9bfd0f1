import { ApiProblem } from '../api/problem.ts';
import type { Key, Translate } from '../i18n/translate.ts';
import { NotPlayable, troubleOf } from './patience.ts';
import type { Why } from './transport/choose-transport.ts';
import type { TransportKind } from './transport/transport.ts';

export const TRANSPORT_NAMES: Readonly<Record<TransportKind, string>> = {
  webrtc: 'WebRTC',
  mse: 'MSE',
};

const WHY_KEYS: Readonly<Record<Why, Key>> = {
  fastest: 'live.why.fastest',
  sound: 'live.why.sound',
  'no-media': 'live.why.noMedia',
  browser: 'live.why.browser',
  h265: 'live.why.h265',
  'b-frames': 'live.why.bFrames',
  shape: 'live.why.shape',
  codec: 'live.why.codec',
  only: 'live.why.only',
};

export function whyText(t: Translate, why: Why): string {
  return t(WHY_KEYS[why]);
}

export interface LiveTrouble {
  readonly title: string;
  readonly hint: string;
  /** Trying again at once may help. */
  readonly mayPass: boolean;
  /** What the camera sends cannot be shown here. */
  readonly lasts: boolean;
}

/** What the camera sends cannot be shown; only a change at the camera helps. */
const STREAM_CODES = [
  'stream.b-frames',
  'stream.codec-not-playable',
  'stream.h265-not-playable',
  'stream.without-idr',
];

/** A problem of live view in plain words. `problemText` has those of codes that are not ours. */
export function liveTrouble(
  t: Translate,
  problem: unknown,
  problemText: (thrown: unknown) => string,
): LiveTrouble {
  const trouble = troubleOf(problem);
  const known = problem instanceof NotPlayable || problem instanceof ApiProblem;
  const ours = known ? t.find(`error.${problem.code}`) : undefined;
  const hint =
    ours ?? (problem instanceof NotPlayable ? t('error.stream.codec-not-playable') : undefined);
  const lasts =
    problem instanceof NotPlayable ||
    (problem instanceof ApiProblem && STREAM_CODES.includes(problem.code));
  if (trouble === 'no-picture') {
    return { title: t('live.noPicture'), hint: t('live.noPictureHint'), mayPass: false, lasts };
  }
  return {
    title: t(lasts ? 'live.notPlayable' : 'live.failed'),
    hint: hint ?? problemText(problem),
    mayPass: !lasts,
    lasts,
  };
}

/** Codec of WebRTC or RFC 6381 as people name it: `H.264`, `H.265`. */
export function liveCodecName(codec: string): string {
  const first = codec.split(',')[0] ?? codec;
  if (/^(h264|avc[13])/i.test(first)) return 'H.264';
  if (/^(h265|hev1|hvc1)/i.test(first)) return 'H.265';
  return first;
}

/** Share of packets that were lost, in percent; undefined where packets are not counted. */
export function lossPercent(figures: {
  readonly packetsLost?: number;
  readonly packetsReceived?: number;
}): number | undefined {
  const { packetsLost, packetsReceived } = figures;
  if (packetsLost === undefined || packetsReceived === undefined) return undefined;
  const all = packetsLost + packetsReceived;
  return all === 0 ? 0 : (packetsLost / all) * 100;
}
