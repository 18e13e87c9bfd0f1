import type { EpochMs } from '@vms/common/clock.ts';
import { type Accessor, batch, createSignal } from 'solid-js';
import type { LivePlayer } from '../live/live-player.ts';
import type { PlaybackController } from './playback/playback.ts';

/** An instant this near to now is live: it is not on the disk yet. */
const LIVE_EDGE_MS = 2000;

export type WatchMode = 'live' | 'playback';

export interface WatchingDeps {
  readonly now: Accessor<EpochMs>;
  readonly playback: Accessor<PlaybackController | undefined>;
  readonly live: Accessor<LivePlayer | undefined>;
  /** Just before live gives way to a recording: its picture may stay until that has one. */
  readonly onLeaveLive: () => void;
}

export type Watching = ReturnType<typeof createWatching>;

/** Live and what is recorded as one: time has a newest end, and that end is live. */
export function createWatching(deps: WatchingDeps, first: WatchMode) {
  const [mode, setMode] = createSignal<WatchMode>(first);
  const [pausedAt, setPausedAt] = createSignal<EpochMs>();
  const liveAt = (): EpochMs => deps.now() - (deps.live()?.shown()?.delayMs ?? 0);

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
      mode() === 'live' ? (pausedAt() ?? liveAt()) : deps.playback()?.at(),
    playing: (): boolean =>
      mode() === 'live' ? pausedAt() === undefined : (deps.playback()?.playing() ?? false),
    goLive,
    playAt,
    /** An instant that a person points at: near the newest end that is live. */
    seek(at: EpochMs): void {
      if (at >= deps.now() - LIVE_EDGE_MS) goLive();
      else playAt(at);
    },
    playFirst(): void {
      toPlayback();
      void deps.playback()?.playFirst();
    },
    playNewest(): void {
      toPlayback();
      void deps.playback()?.playNewest();
    },
    /** Live that is paused goes on as a recording, from the picture at which it stopped. */
    toggle(): void {
      const paused = pausedAt();
      if (mode() === 'playback') deps.playback()?.toggle();
      else if (paused === undefined) setPausedAt(liveAt());
      else playAt(paused);
    },
    step(count: number): void {
      if (mode() === 'playback') deps.playback()?.step(count);
    },
    jump(byMs: number): void {
      const at = mode() === 'live' ? (pausedAt() ?? deps.now()) : deps.playback()?.at();
      if (at === undefined) return;
      if (at + byMs >= deps.now() - LIVE_EDGE_MS) goLive();
      else playAt(at + byMs, mode() === 'live' || (deps.playback()?.playing() ?? false));
    },
  };
}
