import type { CameraTestView, TrackView } from '@vms/api/cameras/camera-schemas.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { durationText, numberText } from '../../language/number-text.ts';
import { ADVICE_TEXTS } from './advice-texts.ts';
import { CAMERA_TEXTS, NOT_PLAYABLE_TEXTS } from './camera-texts.ts';
import { STATE_TEXTS } from './state-texts.ts';

const CODEC_NAMES: Readonly<Record<string, string>> = {
  h264: 'H.264',
  h265: 'H.265',
  aac: 'AAC',
  pcmu: 'G.711 µ-law',
  pcma: 'G.711 A-law',
};

type Advice = CameraTestView['advice'][number];
type Rates = Pick<CameraTestView, 'framesPerSecond' | 'bitsPerSecond'>;

/** Tells in plain words what a test of a camera found, and what to change in it. */
export function tellTest(test: CameraTestView, terminal: Terminal): void {
  const { state, detail, tracks, advice } = test;
  const { label, meaning, remedy } = STATE_TEXTS[state];
  if (state !== 'online') {
    terminal.print(
      `${terminal.in(label).toUpperCase()}: ${terminal.in(meaning)} ${terminal.in(remedy)}`,
    );
    terminal.say(CAMERA_TEXTS.detail, { text: detail });
  }
  for (const track of tracks) {
    const isVideo = track.kind === 'video';
    const parts = [trackText(track, terminal), ...(isVideo ? rateParts(test, terminal) : [])];
    terminal.say(isVideo ? CAMERA_TEXTS.video : CAMERA_TEXTS.audio, { track: parts.join(', ') });
  }
  if (state === 'online') terminal.say(CAMERA_TEXTS.browsers, { list: browsers(test, terminal) });
  for (const each of advice)
    terminal.say(CAMERA_TEXTS.advice, { text: adviceText(each, terminal) });
}

/** What to change in the camera, in a sentence or two. */
export function adviceText({ code, values }: Advice, terminal: Terminal): string {
  return terminal.in(ADVICE_TEXTS[code], shown(values, terminal));
}

/** `H.264 High, 1920 × 1080` or `AAC LC, 16 kHz (announced; nothing usable received for 6.5 s)` */
export function trackText(track: TrackView, terminal: Terminal): string {
  const { language } = terminal;
  const codec = [codecName(track.codec), track.profile ?? ''].join(' ').trim();
  const { width, height, sampleRate } = track;
  const size = width === undefined ? '' : `${width} × ${height}`;
  const rate = sampleRate === undefined ? '' : `${numberText(sampleRate / 1000, language, 2)} kHz`;
  const named = track.supported ? codec : terminal.in(CAMERA_TEXTS.notRecorded, { codec });
  const text = [named, size, rate].filter((part) => part !== '').join(', ');
  const absence = ABSENCES[track.delivery ?? 'receiving'];
  if (absence === undefined || !track.supported) return text;
  const time = durationText((track.silentSeconds ?? 0) * 1000, language);
  return terminal.in(absence, { track: text, time });
}

function codecName(codec: string): string {
  return CODEC_NAMES[codec.toLowerCase()] ?? codec;
}

/** Of a track that was announced and does not come. */
const ABSENCES = {
  receiving: undefined,
  'not-requested': undefined,
  'nothing-yet': CAMERA_TEXTS.nothingYet,
  stopped: CAMERA_TEXTS.stopped,
  refused: CAMERA_TEXTS.refused,
} as const;

/** `25 frames/s, 4.2 Mbit/s`; empty where nothing arrives. */
export function rateText({ framesPerSecond, bitsPerSecond }: Rates, terminal: Terminal): string {
  if (!(bitsPerSecond > 0)) return '';
  const { language } = terminal;
  return terminal.in(CAMERA_TEXTS.rate, {
    fps: numberText(framesPerSecond, language, 1),
    rate: `${numberText(bitsPerSecond / 1e6, language, 2)} Mbit/s`,
  });
}

function rateParts(test: CameraTestView, terminal: Terminal): string[] {
  const seconds = test.gopSeconds;
  const gop =
    seconds === null
      ? ''
      : terminal.in(CAMERA_TEXTS.gop, { seconds: numberText(seconds, terminal.language, 1) });
  return [rateText(test, terminal), gop].filter((part) => part !== '');
}

function browsers({ browser, tracks }: CameraTestView, terminal: Terminal): string {
  const isH265 = tracks.some(({ kind, codec }) => kind === 'video' && /^h265$/i.test(codec));
  return (['webrtc', 'mse'] as const)
    .map((way) => {
      const what = terminal.in(CAMERA_TEXTS[way]);
      const { ok, reason = '' } = browser[way];
      if (ok) return terminal.in(isH265 ? CAMERA_TEXTS.whereH265 : CAMERA_TEXTS.yes, { what });
      return terminal.in(CAMERA_TEXTS.no, { what, why: whyNot(reason, terminal) });
    })
    .join('; ');
}

function whyNot(reason: string, terminal: Terminal): string {
  const known = Object.entries(NOT_PLAYABLE_TEXTS).find(([code]) => code === reason)?.[1];
  return known === undefined ? reason : terminal.in(known);
}

function shown(
  values: Readonly<Record<string, string | number>>,
  { language }: Terminal,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number'
        ? numberText(value, language, 1)
        : name === 'codec'
          ? codecName(value)
          : value,
    ]),
  );
}
