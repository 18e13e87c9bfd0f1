import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import datachannel, {
  type PeerConnection,
  type RTCPeerConnectionState,
  type Track,
} from 'node-datachannel';
import { StreamError } from '../stream-error.ts';
import { buildAnswer, type LocalParameters, type SentTracks, sanitizedOffer } from './answer.ts';
import { CANDIDATE_DELAY_MS, GATHER_TIMEOUT_MS } from './bounds.ts';
import { announcedCandidates, isUsableCandidate, loopbackCandidate } from './candidates.ts';
import { MAX_REMOTE_CANDIDATES, type Offer } from './offer.ts';

/** How this process takes part in WebRTC. */
export interface PeerNetwork {
  readonly udpPort: number;
  /** Empty is every address. */
  readonly udpHost: string;
  readonly announce: readonly string[];
  /** `stun:host:port` that this side asks for its own address. */
  readonly stunServers: readonly string[];
}

export interface PeerOptions {
  readonly offer: Offer;
  readonly tracks: SentTracks;
  readonly network: PeerNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Packets can be sent from now on. */
  onOpen(): void;
  /** A packet of RTCP. */
  onRtcp(packet: Uint8Array): void;
  /** The connection has ended, or failed; called once, not after `close`. */
  onClosed(): void;
}

const OVER: ReadonlySet<string> = new Set<RTCPeerConnectionState>([
  'closed',
  'disconnected',
  'failed',
]);

/**
 * One viewer's connection. Wraps node-datachannel, whose callbacks run on our thread but abort the
 * process where they throw: each is guarded. A track whose object is garbage is closed, so both are
 * held. Its `cleanup()` is never called: it walks over tracks that are gone, and crashes (0.33.4).
 */
export class Peer {
  readonly #options: PeerOptions;
  readonly #connection: PeerConnection;
  readonly #video: Track;
  readonly #audio: Track | undefined;
  /** Resolves when the library has let go of the connection, which takes it a moment after `close`. */
  readonly released: Promise<void>;
  #tellReleased: () => void = () => {};
  /** Of the viewer, usable, not given to the library yet. */
  readonly #candidates: string[] = [];
  #remoteCandidates = 0;
  /** Runs from the answer until the viewer's candidates are tried; undefined before and after. */
  #candidateDelay: Timer | undefined;
  #triesCandidates = false;
  #open = false;
  #closed = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    const { offer, tracks, network } = options;
    this.released = new Promise((resolve) => {
      this.#tellReleased = resolve;
    });
    this.#connection = openConnection(network);
    try {
      this.#video = this.#addVideo(offer, tracks);
      this.#audio = this.#addAudio(offer, tracks);
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#open && !this.#closed;
  }

  /**
   * Takes the offer and gives the answer, with our candidates.
   * @throws StreamError `stream.offer-not-acceptable`
   */
  async answer(): Promise<string> {
    const { offer, tracks, clock } = this.#options;
    const connection = this.#connection;
    try {
      connection.setRemoteDescription(sanitizedOffer(offer, tracks), 'offer');
      const gathered = new Promise<void>((resolve) => {
        const timer = clock.after(GATHER_TIMEOUT_MS, resolve);
        connection.onGatheringStateChange((state) => {
          if (state !== 'complete') return;
          timer.cancel();
          resolve();
        });
      });
      connection.setLocalDescription('answer');
      if (connection.gatheringState() !== 'complete') await gathered;
      this.addCandidates(offer.candidates);
      this.#candidateDelay = clock.after(CANDIDATE_DELAY_MS, () => this.#tryCandidates());
      const sdp = connection.localDescription()?.sdp ?? '';
      return buildAnswer(offer, this.#localParameters(sdp), tracks);
    } catch (cause) {
      if (cause instanceof StreamError) throw cause;
      throw new StreamError(
        'stream.offer-not-acceptable',
        {
          happened: 'The offer cannot be answered.',
          remedy: 'Send what RTCPeerConnection.createOffer() gives, unchanged.',
        },
        { cause },
      );
    }
  }

  /**
   * Takes candidates of the viewer; those that are no use are left out. They are tried CANDIDATE_DELAY_MS
   * after the answer, and only where the viewer's own checks have not connected it by then: a path that
   * our check opened before the viewer had its answer would bring it a handshake that it cannot take yet.
   */
  addCandidates(candidates: readonly string[]): void {
    for (const candidate of candidates) {
      if (this.#closed || this.#remoteCandidates >= MAX_REMOTE_CANDIDATES) break;
      if (!isUsableCandidate(candidate)) continue;
      this.#remoteCandidates++;
      this.#candidates.push(candidate);
    }
    if (this.#triesCandidates) this.#tryCandidates();
  }

  sendVideo(packet: Buffer): boolean {
    return this.#send(this.#video, packet);
  }

  sendAudio(packet: Buffer): boolean {
    return this.#send(this.#audio, packet);
  }

  /** Ends the connection and frees what it holds. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    this.#candidateDelay?.cancel();
    this.#video.close();
    this.#audio?.close();
    this.#connection.close();
  }

  #send(track: Track | undefined, packet: Buffer): boolean {
    if (track === undefined || !this.#open) return false;
    try {
      return track.sendMessageBinary(packet);
    } catch {
      // It closed between two packets; the state change follows.
      return false;
    }
  }

  #addVideo(offer: Offer, tracks: SentTracks): Track {
    const { payloadType, profileLevelId, mid } = offer.video;
    const media = new datachannel.Video(mid, 'SendOnly');
    media.addH264Codec(
      payloadType,
      `profile-level-id=${profileLevelId};packetization-mode=1;level-asymmetry-allowed=1`,
    );
    media.addSSRC(tracks.videoSsrc, 'vms', 'camera', 'video');
    const track = this.#connection.addTrack(media);
    track.onOpen(this.#guarded(() => this.#opened()));
    track.onMessage(this.#guarded((packet: Buffer) => this.#options.onRtcp(packet)));
    this.#connection.onStateChange(
      this.#guarded((state: string) => {
        if (OVER.has(state)) this.#over();
        if (state === 'closed') this.#tellReleased();
      }),
    );
    return track;
  }

  #addAudio(offer: Offer, tracks: SentTracks): Track | undefined {
    if (tracks.audio === undefined || offer.audio === undefined) return undefined;
    const media = new datachannel.Audio(offer.audio.mid, 'SendOnly');
    media.addAudioCodec(tracks.audio.payloadType, tracks.audio.codec.toUpperCase());
    media.addSSRC(tracks.audio.ssrc, 'vms', 'camera', 'audio');
    const track = this.#connection.addTrack(media);
    track.onMessage(this.#guarded((packet: Buffer) => this.#options.onRtcp(packet)));
    return track;
  }

  #tryCandidates(): void {
    this.#triesCandidates = true;
    const { logger, offer } = this.#options;
    for (const candidate of this.#candidates.splice(0)) {
      if (this.#closed || this.#open) return;
      try {
        this.#connection.addRemoteCandidate(`candidate:${candidate}`, offer.video.mid);
      } catch (error) {
        logger.debug({ error: messageOf(error) }, 'A candidate of a viewer was rejected.');
      }
    }
  }

  #opened(): void {
    if (this.#open || this.#closed) return;
    this.#open = true;
    this.#options.onOpen();
  }

  #over(): void {
    if (this.#closed) return;
    this.close();
    this.#options.onClosed();
  }

  #localParameters(sdp: string): LocalParameters {
    const { network } = this.#options;
    const value = (name: string): string =>
      new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1] ?? '';
    const own = [...sdp.matchAll(/^a=candidate:(.*?)\r?$/gm)].map(
      ([, candidate]) => candidate ?? '',
    );
    const announced = announcedCandidates(network.announce, network.udpPort);
    const told = announced.length > 0 ? announced : own;
    return {
      iceUfrag: value('ice-ufrag'),
      icePwd: value('ice-pwd'),
      fingerprint: value('fingerprint').replace(/^sha-256 /i, ''),
      candidates: told.length > 0 ? told : [loopbackCandidate(network.udpPort)],
    };
  }

  #guarded<Arguments extends unknown[]>(
    callback: (...args: Arguments) => void,
  ): (...args: Arguments) => void {
    return (...args) => {
      try {
        callback(...args);
      } catch (error) {
        this.#options.logger.error({ error }, 'A callback of a WebRTC connection failed.');
      }
    };
  }
}

/** @throws StreamError `stream.webrtc-unavailable` */
function openConnection(network: PeerNetwork): PeerConnection {
  try {
    return new datachannel.PeerConnection('viewer', {
      iceServers: [...network.stunServers],
      ...(network.udpHost !== '' && { bindAddress: network.udpHost }),
      enableIceUdpMux: true,
      portRangeBegin: network.udpPort,
      portRangeEnd: network.udpPort,
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
  } catch (cause) {
    throw new StreamError(
      'stream.webrtc-unavailable',
      {
        happened: 'No WebRTC connection can be made on this machine.',
        remedy: 'Play by MSE; look at the log of the stream service.',
      },
      { cause },
    );
  }
}
