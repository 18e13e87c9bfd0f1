import type { LiveSession } from '../../api/types.ts';
import { credentialsOf, iceFragment, type TrickledCandidate } from './ice-fragment.ts';
import type { LiveFigures, LiveTransport, TransportOptions } from './transport.ts';
import { openWhep, type WhepSession } from './whep-client.ts';

/** Candidates that are found within this time travel in one PATCH. */
const TRICKLE_MS = 40;

export function hasWebrtc(): boolean {
  return typeof RTCPeerConnection !== 'undefined';
}

/** A connection with its offer, made while the session is still being asked for. */
export interface PreparedPeer {
  readonly peer: RTCPeerConnection;
  readonly offer: Promise<RTCSessionDescriptionInit>;
}

export function preparePeer(): PreparedPeer {
  const peer = new RTCPeerConnection();
  peer.addTransceiver('video', { direction: 'recvonly' });
  peer.addTransceiver('audio', { direction: 'recvonly' });
  const offer = peer.createOffer();
  // Whoever closes the peer first does not wait for the offer.
  offer.catch(() => {});
  return { peer, offer };
}

/** What the counters of an inbound stream told last time: delays are those since then. */
interface Counted {
  readonly frames: number;
  readonly delay: number;
}

/** Plays by WHEP: one offer, candidates trickled, and DELETE at the end. */
export class WebrtcTransport implements LiveTransport {
  readonly kind = 'webrtc';
  readonly #options: TransportOptions;
  readonly #peer: RTCPeerConnection;
  readonly #abort = new AbortController();
  readonly #stream = new MediaStream();
  #whep: WhepSession | undefined;
  #counted: Counted = { frames: 0, delay: 0 };
  #found: TrickledCandidate[] = [];
  #allFound = false;
  #trickleTimer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  #closed = false;

  constructor(session: LiveSession, { peer, offer }: PreparedPeer, options: TransportOptions) {
    this.#options = options;
    this.#peer = peer;
    peer.addEventListener('track', ({ track, receiver }) => {
      wantNoDelay(receiver);
      this.#stream.addTrack(track);
    });
    peer.addEventListener('connectionstatechange', () => {
      if (['failed', 'closed'].includes(peer.connectionState)) this.#end('closed');
    });
    peer.addEventListener('icecandidate', ({ candidate }) => this.#onCandidate(candidate));
    this.#begin(session, offer).catch((thrown: unknown) => this.#end('refused', thrown));
  }

  async figures(): Promise<LiveFigures> {
    const report = this.#closed ? [] : [...(await this.#peer.getStats()).values()];
    let bytes = 0;
    let figures: Omit<LiveFigures, 'bytes'> = {};
    let roundTripMs = 0;
    for (const entry of report) {
      if (entry.type === 'candidate-pair' && entry.nominated === true) {
        roundTripMs = Number(entry.currentRoundTripTime ?? 0) * 1000;
      }
    }
    for (const entry of report) {
      if (entry.type !== 'inbound-rtp') continue;
      bytes += Number(entry.bytesReceived ?? 0);
      if (entry.kind !== 'video') continue;
      const mime = report.find((other) => other.id === entry.codecId)?.mimeType;
      figures = {
        ...this.#delay(entry, roundTripMs),
        ...(typeof mime === 'string' && { codec: mime.replace(/^video\//, '') }),
        packetsLost: Math.max(0, Number(entry.packetsLost ?? 0)),
        packetsReceived: Number(entry.packetsReceived ?? 0),
      };
    }
    return { bytes, ...figures };
  }

  async close(tell: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#trickleTimer);
    this.#abort.abort();
    const { video } = this.#options;
    if (video.srcObject === this.#stream) video.srcObject = null;
    // The good-bye of DTLS would reach the server first, and the session be unknown to it.
    if (tell) await this.#whep?.end();
    this.#peer.close();
  }

  async #begin(session: LiveSession, made: Promise<RTCSessionDescriptionInit>): Promise<void> {
    const { video } = this.#options;
    if (session.ice_servers.length > 0) {
      this.#peer.setConfiguration({ iceServers: session.ice_servers });
    }
    const offer = await made;
    await this.#peer.setLocalDescription(offer);
    if (this.#closed) return;
    video.removeAttribute('src');
    video.srcObject = this.#stream;
    video.playbackRate = 1;
    const signal = this.#abort.signal;
    const whep = await openWhep(session.whep_url, session.token, offer.sdp ?? '', signal);
    this.#whep = whep;
    if (this.#closed) {
      await whep.end();
      return;
    }
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: whep.answer });
    for (const receiver of this.#peer.getReceivers()) wantNoDelay(receiver);
    this.#trickle();
  }

  #end(end: 'closed' | 'refused', problem?: unknown): void {
    if (this.#closed || this.#ended) return;
    this.#ended = true;
    this.#options.onEnd(end, problem);
  }

  #onCandidate(candidate: RTCIceCandidate | null): void {
    if (candidate === null || candidate.candidate === '') this.#allFound = true;
    else this.#found.push({ candidate: candidate.candidate, mid: candidate.sdpMid ?? '0' });
    clearTimeout(this.#trickleTimer);
    this.#trickleTimer = setTimeout(() => this.#trickle(), this.#allFound ? 0 : TRICKLE_MS);
  }

  #trickle(): void {
    const credentials = credentialsOf(this.#peer.localDescription?.sdp ?? '');
    if (this.#closed || this.#whep === undefined || credentials === undefined) return;
    if (this.#found.length === 0) return;
    this.#whep.patch(iceFragment(credentials, this.#found, this.#allFound));
    this.#found = [];
  }

  #delay(entry: Record<string, unknown>, roundTripMs: number): { delayMs?: number } {
    const frames = Number(entry.framesDecoded ?? 0);
    const delay = Number(entry.totalProcessingDelay ?? Number.NaN);
    const since = { frames: frames - this.#counted.frames, delay: delay - this.#counted.delay };
    this.#counted = { frames, delay };
    if (since.frames <= 0 || !Number.isFinite(since.delay)) return {};
    return { delayMs: (since.delay / since.frames) * 1000 + roundTripMs / 2 };
  }
}

/** A live picture is shown when it is there: nothing is kept back to smooth its arrival. */
function wantNoDelay(receiver: RTCRtpReceiver): void {
  const hinted = receiver as RTCRtpReceiver & {
    jitterBufferTarget?: number | null;
    playoutDelayHint?: number | null;
  };
  if ('jitterBufferTarget' in receiver) hinted.jitterBufferTarget = 0;
  if ('playoutDelayHint' in receiver) hinted.playoutDelayHint = 0;
}
