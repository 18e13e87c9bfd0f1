import type { TrackDelivery } from '@vms/common/camera.ts';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';

/** Milliseconds without a frame after which a track that sent some counts as stopped. */
export const TRACK_SILENT_MS = 5_000;

/** Whether frames of a track come. */
export interface Arrival {
  readonly delivery: TrackDelivery;
  /** Since its last frame, or since the session began where it has sent none; 0 while they come. */
  readonly silentMs: number;
}

/** When the tracks of one session last gave a frame. What was announced is not there before it has. */
export class TrackArrivals {
  readonly #clock: Clock;
  readonly #tracks: readonly MediaTrack[];
  readonly #lastAt: (MonotonicMs | undefined)[];
  #since: MonotonicMs;

  /** @param tracks those that were set up */
  constructor(clock: Clock, tracks: readonly MediaTrack[]) {
    this.#clock = clock;
    this.#tracks = tracks;
    this.#lastAt = tracks.map(() => undefined);
    this.#since = clock.monotonic();
  }

  /** The camera accepted PLAY: silence counts from here. */
  begin(): void {
    this.#since = this.#clock.monotonic();
  }

  /** A whole frame came. @param position of the track among those that were set up */
  frame(position: number): void {
    if (position < this.#lastAt.length) this.#lastAt[position] = this.#clock.monotonic();
  }

  /** Whether each track that was set up has given a frame. */
  get allCame(): boolean {
    return this.#lastAt.every((at) => at !== undefined);
  }

  of(track: MediaTrack): Arrival {
    const position = this.#tracks.findIndex(({ index }) => index === track.index);
    if (position < 0) {
      const isReplaced = this.#tracks.some(({ kind }) => kind === track.kind);
      const isWanted = track.supported && !isReplaced;
      return { delivery: isWanted ? 'refused' : 'not-requested', silentMs: 0 };
    }
    const last = this.#lastAt[position];
    const silentMs = this.#clock.monotonic() - (last ?? this.#since);
    if (last === undefined) return { delivery: 'nothing-yet', silentMs };
    if (silentMs < TRACK_SILENT_MS) return { delivery: 'receiving', silentMs: 0 };
    return { delivery: 'stopped', silentMs };
  }
}
