import type { EpochMs } from '@vms/common/clock.ts';
import { batch, createSignal } from 'solid-js';
import type { Playback as PlaybackAnswer } from '../../api/types.ts';
import { type Ends, type FetchSpans, findEnds, findStart } from './find-start.ts';
import { type HlsStream, openHlsStream, type StreamError } from './hls-stream.ts';
import { FrameRate, pictureAfterSeek, stepTarget } from './media-clock.ts';
import { covers, type Range, rangeFor } from './range.ts';

export type Phase = 'idle' | 'loading' | 'ready' | 'edge' | 'nothing' | 'failed';

/** Said in passing while a recording plays. */
export type PlaybackNotice = {
  /** `skipped`: nothing is recorded there. `unplayable`: it is, but no browser plays it as it is. */
  readonly kind: 'skipped' | 'unplayable';
  readonly ms: number;
};

export interface PlaybackDeps {
  readonly video: HTMLVideoElement;
  readonly now: () => EpochMs;
  readonly fetchSpans: FetchSpans;
  readonly requestRange: (range: Range, signal: AbortSignal) => Promise<PlaybackAnswer>;
  readonly onNotice: (notice: PlaybackNotice) => void;
}

export type PlaybackController = ReturnType<typeof createPlayback>;

/** Time without recording from which passing over it is said. */
const SAID_GAP_MS = 2000;
/** Recorded time that is passed over because it cannot be played, from which it is said. */
const SAID_HOLE_MS = 500;
/** How far behind its end the newest recording starts: enough to play on without waiting. */
const NEWEST_LAG_MS = 30_000;
/** What must be new before playback goes on at the newest edge, and how often that is looked for. */
const EDGE_MIN_MS = 8000;
const EDGE_POLL_MS = 2000;
/** Times that a broken connection is taken up again without asking. */
const MAX_RESUMES = 2;

/** Plays a camera's recordings in a video element, range after range, by wall clock. */
export function createPlayback(deps: PlaybackDeps) {
  const { video } = deps;
  const [phase, setPhase] = createSignal<Phase>('idle');
  const [at, setAt] = createSignal<EpochMs>();
  const [playing, setPlaying] = createSignal(false);
  const [buffering, setBuffering] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();
  const [rate, setRateSignal] = createSignal(1);
  let stream: HlsStream | undefined;
  let range: Range | undefined;
  let work = new AbortController();
  let frames = new FrameRate();
  let resumes = 0;
  /** It plays, or will as soon as there is a picture: what a person asked for last. */
  let wish = false;
  let edgeTimer: ReturnType<typeof setTimeout> | undefined;
  let last: { media: number; at: EpochMs } | undefined;
  /** The instant that is being sought, until its picture is there. */
  let wanted: EpochMs | undefined;
  /** Media time of the newest picture that was drawn since a seek began. */
  let drawn: number | undefined;

  const stop = (): AbortSignal => {
    work.abort();
    work = new AbortController();
    clearTimeout(edgeTimer);
    return work.signal;
  };

  const close = (): void => {
    stream?.destroy();
    stream = undefined;
    range = undefined;
    last = undefined;
    drawn = undefined;
    frames = new FrameRate();
    setBuffering(false);
  };

  /** A picture is asked for: what was under way is given up. */
  const begin = (thenPlay: boolean): AbortSignal => {
    const signal = stop();
    wish = thenPlay;
    setPlaying(thenPlay && phase() !== 'nothing');
    return signal;
  };

  const fail = (thrown: unknown): void => {
    batch(() => {
      setProblem(thrown);
      setPhase('failed');
      setBuffering(false);
      setPlaying(false);
    });
  };

  const setRate = (next: number): void => {
    setRateSignal(next);
    video.defaultPlaybackRate = next;
    video.playbackRate = next;
  };

  const play = async (): Promise<void> => {
    try {
      await video.play();
    } catch (thrown) {
      if (!(thrown instanceof DOMException && thrown.name === 'NotAllowedError')) return;
      // Browsers refuse sound before the first click on the page: the picture is what counts.
      if (!video.muted) {
        video.muted = true;
        await video.play().catch(() => {});
      }
      if (stream !== undefined && video.paused) setPlaying(false);
    }
  };

  const onStreamFailure = (error: StreamError): void => {
    const instant = at();
    if (error.failure === 'network' && resumes < MAX_RESUMES && instant !== undefined) {
      resumes++;
      void load(instant, wish);
    } else {
      close();
      fail(error);
    }
  };

  /** Where nobody sought this place, what cannot be played was passed over. */
  const onSeeking = (): void => {
    last = undefined;
    drawn = undefined;
    const [from, to] = [wanted ?? at(), stream?.filmedAt(video.currentTime)];
    if (from === undefined || to === undefined || to - from <= SAID_HOLE_MS) return;
    wanted = to;
    if (!document.hidden) deps.onNotice({ kind: 'unplayable', ms: to - from });
  };

  const open = async (start: EpochMs, signal: AbortSignal): Promise<void> => {
    const answer = await deps.requestRange(rangeFor(start, deps.now()), signal);
    if (signal.aborted) return;
    close();
    wanted = start;
    setAt(start);
    const opened = await openHlsStream(video, answer.url, start, onStreamFailure);
    if (signal.aborted) {
      opened.destroy();
      return;
    }
    stream = opened;
    range = { from: Date.parse(answer.from), to: Date.parse(answer.to) };
    video.defaultPlaybackRate = rate();
    video.playbackRate = rate();
    if (wish) await play();
  };

  const load = async (instant: EpochMs, thenPlay: boolean): Promise<void> => {
    const signal = begin(thenPlay);
    batch(() => {
      setProblem(undefined);
      setPhase('loading');
      setPlaying(thenPlay);
      setAt(instant);
    });
    // What played until now would report its own times under the instant that is asked for.
    close();
    wanted = instant;
    try {
      const start = await findStart(instant, deps.now(), deps.fetchSpans, signal);
      if (signal.aborted) return;
      if (start === undefined) {
        batch(() => {
          setPhase('nothing');
          setAt(undefined);
          setPlaying(false);
        });
        return;
      }
      if (start.skippedMs > SAID_GAP_MS) deps.onNotice({ kind: 'skipped', ms: start.skippedMs });
      await open(start.at, signal);
    } catch (thrown) {
      if (!signal.aborted) fail(thrown);
    }
  };

  /** To a place that depends on where the recordings begin and end; waits until there are any. */
  const loadFrom = async (place: (ends: Ends) => EpochMs, thenPlay: boolean): Promise<void> => {
    const signal = begin(thenPlay);
    if (phase() !== 'nothing') setPhase('loading');
    close();
    try {
      const ends = await findEnds(deps.now(), deps.fetchSpans, signal);
      if (signal.aborted) return;
      if (ends === undefined) {
        batch(() => {
          setPhase('nothing');
          setAt(undefined);
          setPlaying(false);
        });
        edgeTimer = setTimeout(() => void loadFrom(place, wish), EDGE_POLL_MS);
      } else await load(place(ends), wish);
    } catch (thrown) {
      if (!signal.aborted) fail(thrown);
    }
  };
  const newest = (thenPlay: boolean): Promise<void> =>
    loadFrom(({ first, last: end }) => Math.max(first, end - NEWEST_LAG_MS), thenPlay);

  /** The range has been played to its end: on with the next, or wait for what is being recorded. */
  const goOn = async (): Promise<void> => {
    if (stream === undefined || range === undefined) return;
    const end = Math.max(range.to, stream.filmedAt(video.duration) ?? range.to);
    const signal = stop();
    try {
      const ahead = { from: end, to: Math.max(deps.now(), end + 1000), resolutionMs: 500 };
      const start = (await deps.fetchSpans(ahead, signal)).find((span) => span.end > end + 100);
      if (signal.aborted) return;
      const isNew = start === undefined ? 0 : start.end - Math.max(end, start.start);
      const isLast = start === undefined || start.end > deps.now() - 2 * EDGE_MIN_MS;
      if (start === undefined || (isLast && isNew < EDGE_MIN_MS)) {
        setPhase('edge');
        setRate(1);
        edgeTimer = setTimeout(goOn, EDGE_POLL_MS);
        return;
      }
      const next = Math.max(end, start.start);
      if (next - end > SAID_GAP_MS) deps.onNotice({ kind: 'skipped', ms: next - end });
      setPhase('loading');
      setPlaying(wish);
      await open(next, signal);
    } catch (thrown) {
      if (!signal.aborted) fail(thrown);
    }
  };

  /** A picture is on the screen. */
  const onPicture = (media: number): void => {
    if (video.seeking) {
      drawn = media;
      return;
    }
    const filmed = stream?.filmedAt(media);
    if (filmed === undefined) return;
    if (last !== undefined && media > last.media && media - last.media < 1) {
      const skipped = filmed - last.at - (media - last.media) * 1000;
      if (skipped > SAID_GAP_MS) deps.onNotice({ kind: 'skipped', ms: skipped });
    }
    last = { media, at: filmed };
    wanted = undefined;
    resumes = 0;
    batch(() => {
      setAt(filmed);
      setBuffering(false);
      if (phase() !== 'edge') setPhase('ready');
    });
  };

  const reportsFrames: boolean = 'requestVideoFrameCallback' in video;
  /** A seek has ended. The media time has moved on since, so it does not say which picture is shown. */
  const onSeeked = (): void => {
    const sought = wanted === undefined ? undefined : stream?.mediaTimeOf(wanted);
    const shown = reportsFrames
      ? pictureAfterSeek(sought, drawn, frames.frameSeconds)
      : video.currentTime;
    if (shown !== undefined) onPicture(shown);
  };
  const listeners: Partial<Record<keyof HTMLVideoElementEventMap, () => void>> = {
    play: () => {
      wish = true;
      setPlaying(true);
    },
    pause: () => {
      // The browser pauses at the end of a range, and where one is removed.
      if (!video.ended && stream !== undefined) wish = false;
      if (stream !== undefined || !wish) setPlaying(false);
    },
    ended: () => void goOn(),
    waiting: () => setBuffering(true),
    playing: () => setBuffering(false),
    seeked: onSeeked,
    seeking: onSeeking,
    timeupdate: () => {
      if (wanted === undefined && !reportsFrames) onPicture(video.currentTime);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) video.addEventListener(name, listener);
  let frameCallback = 0;
  const watchFrames = (): void => {
    frameCallback = video.requestVideoFrameCallback((_now, frame) => {
      // First: a picture that is drawn before the next callback is registered is never reported.
      watchFrames();
      // Only this tells where a frame starts: the current time may lie anywhere inside it.
      frames.shown(frame.mediaTime);
      onPicture(frame.mediaTime);
    });
  };
  if (reportsFrames) watchFrames();

  return {
    phase,
    /** When the picture on the screen was filmed; the instant sought while it is loading. */
    at,
    playing,
    /** It plays, or will as soon as it can. */
    wantsToPlay: (): boolean => wish,
    buffering,
    problem,
    rate,
    /** Plays at an instant, or at the next that is recorded. */
    async playAt(instant: EpochMs, thenPlay = true): Promise<void> {
      resumes = 0;
      const target = stream?.mediaTimeOf(instant);
      if (stream === undefined || range === undefined || target === undefined) {
        return load(instant, thenPlay);
      }
      if (phase() === 'failed' || !covers(range, instant)) return load(instant, thenPlay);
      begin(thenPlay);
      const filmed = stream.filmedAt(target) ?? instant;
      if (filmed - instant > SAID_GAP_MS) {
        deps.onNotice({ kind: 'skipped', ms: filmed - instant });
      }
      wanted = filmed;
      batch(() => {
        setAt(filmed);
        setPhase('ready');
      });
      video.currentTime = target;
      if (thenPlay) await play();
    },
    playNewest: () => newest(true),
    playFirst: (thenPlay: boolean) => loadFrom(({ first }) => first, thenPlay),
    retry: () => load(at() ?? deps.now(), true),
    toggle(): void {
      if (phase() === 'loading' && (stream === undefined || video.ended)) {
        wish = !playing();
        setPlaying(wish);
      } else if (stream === undefined) {
        void (at() === undefined ? newest(true) : load(at() ?? deps.now(), true));
      } else if (video.ended) {
        wish = true;
        void goOn();
      } else if (video.paused) void play();
      else video.pause();
    },
    /** Shows the frame `count` after (before, if negative) this one, and pauses. */
    step(count: number): void {
      wish = false;
      setPlaying(false);
      if (stream === undefined) return;
      if (video.ended) {
        // It waits for what is being recorded, and would go there.
        stop();
        setPhase('ready');
      }
      video.pause();
      const { current, frameSeconds } = frames;
      const known =
        current !== undefined && Math.abs(current - video.currentTime) < 2 * frameSeconds;
      const target = known
        ? stepTarget(current, count, frameSeconds)
        : Math.max(0, video.currentTime + count * frameSeconds);
      const media = Math.min(target, video.duration || Number.POSITIVE_INFINITY);
      wanted = stream?.filmedAt(media);
      video.currentTime = media;
    },
    setRate,
    /** Something else is watched for a while. */
    rest(): void {
      stop();
      video.pause();
      batch(() => {
        setPhase(stream === undefined ? 'idle' : 'ready');
        setBuffering(false);
        setPlaying(false);
      });
    },
    dispose(): void {
      stop();
      video.cancelVideoFrameCallback?.(frameCallback);
      for (const [name, listener] of Object.entries(listeners)) {
        video.removeEventListener(name, listener);
      }
      close();
    },
  };
}
