import type { EpochMs } from '@vms/common/clock.ts';
import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import { keepNearNow, pan, reveal, spanOf, type View, viewAround, zoom } from './view.ts';

const HOUR_MS = 3_600_000;
/** Where now stands while the view follows it: a little future shows that it is the end. */
const NOW_SHARE = 0.93;
const INITIAL_VIEW_MS = HOUR_MS;

/** Lengths that have a button. */
export const PRESETS = [
  { label: '10 min', lengthMs: HOUR_MS / 6 },
  { label: '1 h', lengthMs: HOUR_MS },
  { label: '6 h', lengthMs: 6 * HOUR_MS },
  { label: '1 d', lengthMs: 24 * HOUR_MS },
  { label: '7 d', lengthMs: 168 * HOUR_MS },
] as const;

/** What is shown of time, and what moves it. */
export interface TimelineModel {
  readonly view: Accessor<View>;
  /** True while the view moves on with the clock. */
  readonly following: Accessor<boolean>;
  panBy(ms: number): void;
  zoomBy(factor: number, anchor?: EpochMs): void;
  setLength(lengthMs: number): void;
  show(at: EpochMs): void;
  followNow(): void;
}

/** The view follows now until it is moved away, and then the picture that plays. */
export function createTimelineModel(
  now: Accessor<EpochMs>,
  playing: Accessor<EpochMs | undefined>,
): TimelineModel {
  const [length, setLength] = createSignal(INITIAL_VIEW_MS);
  const [following, setFollowing] = createSignal(true);
  const [placed, setPlaced] = createSignal<View>(viewAround(now(), INITIAL_VIEW_MS, NOW_SHARE));
  const view = createMemo(() => (following() ? viewAround(now(), length(), NOW_SHARE) : placed()));

  const place = (next: View): void => {
    const kept = keepNearNow(next, now());
    setLength(spanOf(kept));
    setPlaced(kept);
    setFollowing(false);
  };
  const anchorOf = (): EpochMs => {
    const at = playing();
    if (following()) return now();
    const shown = view();
    if (at !== undefined && at > shown.from && at < shown.to) return at;
    return (shown.from + shown.to) / 2;
  };

  createEffect(
    on(playing, (at, before) => {
      if (at === undefined || before === undefined || following()) return;
      const shown = view();
      const wasInside = before >= shown.from && before <= shown.to;
      const jumped = Math.abs(at - before) > 2000;
      if (wasInside || jumped) setPlaced(reveal(shown, at));
    }),
  );

  return {
    view,
    following,
    panBy: (ms) => place(pan(view(), ms)),
    zoomBy(factor, anchor) {
      if (following() && anchor === undefined) {
        setLength(spanOf(viewAround(now(), length() * factor)));
      } else {
        place(zoom(view(), factor, anchor ?? anchorOf()));
      }
    },
    setLength(lengthMs) {
      if (following()) setLength(lengthMs);
      else place(zoom(view(), lengthMs / spanOf(view()), anchorOf()));
    },
    show(at) {
      const shown = view();
      if (at < shown.from || at > shown.to) place(viewAround(at, spanOf(shown)));
    },
    followNow() {
      setLength(spanOf(view()));
      setFollowing(true);
    },
  };
}
