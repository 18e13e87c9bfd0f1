import type { Camera, ShownState, Track } from '../api/types.ts';
import type { Key, Translate } from '../i18n/translate.ts';
import { duration, type Formatters } from '../time/format.ts';
import type { IconName } from '../ui/icon.tsx';
import type { Tone } from '../ui/notice.tsx';

/** How urgent a state is, and its icon: colour never tells alone. */
export const STATE_LOOKS: Readonly<Record<ShownState, { tone: Tone; icon: IconName }>> = {
  connecting: { tone: 'info', icon: 'connecting' },
  online: { tone: 'good', icon: 'good' },
  'no-frames': { tone: 'warn', icon: 'alarm' },
  unreachable: { tone: 'bad', icon: 'bad' },
  'address-blocked': { tone: 'bad', icon: 'bad' },
  'wrong-password': { tone: 'bad', icon: 'key' },
  'not-found': { tone: 'bad', icon: 'bad' },
  'not-rtsp': { tone: 'bad', icon: 'bad' },
  'codec-not-supported': { tone: 'bad', icon: 'bad' },
  refused: { tone: 'bad', icon: 'bad' },
  disabled: { tone: 'off', icon: 'off' },
  error: { tone: 'bad', icon: 'bad' },
  unknown: { tone: 'off', icon: 'info' },
};

/** A state of a newer system than this page is an error to us. */
export function lookOf(state: ShownState): { tone: Tone; icon: IconName } {
  return STATE_LOOKS[state] ?? STATE_LOOKS.error;
}

/** Whether no picture comes from a camera in this state, and that is wrong. */
export function sendsNothing(state: ShownState): boolean {
  return ['bad', 'warn'].includes(lookOf(state).tone);
}

export function stateText(
  t: Translate,
  state: ShownState,
  part: 'label' | 'meaning' | 'remedy',
): string {
  const text = ownText(t, state, part);
  const retry = part === 'remedy' ? t.find(`state.${state}.retry`) : undefined;
  return retry === undefined ? text : `${text} ${retry}`;
}

function ownText(t: Translate, state: ShownState, part: 'label' | 'meaning' | 'remedy'): string {
  return t.find(`state.${state}.${part}`) ?? t(`state.error.${part}`);
}

/** What to do about a camera that was only tested: unlike one that is recorded, it is asked once. */
export function testRemedy(t: Translate, state: ShownState): string {
  return state === 'wrong-password' ? t('find.wrong-password.do') : ownText(t, state, 'remedy');
}

export type Filter = 'all' | 'good' | 'attention' | 'off';
export const FILTERS: readonly Filter[] = ['all', 'attention', 'good', 'off'];

/** Which filter a state falls under. Connecting and unknown count as good: they pass by themselves. */
export function filterOf(state: ShownState): Exclude<Filter, 'all'> {
  const { tone } = lookOf(state);
  if (state === 'disabled') return 'off';
  if (state === 'unknown') return 'good';
  return tone === 'good' || tone === 'info' ? 'good' : 'attention';
}

const URGENCY: Readonly<Record<Exclude<Filter, 'all'>, number>> = { attention: 0, good: 1, off: 2 };

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

/** Cameras that match, those that need attention first, each group by name. */
export function arrange(
  cameras: readonly Camera[],
  filter: Filter,
  search: string,
  locale: string,
): Camera[] {
  const wanted = plain(search.trim());
  const compare = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }).compare;
  return cameras
    .filter((camera) => filter === 'all' || filterOf(camera.status.state) === filter)
    .filter((camera) => wanted === '' || plain(`${camera.name} ${camera.url}`).includes(wanted))
    .sort((a, b) => {
      const urgency = URGENCY[filterOf(a.status.state)] - URGENCY[filterOf(b.status.state)];
      return urgency !== 0 ? urgency : compare(a.name, b.name);
    });
}

const CODEC_NAMES: Readonly<Record<string, string>> = {
  h264: 'H.264',
  h265: 'H.265',
  aac: 'AAC',
  pcmu: 'G.711 µ-law',
  pcma: 'G.711 A-law',
};

export function codecName(codec: string): string {
  return CODEC_NAMES[codec.toLowerCase()] ?? codec;
}

function named(track: Track, t: Translate): string {
  const codec = codecName(track.codec);
  return track.supported ? codec : t('track.notSupported', { codec });
}

export function sizeText(track: Track, t: Translate): string | undefined {
  const { width = 0, height = 0 } = track;
  return width > 0 && height > 0 ? t('track.size', { width, height }) : undefined;
}

const CHANNELS: readonly (Key | undefined)[] = [undefined, 'track.mono', 'track.stereo'];

/** Of a track that was announced and does not come. */
const ABSENCES: Readonly<Record<string, Key | undefined>> = {
  'nothing-yet': 'track.nothingYet',
  stopped: 'track.stopped',
  refused: 'track.refused',
};

/** `H.264 · 1920 × 1080`, `AAC · 48 kHz · stereo (announced; nothing usable received for 12 s)` */
export function trackText(track: Track, t: Translate, format: Formatters): string {
  const parts: (string | undefined)[] = [named(track, t)];
  if (track.kind === 'video') parts.push(sizeText(track, t));
  else {
    const { sampleRate = 0, channels = 0 } = track;
    if (sampleRate > 0) parts.push(`${format.number(sampleRate / 1000, 2)} kHz`);
    const key = CHANNELS[channels];
    if (key !== undefined) parts.push(t(key));
    else if (channels > 2) parts.push(t('track.channels', { count: channels }));
  }
  const text = parts.filter((part) => part !== undefined).join(' · ');
  const absence = ABSENCES[track.delivery ?? ''];
  if (absence === undefined || !track.supported) return text;
  return `${text} (${t(absence, { time: duration((track.silentSeconds ?? 0) * 1000) })})`;
}

/** `25 fps · 4.2 Mbit/s`; undefined where nothing arrives. */
export function rateText(
  status: { readonly framesPerSecond: number; readonly bitsPerSecond: number },
  t: Translate,
  format: Formatters,
): string | undefined {
  if (!(status.bitsPerSecond > 0)) return undefined;
  const rate = t('track.rate', { rate: format.number(status.framesPerSecond, 1) });
  return `${rate} · ${format.bitRate(status.bitsPerSecond)}`;
}
