import type { LiveSession } from '../api/types.ts';
import { Arrivals, CHECK_INTERVAL_MS } from './arrivals.ts';
import type { Choice } from './transport/choose-transport.ts';
import { MseTransport } from './transport/mse-transport.ts';
import type { LiveFigures, LiveTransport, TransportEnd } from './transport/transport.ts';
import { type PreparedPeer, preparePeer, WebrtcTransport } from './transport/webrtc-transport.ts';

/** What a person is told of the picture that plays. */
export interface Shown extends LiveFigures {
  readonly choice: Choice;
  readonly width: number;
  readonly height: number;
  readonly bitsPerSecond: number;
  readonly framesPerSecond: number;
}

export interface WatchDeps {
  readonly video: HTMLVideoElement;
  /** Milliseconds that never jump. */
  readonly now: () => number;
  readonly onPicture: () => void;
  /** Just before the picture goes away. */
  readonly onFreeze: () => void;
  readonly onShown: (shown: Shown) => void;
  readonly isPageLeaving: () => boolean;
}

/** How watching by one way ended. */
export interface Watched {
  /** A picture was seen. */
  readonly pictures: boolean;
  readonly end: TransportEnd | 'no-media' | 'stalled' | 'left';
  readonly problem?: unknown;
}

/** Watches a session by one way until that ends, stalls, or `signal` leaves. Never throws. */
export function watch(
  session: LiveSession,
  choice: Choice,
  prepared: PreparedPeer | undefined,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<Watched> {
  const { video, now } = deps;
  return new Promise((resolve) => {
    let transport: LiveTransport | undefined;
    let pictures = false;
    let over = false;
    const arrivals = new Arrivals(now());

    const finish = (end: Watched['end'], problem?: unknown): void => {
      if (over) return;
      over = true;
      clearInterval(timer);
      video.removeEventListener('loadeddata', onPicture);
      signal.removeEventListener('abort', onLeft);
      if (pictures) deps.onFreeze();
      const watched = { pictures, end, ...(problem !== undefined && { problem }) };
      // Who does not answer is not told; who leaves the page has no time, and ends the whole session.
      const tell = end === 'no-media' || (end === 'left' && !deps.isPageLeaving());
      void (transport?.close(tell) ?? Promise.resolve()).then(() => resolve(watched));
    };
    const onLeft = (): void => finish('left');
    const onPicture = (): void => {
      if (over || pictures || video.videoWidth === 0) return;
      pictures = true;
      deps.onPicture();
    };
    const look = async (): Promise<void> => {
      if (transport === undefined || over) return;
      const figures = await transport.figures();
      if (over) return;
      if (!pictures && video.readyState >= 2 && video.videoWidth > 0) onPicture();
      arrivals.look(now(), figures.bytes, framesOf(video));
      if (pictures) {
        deps.onShown({
          ...figures,
          ...arrivals.rates(),
          choice,
          width: video.videoWidth,
          height: video.videoHeight,
        });
        if (arrivals.hasStalled) finish('stalled');
      } else if (arrivals.pictureIsOverdue) finish('no-media');
    };
    const timer = setInterval(() => {
      look().catch((thrown: unknown) => finish('closed', thrown));
    }, CHECK_INTERVAL_MS);

    signal.addEventListener('abort', onLeft);
    video.addEventListener('loadeddata', onPicture);
    const options = { video, onEnd: finish };
    try {
      transport =
        choice.kind === 'webrtc'
          ? new WebrtcTransport(session, prepared ?? preparePeer(), options)
          : new MseTransport(session.mse_url, options);
      // Browsers start a muted video by themselves, but not every one that was stopped before.
      video.play().catch(() => {});
    } catch (thrown) {
      finish('refused', thrown);
    }
    if (signal.aborted) onLeft();
  });
}

function framesOf(video: HTMLVideoElement): number {
  return video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
}
