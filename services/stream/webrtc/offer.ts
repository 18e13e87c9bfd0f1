import { StreamError } from '../stream-error.ts';

/** Bytes of the longest offer or fragment that is looked at. */
export const MAX_SDP_BYTES = 64 * 1024;
/** Lines of one session description. */
export const MAX_SDP_LINES = 2_000;
/** Media sections of one offer. */
export const MAX_MEDIA_SECTIONS = 16;
/** Remote candidates that are taken of one viewer. */
export const MAX_REMOTE_CANDIDATES = 32;

const PLAYOUT_DELAY_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
/** Identifiers of one-byte header extensions (RFC 8285 §4.2). */
const MAX_ONE_BYTE_ID = 14;
const ICE_UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const ICE_PWD = /^[A-Za-z0-9+/]{22,256}$/;
const SHA_256 = /^sha-256 ((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$/i;
/** Some libraries name them by UUID. */
const MID = /^[A-Za-z0-9._~-]{1,64}$/;
const SETUP = /^(actpass|active|passive)$/;
/** Values of packetization-mode, the best first. */
const MODE_RANKS = ['1', '', '0'];
const PROFILE = /profile-level-id=([0-9A-Fa-f]{6})/;

/** A media section as the answer must repeat it. */
export interface OfferedSection {
  readonly kind: string;
  readonly protocol: string;
  readonly formats: string;
  readonly mid: string;
}

/** What a viewer would take of the video. */
export interface OfferedVideo {
  readonly mid: string;
  readonly payloadType: number;
  /** Six hexadecimal digits, of the offer. */
  readonly profileLevelId: string;
  readonly nack: boolean;
  readonly pictureLoss: boolean;
  /** Identifier of the playout-delay header extension; undefined where it is not offered. */
  readonly playoutDelayId: number | undefined;
}

/** Payload types of G.711 that a viewer takes. */
export interface OfferedAudio {
  readonly mid: string;
  readonly pcmu: number | undefined;
  readonly pcma: number | undefined;
}

/** An offer of WebRTC, as far as a sender of one camera needs it. */
export interface Offer {
  readonly sections: readonly OfferedSection[];
  readonly video: OfferedVideo;
  readonly audio: OfferedAudio | undefined;
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** Of SHA-256, upper case. */
  readonly fingerprint: string;
  readonly setup: 'actpass' | 'active' | 'passive';
  /** Values of `a=candidate`, without the attribute's name. */
  readonly candidates: readonly string[];
}

interface Section extends OfferedSection {
  readonly port: number;
  readonly lines: string[];
}

/**
 * Reads an offer (RFC 8829 §5.8).
 * @throws StreamError `stream.offer-invalid`, `stream.offer-without-video`, `stream.offer-without-h264`,
 *   `stream.offer-not-acceptable`
 */
export function parseOffer(sdp: string): Offer {
  const { session, sections } = split(sdp);
  if (!sections.some(({ kind }) => kind === 'video')) {
    throw new StreamError('stream.offer-without-video', {
      happened: 'The offer has no video.',
      remedy: 'Add a transceiver of video with direction “recvonly”.',
    });
  }
  const [best] = sections
    .filter((section) => section.kind === 'video' && receives(section))
    .flatMap(readVideo)
    .sort((a, b) => a.rank - b.rank);
  if (best === undefined) {
    throw new StreamError('stream.offer-without-h264', {
      happened: 'The offer does not include H.264.',
      remedy: 'Use a browser with H.264, or play by MSE.',
    });
  }
  const { section, video } = best;
  const bundle = bundleOf(session, video.mid);
  const bundled = sections.filter(({ mid }) => bundle.includes(mid));
  // What holds for a whole bundle may stand in one of its sections only (RFC 8843 §7.1.3).
  const levels = [section, ...bundled].map(({ lines }) => lines).concat([session]);
  const iceUfrag = firstOf(levels, 'ice-ufrag', ICE_UFRAG);
  const icePwd = firstOf(levels, 'ice-pwd', ICE_PWD);
  if (iceUfrag === undefined || icePwd === undefined) {
    throw invalid('has no ICE credentials (a=ice-ufrag, a=ice-pwd)');
  }
  const fingerprint = firstOf(levels, 'fingerprint', SHA_256)?.toUpperCase();
  if (fingerprint === undefined) throw invalid('has no fingerprint with SHA-256');
  const audio = bundled
    .filter((other) => other.kind === 'audio' && receives(other))
    .map(readAudio)
    .find(({ pcma, pcmu }) => pcma !== undefined || pcmu !== undefined);
  const candidates = new Set(
    [section, ...bundled].flatMap(({ lines }) => attributes(lines, 'candidate')),
  );
  return {
    sections: sections.map(({ kind, protocol, formats, mid }) => ({
      kind,
      protocol,
      formats,
      mid,
    })),
    video,
    audio,
    iceUfrag,
    icePwd,
    fingerprint,
    setup: setupOf(levels),
    candidates: [...candidates].slice(0, MAX_REMOTE_CANDIDATES),
  };
}

function setupOf(levels: readonly (readonly string[])[]): Offer['setup'] {
  const given = firstOf(levels, 'setup', SETUP);
  if (given === 'active' || given === 'passive' || given === 'actpass') return given;
  if (levels.some((lines) => attribute(lines, 'setup') !== undefined)) {
    throw invalid('has a DTLS role (a=setup) that is none');
  }
  return 'actpass';
}

/** Mids of the bundle that holds `mid` (RFC 8843); empty where it stands alone. */
function bundleOf(session: readonly string[], mid: string): readonly string[] {
  const groups = attributes(session, 'group').map((group) => group.trim().split(/ +/));
  return groups.find(([semantics, ...mids]) => semantics === 'BUNDLE' && mids.includes(mid)) ?? [];
}

/** The first value of an attribute that can be used, of all levels: its first group, or all of it. */
function firstOf(
  levels: readonly (readonly string[])[],
  name: string,
  pattern: RegExp,
): string | undefined {
  for (const value of levels.flatMap((lines) => attributes(lines, name))) {
    const found = pattern.exec(value.trim());
    if (found !== null) return found[1] ?? found[0];
  }
  return undefined;
}

/** What a trickled fragment (RFC 8840) holds. */
export interface IceFragment {
  readonly iceUfrag: string | undefined;
  readonly candidates: readonly string[];
}

/** @throws StreamError `stream.offer-invalid` */
export function parseIceFragment(fragment: string): IceFragment {
  const lines = linesOf(fragment);
  if (!lines.some((line) => line.startsWith('a='))) throw invalid('is no ICE fragment');
  return {
    iceUfrag: attribute(lines, 'ice-ufrag'),
    candidates: attributes(lines, 'candidate').slice(0, MAX_REMOTE_CANDIDATES),
  };
}

function split(sdp: string): { session: string[]; sections: Section[] } {
  const lines = linesOf(sdp);
  if (lines[0] !== 'v=0') throw invalid('does not begin with “v=0”');
  const session: string[] = [];
  const sections: Section[] = [];
  for (const line of lines) {
    const media = /^m=([a-z]{1,16}) (\d{1,5}) ([A-Za-z/]{1,32}) ([\x21-\x7e ]{1,1024})$/.exec(line);
    if (media !== null) {
      if (sections.length >= MAX_MEDIA_SECTIONS) {
        throw invalid(`has more than ${MAX_MEDIA_SECTIONS} media sections`);
      }
      const [, kind = '', port, protocol = '', formats = ''] = media;
      sections.push({ kind, port: Number(port), protocol, formats, mid: '', lines: [] });
    } else if (line.startsWith('m=')) {
      throw invalid('has a media section that cannot be read');
    } else {
      (sections.at(-1)?.lines ?? session).push(line);
    }
  }
  const seen = new Set<string>();
  const named = sections.map((section) => {
    const mid = attribute(section.lines, 'mid') ?? '';
    if (!MID.test(mid) || seen.has(mid)) throw invalid('names its media sections (a=mid) badly');
    seen.add(mid);
    return { ...section, mid };
  });
  return { session, sections: named };
}

function linesOf(sdp: string): string[] {
  const lines = sdp.length > MAX_SDP_BYTES ? [] : sdp.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines.length > MAX_SDP_LINES) {
    throw invalid('is empty, or far too long');
  }
  return lines;
}

interface VideoChoice {
  readonly section: Section;
  readonly video: OfferedVideo;
  /** Less is better. */
  readonly rank: number;
}

/**
 * Every way in which a section takes H.264. We send packetization-mode 1: an offer without it (which
 * means 0, RFC 6184 §8.1) is the last choice; players that write such offers take fragments all the same.
 */
function readVideo(section: Section): VideoChoice[] {
  const { lines, mid } = section;
  const offered = new Set(section.formats.split(' '));
  const choices: VideoChoice[] = [];
  for (const map of attributes(lines, 'rtpmap')) {
    const [, type = ''] = /^(\d{1,3}) H264\/90000$/i.exec(map) ?? [];
    if (!offered.has(type) || Number(type) > 127) continue;
    const format = attributes(lines, 'fmtp')
      .filter((line) => line.startsWith(`${type} `))
      .join(';');
    const mode = /packetization-mode=(\d+)/.exec(format)?.[1] ?? '';
    if (!['', '0', '1'].includes(mode)) continue;
    const profileLevelId = (PROFILE.exec(format)?.[1] ?? '42e01f').toLowerCase();
    // Constrained baseline is what every decoder has; the bits themselves say what is really sent.
    const profileRank = profileLevelId.startsWith('42e0')
      ? 0
      : profileLevelId.startsWith('42')
        ? 1
        : 2;
    const feedback = attributes(lines, 'rtcp-fb')
      .filter((line) => line.startsWith(`${type} `) || line.startsWith('* '))
      .map((line) => line.slice(line.indexOf(' ') + 1).trim());
    const video = {
      mid,
      payloadType: Number(type),
      profileLevelId,
      nack: feedback.includes('nack'),
      pictureLoss: feedback.includes('nack pli'),
      playoutDelayId: playoutDelayId(lines),
    };
    choices.push({ section, video, rank: MODE_RANKS.indexOf(mode) * 3 + profileRank });
  }
  return choices;
}

function playoutDelayId(lines: readonly string[]): number | undefined {
  for (const map of attributes(lines, 'extmap')) {
    const [, id = '', uri] = /^(\d{1,3})(?:\/\w+)? (\S+)/.exec(map) ?? [];
    const number = Number(id);
    if (uri === PLAYOUT_DELAY_URI && number >= 1 && number <= MAX_ONE_BYTE_ID) return number;
  }
  return undefined;
}

function readAudio({ mid, lines, formats }: Section): OfferedAudio {
  const offered = formats.split(' ');
  const typeOf = (name: string, fixed: number): number | undefined => {
    const mapped = attributes(lines, 'rtpmap')
      .map((map) => new RegExp(`^(\\d{1,3}) ${name}/8000(/1)?$`, 'i').exec(map)?.[1])
      .find((type) => type !== undefined && offered.includes(type));
    if (mapped !== undefined) return Number(mapped) <= 127 ? Number(mapped) : undefined;
    return offered.includes(String(fixed)) ? fixed : undefined;
  };
  return { mid, pcmu: typeOf('PCMU', 0), pcma: typeOf('PCMA', 8) };
}

/** A section takes media where it does not say otherwise; port 0 is one that is switched off (RFC 3264 §5.1). */
function receives({ lines, port }: Section): boolean {
  if (port === 0 && !lines.includes('a=bundle-only')) return false;
  return !lines.includes('a=sendonly') && !lines.includes('a=inactive');
}

function attribute(lines: readonly string[], name: string): string | undefined {
  return attributes(lines, name)[0];
}

function attributes(lines: readonly string[], name: string): string[] {
  const start = `a=${name}:`;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
}

function invalid(what: string): StreamError {
  return new StreamError('stream.offer-invalid', {
    happened: `The session description ${what}.`,
    remedy: 'Send what RTCPeerConnection.createOffer() gives, unchanged.',
  });
}

export { PLAYOUT_DELAY_URI };
