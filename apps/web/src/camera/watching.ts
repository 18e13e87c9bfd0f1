import type { EpochMs } from '@vms/common/clock.ts';
import { type Accessor, batch, createSignal } from 'solid-js';
import type { PlaybackController } from './playback/playback.ts';

/** An instant this near to now is live: it is not on the disk yet. */
const LIVE_EDGE_MS = 2000;

export type WatchMode = 'live' | 'playback';

export interface WatchingDeps {
  readonly now: Accessor<EpochMs>;
  readonly playback: Accessor<PlaybackController | undefined>;
  /** When the live picture on the screen was filmed; undefined where there is none. */
  readonly liveAt: Accessor<EpochMs | undefined>;
  /** The live picture on the screen is how it is now. */
  readonly isLive: Accessor<boolean>;
  /** Just before live gives way to a recording: its picture may stay until that has one. */
  readonly onLeaveLive: () => void;
}

export type Watching = ReturnType<typeof createWatching>;

/** Live and what is recorded as one: time has a newest end, and that end is live. */
export function createWatching(deps: WatchingDeps, first: WatchMode) {
  const [mode, setMode] = createSignal<WatchMode>(first);
  const [pausedAt, setPausedAt] = createSignal<EpochMs>();
  const [moves, setMoves] = createSignal(0);
  /** Wraps what takes a person to another time. */
  const moving =
    <Args extends unknown[]>(move: (...args: Args) => void) =>
    (...args: Args): void => {
      move(...args);
      setMoves((count) => count + 1);
    };

  const toPlayback = (): void => {
    if (mode() === 'playback') return;
    deps.onLeaveLive();
    batch(() => {
      setMode('playback');
      setPausedAt(undefined);
    });
  };

  const playAt = (at: EpochMs, thenPlay = true): void => {
    toPlayback();
    void deps.playback()?.playAt(at, thenPlay);
  };

  /** What moves in time leaves a pause a pause. */
  const keepsPlaying = (): boolean =>
    mode() === 'live' ? pausedAt() === undefined : (deps.playback()?.wantsToPlay() ?? true);

  /** To an instant, or where that is not over yet to the newest there is: live, unless it is paused. */
  const moveTo = (at: EpochMs): void => {
    const plays = keepsPlaying();
    if (plays && at >= deps.now() - LIVE_EDGE_MS) goLive();
    else playAt(Math.min(at, deps.now()), plays);
  };

  const goLive = (): void => {
    if (mode() === 'playback') deps.playback()?.rest();
    batch(() => {
      setMode('live');
      setPausedAt(undefined);
    });
  };

  return {
    mode,
    /** True while the live picture is wanted. */
    liveWanted: (): boolean => mode() === 'live' && pausedAt() === undefined,
    /** When the picture on the screen was filmed. */
    at: (): EpochMs | undefined =>
      mode() === 'live' ? (pausedAt() ?? deps.liveAt()) : deps.playback()?.at(),
    playing: (): boolean =>
      mode() === 'live' ? pausedAt() === undefined : (deps.playback()?.playing() ?? false),
    /** How often a person went to another time; where that is, `at` says by then or soon after. */
    moves,
    goLive: moving(goLive),
    playAt: moving((at: EpochMs) => playAt(at)),
    /** To an instant that a person points at. */
    seek: moving(moveTo),
    /** From where the picture is, whether it was paused or not: what is live stays so. */
    playOn: moving((at: EpochMs) => {
      const isLive = mode() === 'live' && pausedAt() === undefined && deps.isLive();
      if (isLive || at >= deps.now() - LIVE_EDGE_MS) goLive();
      else playAt(at);
    }),
    playFirst: moving(() => {
      const plays = keepsPlaying();
      toPlayback();
      void deps.playback()?.playFirst(plays);
    }),
    playNewest: moving(() => {
      toPlayback();
      void deps.playback()?.playNewest();
    }),
    /** Live that is paused goes on as a recording, from the picture at which it stopped. */
    toggle(): void {
      const paused = pausedAt();
      if (mode() === 'playback') deps.playback()?.toggle();
      else if (paused === undefined) setPausedAt(deps.liveAt() ?? deps.now());
      else playAt(paused);
    },
    step(count: number): void {
      if (mode() === 'playback') deps.playback()?.step(count);
    },
    jump(byMs: number): void {
      const at =
        mode() === 'live' ? (pausedAt() ?? deps.liveAt() ?? deps.now()) : deps.playback()?.at();
      if (at !== undefined) moveTo(at + byMs);
    },
  };
}
