import type { EpochMs, MonotonicMs, Ticks90k } from '@vms/common/clock.ts';
import { TICKS_PER_MS } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';

/** Milliseconds by which a track's wall clock may jump at once before it is asked whether time itself did. */
export const MAX_JUMP_MS = 1_000;
/** Milliseconds by which a track that jumps may be off the time that has really passed and keep its place. */
export const MAX_OFF_MS = 600;

/** What places a frame in time. */
export type TimedFrame = Pick<Frame, 'pts' | 'dts' | 'wallClock' | 'receivedAt'> & {
  readonly config: Pick<Frame['config'], 'kind'>;
};

interface TrackPlace {
  /** Wall clock that lies at the beginning of the time line, for this track. */
  origin: EpochMs;
  /** Decode time of the newest frame. */
  lastTicks: Ticks90k;
  lastWall: EpochMs;
}

/**
 * The time line of a live view: each track lies where its own wall clock puts it, whatever clock its
 * camera has and whatever the other track does. Crystals that drift apart, pauses, jumps of the camera's
 * timestamps and new sessions all leave it in real time.
 *
 * Only a step of our own wall clock is kept out: a track whose wall clock jumps is asked for the time
 * that has really passed (`receivedAt`, which never steps). Where the jump is no pause, the origin moves;
 * the other track, which jumps as far, then finds that origin made, so that lips stay with the sound.
 */
export class LiveTimeLine {
  readonly #start: Ticks90k;
  readonly #tracks = new Map<string, TrackPlace>();
  /** Wall clock of the beginning, as it was last set; undefined before the first frame. */
  #origin: EpochMs | undefined;
  /** Arrival of the first frame, and the wall clock that it had. */
  #firstReceivedAt: MonotonicMs | undefined;

  /** @param start where the first frame comes to lie */
  constructor(start: Ticks90k) {
    this.#start = start;
  }

  /** Decode time of a frame; frames of each track come in order of decoding. */
  decodeTime(frame: TimedFrame): Ticks90k {
    const { kind } = frame.config;
    const wall = frame.wallClock - (frame.pts - frame.dts) / TICKS_PER_MS;
    if (this.#origin === undefined) {
      this.#origin = wall;
      this.#firstReceivedAt = frame.receivedAt;
    }
    const track = this.#tracks.get(kind);
    if (track === undefined) {
      const first = { origin: this.#origin, lastTicks: 0, lastWall: wall };
      this.#tracks.set(kind, first);
      return this.#place(first, wall);
    }
    if (Math.abs(wall - track.lastWall) > MAX_JUMP_MS) this.#rejoin(track, wall, frame.receivedAt);
    track.lastWall = wall;
    return this.#place(track, wall);
  }

  #place(track: TrackPlace, wall: EpochMs): Ticks90k {
    track.lastTicks = this.#ticks(track.origin, wall);
    return track.lastTicks;
  }

  #ticks(origin: EpochMs, wall: EpochMs): Ticks90k {
    return this.#start + Math.round((wall - origin) * TICKS_PER_MS);
  }

  /** A pause keeps the origin; a step of the wall clock moves it. */
  #rejoin(track: TrackPlace, wall: EpochMs, receivedAt: MonotonicMs | undefined): void {
    const expected = this.#expected(track, wall, receivedAt);
    for (const origin of [track.origin, this.#origin ?? track.origin]) {
      if (Math.abs(this.#ticks(origin, wall) - expected) <= MAX_OFF_MS * TICKS_PER_MS) {
        track.origin = origin;
        return;
      }
    }
    track.origin = wall - (expected - this.#start) / TICKS_PER_MS;
    this.#origin = track.origin;
  }

  /** Where a frame belongs by the time that has passed. Without arrivals a jump forward is taken for a pause. */
  #expected(track: TrackPlace, wall: EpochMs, receivedAt: MonotonicMs | undefined): Ticks90k {
    if (receivedAt !== undefined && this.#firstReceivedAt !== undefined) {
      const passed = Math.round((receivedAt - this.#firstReceivedAt) * TICKS_PER_MS);
      return Math.max(track.lastTicks + 1, this.#start + passed);
    }
    return Math.max(track.lastTicks + TICKS_PER_MS, this.#ticks(track.origin, wall));
  }
}
