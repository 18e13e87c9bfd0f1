import type { Clock, Timer } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import { TokenBucket } from '@vms/common/token-bucket.ts';
import { SWEEP_MS } from '../bounds.ts';
import type { CameraFeed } from '../camera-feed.ts';
import type { Session, SessionRegistry } from '../sessions/session-registry.ts';
import { StreamError } from '../stream-error.ts';
import type { StreamMetrics } from '../stream-metrics.ts';
import { MAX_OFFERS_PER_SECOND, RELEASE_TIMEOUT_MS } from './bounds.ts';
import type { Offer } from './offer.ts';
import type { PeerNetwork } from './peer.ts';
import { RtpFeed } from './rtp-feed.ts';
import { WebrtcViewer } from './webrtc-viewer.ts';

export interface WebrtcViewersDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StreamMetrics;
  readonly network: PeerNetwork;
  readonly sessions: SessionRegistry;
}

/** A viewer with its answer. */
export interface AcceptedViewer {
  readonly viewer: WebrtcViewer;
  readonly answer: string;
}

/** All viewers by WebRTC, and the packets of the streams that they watch. */
export class WebrtcViewers {
  readonly #deps: WebrtcViewersDeps;
  readonly #viewers = new Map<string, { viewer: WebrtcViewer; session: Session }>();
  readonly #rtpFeeds = new Map<CameraFeed, { rtpFeed: RtpFeed; viewers: number }>();
  /** Connections that are closed and not released yet. */
  readonly #releasing = new Set<Promise<void>>();
  readonly #offers: TokenBucket;
  readonly #timer: Timer;

  constructor(deps: WebrtcViewersDeps) {
    this.#deps = deps;
    this.#offers = new TokenBucket(MAX_OFFERS_PER_SECOND, deps.clock.monotonic());
    this.#timer = deps.clock.every(SWEEP_MS, () => this.#tick());
  }

  get size(): number {
    return this.#viewers.size;
  }

  values(): WebrtcViewer[] {
    return [...this.#viewers.values()].map(({ viewer }) => viewer);
  }

  /**
   * Called once the token was verified, before anything of an offer is looked at.
   * @throws StreamError `stream.too-many-offers`
   */
  admit(): void {
    if (this.#offers.take(this.#deps.clock.monotonic())) return;
    throw new StreamError(
      'stream.too-many-offers',
      {
        happened: `More than ${MAX_OFFERS_PER_SECOND} live views were asked for within a second.`,
        remedy: 'Try again in a moment.',
      },
      { retryAfterSeconds: 1 },
    );
  }

  /** @throws StreamError `stream.offer-not-acceptable` */
  async accept(
    session: Session,
    offer: Offer,
    feed: CameraFeed,
    offeredAt: number,
  ): Promise<AcceptedViewer> {
    const { clock, logger, metrics, network, sessions } = this.#deps;
    const rtpFeed = this.#take(feed);
    let viewer: WebrtcViewer;
    try {
      viewer = new WebrtcViewer({
        offer,
        feed,
        rtpFeed,
        network,
        clock,
        logger: logger.child({ camera: session.camera, session: session.id }),
        metrics,
        offeredAt,
        onClosed: (closed) => {
          this.#viewers.delete(closed.id);
          const releasing = closed.released.then(() => void this.#releasing.delete(releasing));
          this.#releasing.add(releasing);
          sessions.unwatch(session, closed);
          this.#release(feed);
        },
      });
    } catch (error) {
      this.#release(feed);
      throw error;
    }
    this.#viewers.set(viewer.id, { viewer, session });
    sessions.watch(session, viewer);
    try {
      return { viewer, answer: await viewer.answer() };
    } catch (error) {
      viewer.close();
      throw error;
    }
  }

  find(id: string): { viewer: WebrtcViewer; session: Session } | undefined {
    return this.#viewers.get(id);
  }

  /** Resolves when the library has let go of all connections, so that their port can be given back. */
  async close(): Promise<void> {
    this.#timer.cancel();
    for (const { viewer } of [...this.#viewers.values()]) viewer.close();
    const { clock } = this.#deps;
    const limit = new Promise<void>((resolve) => clock.after(RELEASE_TIMEOUT_MS, resolve));
    await Promise.race([Promise.all(this.#releasing), limit]);
  }

  #tick(): void {
    const now = this.#deps.clock.monotonic();
    for (const { viewer } of [...this.#viewers.values()]) viewer.tick(now);
  }

  #take(feed: CameraFeed): RtpFeed {
    const known = this.#rtpFeeds.get(feed) ?? {
      rtpFeed: new RtpFeed(feed, this.#deps.clock.monotonic()),
      viewers: 0,
    };
    known.viewers++;
    this.#rtpFeeds.set(feed, known);
    return known.rtpFeed;
  }

  #release(feed: CameraFeed): void {
    const known = this.#rtpFeeds.get(feed);
    if (known === undefined) return;
    known.viewers--;
    if (known.viewers > 0) return;
    this.#rtpFeeds.delete(feed);
    known.rtpFeed.close();
  }
}
