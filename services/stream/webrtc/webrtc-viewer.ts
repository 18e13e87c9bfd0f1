import { randomInt } from 'node:crypto';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { newId } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { CameraFeed } from '../camera-feed.ts';
import type { Watcher } from '../sessions/session-registry.ts';
import type { StreamMetrics } from '../stream-metrics.ts';
import type { SentTracks } from './answer.ts';
import { CONNECT_TIMEOUT_MS, SENDER_REPORT_MS, SILENCE_MS } from './bounds.ts';
import type { Offer } from './offer.ts';
import { Peer, type PeerNetwork } from './peer.ts';
import type { RtpFeed } from './rtp-feed.ts';
import { RtpSender } from './rtp-sender.ts';
import { RtpViewer } from './rtp-viewer.ts';
import { ViewerStatistics } from './viewer-statistics.ts';

export interface WebrtcViewerOptions {
  readonly offer: Offer;
  readonly feed: CameraFeed;
  readonly rtpFeed: RtpFeed;
  readonly network: PeerNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StreamMetrics;
  /** When its offer came. */
  readonly offeredAt: MonotonicMs;
  /** It is over, by itself or by `close`; called once. */
  onClosed(viewer: WebrtcViewer): void;
}

const VIDEO_CLOCK_HZ = 90_000;

/** One viewer by WebRTC: a connection, and what is sent over it. */
export class WebrtcViewer implements Watcher {
  readonly transport = 'webrtc';
  /** Last part of its WHEP address; not to be guessed. */
  readonly id = newId('whep');
  /** Of its ICE session (RFC 9725 §4.3.1). */
  readonly etag: string = `"${newId('ice')}"`;
  readonly statistics = new ViewerStatistics();
  readonly #options: WebrtcViewerOptions;
  readonly #peer: Peer;
  readonly #viewer: RtpViewer;
  #nextReportAt = 0;
  #closed = false;

  constructor(options: WebrtcViewerOptions) {
    this.#options = options;
    const { offer, feed, clock, metrics, rtpFeed, offeredAt } = options;
    const tracks = tracksOf(offer, feed);
    const playoutDelayId = offer.video.playoutDelayId ?? 0;
    this.#peer = new Peer({
      offer,
      tracks,
      network: options.network,
      clock,
      logger: options.logger,
      onOpen: () => this.#viewer.start(),
      onRtcp: (packet) => this.#viewer.receive(packet),
      onClosed: () => this.close(),
    });
    const common = { timestampOffset: randomInt(2 ** 31), statistics: this.statistics };
    this.#viewer = new RtpViewer({
      feed: rtpFeed,
      clock,
      statistics: this.statistics,
      video: new RtpSender({
        ...common,
        payloadType: offer.video.payloadType,
        ssrc: tracks.videoSsrc,
        clockRate: VIDEO_CLOCK_HZ,
        playoutDelayId,
        sequence: randomInt(2 ** 15),
        send: (packet) => this.#peer.sendVideo(packet),
      }),
      audio:
        tracks.audio === undefined
          ? undefined
          : new RtpSender({
              ...common,
              payloadType: tracks.audio.payloadType,
              ssrc: tracks.audio.ssrc,
              clockRate: feed.audio?.sampleRate ?? 8000,
              playoutDelayId: 0,
              sequence: randomInt(2 ** 15),
              send: (packet) => this.#peer.sendAudio(packet),
            }),
      events: {
        onFirstFrame: () => metrics.firstFrame('webrtc', clock.monotonic() - offeredAt),
        onServerAdded: (ms) => metrics.serverAdded('webrtc', ms),
        onUnplayable: (error) => {
          options.logger.info({ code: error.code }, error.message);
          this.close();
        },
        onEnd: () => this.close(),
      },
    });
  }

  /** Resolves when nothing of the connection is left. */
  get released(): Promise<void> {
    return this.#peer.released;
  }

  get sentBytes(): number {
    return this.statistics.bytes;
  }

  get sentFrames(): number {
    return this.statistics.frames;
  }

  get droppedFrames(): number {
    return this.statistics.droppedFrames;
  }

  /** @throws StreamError `stream.offer-not-acceptable` */
  answer(): Promise<string> {
    return this.#peer.answer();
  }

  addCandidates(candidates: readonly string[]): void {
    this.#peer.addCandidates(candidates);
  }

  /** Reports, and ends a viewer that never came or says nothing any more. */
  tick(now: MonotonicMs): void {
    if (this.#closed) return;
    if (!this.#peer.isOpen) {
      if (now - this.#options.offeredAt > CONNECT_TIMEOUT_MS) this.close();
      return;
    }
    if (this.#viewer.silentMs(now) > SILENCE_MS) {
      this.close();
      return;
    }
    if (now < this.#nextReportAt) return;
    this.#nextReportAt = now + SENDER_REPORT_MS;
    this.#viewer.report();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#viewer.close();
    this.#peer.close();
    this.#options.metrics.countViewer(this.statistics);
    this.#options.onClosed(this);
  }
}

/** G.711 goes with the video where the viewer takes it; its payload is passed on untouched. */
function tracksOf(offer: Offer, feed: CameraFeed): SentTracks {
  const videoSsrc = randomInt(1, 2 ** 31);
  const codec = feed.audio?.codec;
  if (codec !== 'pcmu' && codec !== 'pcma') return { videoSsrc, audio: undefined };
  const payloadType = offer.audio?.[codec];
  if (payloadType === undefined || feed.audio?.channels !== 1 || feed.audio.sampleRate !== 8000) {
    return { videoSsrc, audio: undefined };
  }
  return { videoSsrc, audio: { codec, payloadType, ssrc: videoSsrc + 1 } };
}
