import type { EpochMs } from '@vms/common/clock.ts';
import type { Recording, ShownState } from '../../api/types.ts';
import { sendsNothing } from '../../cameras/camera-state.ts';

/**
 * Milliseconds for which the end of a recording may stand still while it goes on: a slow disk confirms
 * every 5 s, and the list is asked for every 4 s.
 */
export const GROWS_WITHIN_MS = 20_000;

/**
 * Whether something is being added to a recording right now. An open file alone does not say so: it stays
 * open for a while when its camera or its disk is gone.
 */
export function isGrowing(recording: Recording, state: ShownState, now: EpochMs): boolean {
  return (
    recording.open &&
    state !== 'disabled' &&
    !sendsNothing(state) &&
    now - Date.parse(recording.end) <= GROWS_WITHIN_MS
  );
}
