import type { LiveSession } from '../api/types.ts';
import { stallAfterMs } from './patience.ts';
import type { Choice } from './transport/choose-transport.ts';
import { MseTransport } from './transport/mse-transport.ts';
import type { LiveFigures, LiveTransport, TransportEnd } from './transport/transport.ts';
import { type PreparedPeer, preparePeer, WebrtcTransport } from './transport/webrtc-transport.ts';

/** Without a picture for so long the next way is tried. */
export const FIRST_PICTURE_MS = 3000;
/** How often a transport is asked what has arrived. */
const LOOK_MS = 500;
/** Looks over which rates are told. */
const RATE_LOOKS = 4;
/** Looks that found something new, before silence is judged by how often something comes. */
const TRUSTED_LOOKS = 3;

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
    const startedAt = now();
    const arrival = new Arrivals(startedAt);

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
      const at = now();
      arrival.look(at, figures.bytes, framesOf(video));
      if (pictures) {
        deps.onShown({
          ...figures,
          ...arrival.rates(),
          choice,
          width: video.videoWidth,
          height: video.videoHeight,
        });
        if (arrival.silentMs(at) > arrival.stallAfterMs) finish('stalled');
      } else if (at - startedAt > FIRST_PICTURE_MS) finish('no-media');
    };
    const timer = setInterval(() => {
      look().catch((thrown: unknown) => finish('closed', thrown));
    }, LOOK_MS);

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

/** When bytes came, and how many lately. */
class Arrivals {
  #lastAt: number;
  #looks: { at: number; bytes: number; frames: number }[] = [];
  #seen = 0;
  /** Milliseconds; the greatest distance between two arrivals of late, 0 where looks are too far apart. */
  #usualIntervalMs = 0;

  constructor(startedAt: number) {
    this.#lastAt = startedAt;
  }

  look(at: number, bytes: number, frames: number): void {
    const last = this.#looks.at(-1);
    if (last === undefined || bytes > last.bytes) {
      const interval = at - this.#lastAt;
      const usual = Math.max(interval, this.#usualIntervalMs * 0.9);
      this.#usualIntervalMs = usual <= LOOK_MS * 1.5 ? 0 : usual;
      this.#lastAt = at;
      this.#seen++;
    }
    this.#looks = [...this.#looks, { at, bytes, frames }].slice(-RATE_LOOKS - 1);
  }

  silentMs(at: number): number {
    return at - this.#lastAt;
  }

  /** Milliseconds of silence that are no longer usual; a camera may send a picture every few seconds. */
  get stallAfterMs(): number {
    return stallAfterMs(
      this.#seen < TRUSTED_LOOKS ? Number.POSITIVE_INFINITY : this.#usualIntervalMs,
    );
  }

  rates(): { bitsPerSecond: number; framesPerSecond: number } {
    const [first, last] = [this.#looks[0], this.#looks.at(-1)];
    const seconds = first === undefined || last === undefined ? 0 : (last.at - first.at) / 1000;
    if (first === undefined || last === undefined || seconds <= 0) {
      return { bitsPerSecond: 0, framesPerSecond: 0 };
    }
    return {
      bitsPerSecond: Math.max(0, ((last.bytes - first.bytes) * 8) / seconds),
      framesPerSecond: Math.max(0, (last.frames - first.frames) / seconds),
    };
  }
}
