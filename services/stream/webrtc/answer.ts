import type { Offer } from './offer.ts';
import { PLAYOUT_DELAY_URI } from './offer.ts';

/** Our side of a session, as node-datachannel gathered it. */
export interface LocalParameters {
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** Of SHA-256. */
  readonly fingerprint: string;
  /** Values of `a=candidate`. */
  readonly candidates: readonly string[];
}

/** What is sent, and as what. */
export interface SentTracks {
  readonly videoSsrc: number;
  /** Undefined where no sound is sent. */
  readonly audio:
    | { readonly codec: 'pcmu' | 'pcma'; readonly payloadType: number; readonly ssrc: number }
    | undefined;
}

const CNAME = 'vms';
const STREAM_ID = 'camera';

/**
 * Who begins the DTLS handshake: we, as RFC 5763 §5 recommends, unless the viewer insists. A viewer's
 * first flight mostly reaches us before our own check of the path is through. libdatachannel (0.24.5)
 * hands such a packet to a thread of its pool while the handshake is being set up: that loses it until
 * the viewer repeats it (1 s with OpenSSL), or locks the two threads against each other
 * (libdatachannel#1630), and with them the UDP port of all viewers.
 */
export function dtlsRoleOfViewer(offer: Offer): 'active' | 'passive' {
  return offer.setup === 'active' ? 'active' : 'passive';
}

/**
 * The offer as node-datachannel gets it: only what was understood and is taken, in our own words, so
 * that no byte of a stranger reaches its parser. It takes the passive role of DTLS only from an
 * offerer that says active; if it began, its first flight would be lost and come again after 1 s.
 */
export function sanitizedOffer(offer: Offer, tracks: SentTracks): string {
  const { video, audio } = offer;
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${acceptedMids(offer, tracks).join(' ')}`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${video.payloadType}`,
    ...transportLines(offer, video.mid),
    `a=rtpmap:${video.payloadType} H264/90000`,
    `a=fmtp:${video.payloadType} ${h264Parameters(offer)}`,
  ];
  if (tracks.audio !== undefined && audio !== undefined) {
    const { payloadType, codec } = tracks.audio;
    lines.push(
      `m=audio 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
      ...transportLines(offer, audio.mid),
      `a=rtpmap:${payloadType} ${codec.toUpperCase()}/8000`,
    );
  }
  return text(lines);
}

/** The answer as the viewer gets it: every section of the offer, those not taken with port 0 (RFC 3264 §6). */
export function buildAnswer(offer: Offer, local: LocalParameters, tracks: SentTracks): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${acceptedMids(offer, tracks).join(' ')}`,
    `a=msid-semantic: WMS ${STREAM_ID}`,
  ];
  for (const section of offer.sections) {
    const isVideo = section.mid === offer.video.mid;
    const isAudio = section.mid === offer.audio?.mid && tracks.audio !== undefined;
    if (!isVideo && !isAudio) {
      lines.push(
        `m=${section.kind} 0 ${section.protocol} ${section.formats.split(' ')[0]}`,
        'c=IN IP4 0.0.0.0',
        'a=inactive',
        `a=mid:${section.mid}`,
      );
      continue;
    }
    const payloadType = isVideo ? offer.video.payloadType : (tracks.audio?.payloadType ?? 0);
    const ssrc = isVideo ? tracks.videoSsrc : (tracks.audio?.ssrc ?? 0);
    lines.push(
      `m=${section.kind} 9 ${section.protocol} ${payloadType}`,
      'c=IN IP4 0.0.0.0',
      `a=mid:${section.mid}`,
      'a=sendonly',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      `a=ice-ufrag:${local.iceUfrag}`,
      `a=ice-pwd:${local.icePwd}`,
      'a=ice-options:trickle',
      `a=fingerprint:sha-256 ${local.fingerprint}`,
      `a=setup:${dtlsRoleOfViewer(offer) === 'active' ? 'passive' : 'active'}`,
      ...(isVideo ? videoLines(offer) : audioLines(tracks)),
      `a=msid:${STREAM_ID} ${section.kind}`,
      `a=ssrc:${ssrc} cname:${CNAME}`,
      `a=ssrc:${ssrc} msid:${STREAM_ID} ${section.kind}`,
      ...local.candidates.map((candidate) => `a=candidate:${candidate}`),
      'a=end-of-candidates',
    );
  }
  return text(lines);
}

function transportLines(offer: Offer, mid: string): string[] {
  return [
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    `a=ice-ufrag:${offer.iceUfrag}`,
    `a=ice-pwd:${offer.icePwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${offer.fingerprint}`,
    `a=setup:${dtlsRoleOfViewer(offer)}`,
  ];
}

function videoLines(offer: Offer): string[] {
  const { payloadType, nack, pictureLoss, playoutDelayId } = offer.video;
  return [
    ...(playoutDelayId === undefined ? [] : [`a=extmap:${playoutDelayId} ${PLAYOUT_DELAY_URI}`]),
    `a=rtpmap:${payloadType} H264/90000`,
    ...(nack ? [`a=rtcp-fb:${payloadType} nack`] : []),
    ...(pictureLoss ? [`a=rtcp-fb:${payloadType} nack pli`] : []),
    `a=fmtp:${payloadType} ${h264Parameters(offer)}`,
  ];
}

function audioLines(tracks: SentTracks): string[] {
  const { payloadType = 0, codec = 'pcmu' } = tracks.audio ?? {};
  return [`a=rtpmap:${payloadType} ${codec.toUpperCase()}/8000`];
}

function h264Parameters(offer: Offer): string {
  return `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${offer.video.profileLevelId}`;
}

function acceptedMids(offer: Offer, tracks: SentTracks): string[] {
  const taken = [offer.video.mid];
  if (tracks.audio !== undefined && offer.audio !== undefined) taken.push(offer.audio.mid);
  // In the order of the offer's sections.
  return offer.sections.map(({ mid }) => mid).filter((mid) => taken.includes(mid));
}

function text(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`;
}
