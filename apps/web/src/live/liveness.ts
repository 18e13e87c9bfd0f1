import type { EpochMs } from '@vms/common/clock.ts';
import type { Accessor } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { sendsNothing } from '../cameras/camera-state.ts';
import type { LivePlayer } from './live-player.ts';

/** The clock of a picture that is older than this stands still. */
export const FRESH_MS = 2000;

export interface Liveness {
  /** When what is on the screen was filmed; undefined where nothing ever was. */
  readonly at: Accessor<EpochMs | undefined>;
  /** A picture is on the screen, and it is how it is now. */
  readonly live: Accessor<boolean>;
  /** A picture is on the screen, and it is not how it is now. */
  readonly stale: Accessor<boolean>;
  /** When the last picture was filmed, where there was one since somebody looks and none comes any more. */
  readonly missingSince: Accessor<EpochMs | undefined>;
}

/** What may be said of a live view: whether its picture is how it is now, and from when it is. */
export function livenessOf(
  player: Accessor<LivePlayer | undefined>,
  camera: Accessor<Camera | undefined>,
  now: Accessor<EpochMs>,
): Liveness {
  const delay = (): number => player()?.shown()?.delayMs ?? 0;
  const last = (): EpochMs | undefined => player()?.lastPictureAt();
  const fresh = (): boolean => now() - delay() - (last() ?? 0) < FRESH_MS;
  const playing = (): boolean => player()?.phase() === 'playing';
  const lostSince = (): EpochMs | undefined => {
    const status = camera()?.status;
    if (status === undefined || status.since === null || !sendsNothing(status.state))
      return undefined;
    return new Date(status.since).getTime();
  };
  // A view that begins after the camera was lost is sent the last pictures that were kept of it.
  const kept = (): boolean => (last() ?? 0) > (lostSince() ?? Number.POSITIVE_INFINITY);
  const current = (): boolean => fresh() && !kept();
  // A camera that sends a picture every few seconds is live all the time, and its clock goes in steps.
  const live = (): boolean => playing() && (current() || lostSince() === undefined);
  const at = (): EpochMs | undefined => {
    if (kept()) return lostSince();
    return playing() && fresh() ? now() - delay() : last();
  };
  const stale = (): boolean => last() !== undefined && !live();
  return {
    at,
    live,
    stale,
    missingSince: () => (stale() && player()?.seen() === true ? at() : undefined),
  };
}
