import type { CameraState } from '@vms/common/camera.ts';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { VmsError } from '@vms/common/errors.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { CameraSession, type CameraSessionDeps, type CameraTarget } from './camera-session.ts';
import { cameraStateOf, IngestError } from './ingest-error.ts';
import { describeTracks, reportTracks, type TrackReport } from './track-report.ts';

/** Tests of cameras under way at a time. */
export const MAX_CAMERA_TESTS = 8;
/** Milliseconds of frames that a test looks at. */
export const TEST_FRAMES_MS = 2_000;
/** Milliseconds that a test takes at the most, TEARDOWN aside. */
export const TEST_TIMEOUT_MS = 12_000;

/** What a test found, in plain words. */
export interface CameraTestResult {
  /** `online`, or what stands in the way. */
  readonly state: CameraState;
  readonly detail: string;
  readonly tracks: readonly TrackReport[];
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  readonly elapsedMs: number;
}

/** Raised where too many tests are under way. */
export class CameraTestError extends VmsError<'ingest.too-many-tests'> {}

/** Logs in to cameras to see what they give, each once, for a few seconds. */
export class CameraTester {
  readonly #deps: CameraSessionDeps;
  readonly #underWay = new Set<CameraSession>();

  constructor(deps: CameraSessionDeps) {
    this.#deps = deps;
  }

  /**
   * Never fails because of the camera: that is what it tells.
   * @throws CameraTestError `ingest.too-many-tests`
   */
  async test(target: CameraTarget): Promise<CameraTestResult> {
    if (this.#underWay.size >= MAX_CAMERA_TESTS) {
      throw new CameraTestError('ingest.too-many-tests', {
        happened: `${MAX_CAMERA_TESTS} tests of cameras are under way already.`,
        remedy: 'Wait for one to end, then try again.',
      });
    }
    const { clock } = this.#deps;
    const startedAt = clock.monotonic();
    const look = new Look(clock, () => session.stop(ENOUGH));
    const session: CameraSession = new CameraSession(this.#deps, look);
    const timer = clock.after(TEST_TIMEOUT_MS, () => session.stop(noFrames(look)));
    this.#underWay.add(session);
    try {
      const ended = await session.run(target);
      return look.result(session, ended, Math.round(clock.monotonic() - startedAt));
    } finally {
      timer.cancel();
      look.cancel();
      this.#underWay.delete(session);
    }
  }

  /** Ends all tests that are under way. */
  stop(): void {
    for (const session of this.#underWay) {
      session.stop(new IngestError('ingest.connection-lost', 'The test was ended: ingest stops.'));
    }
  }
}

/** Not a failure: the test has seen what it wanted. */
const ENOUGH = new IngestError('ingest.connection-lost', 'The test has seen enough.');

class Look {
  readonly #clock: Clock;
  readonly #enough: () => void;
  readonly #configs = new Map<number, CodecConfig>();
  #tracks: readonly MediaTrack[] = [];
  #timer: { cancel(): void } | undefined;
  #firstVideoAt: MonotonicMs | undefined;
  #lastVideoAt: MonotonicMs = 0;
  #videoFrames = 0;
  #keyframes = 0;
  #bytes = 0;

  constructor(clock: Clock, enough: () => void) {
    this.#clock = clock;
    this.#enough = enough;
  }

  get sawVideo(): boolean {
    return this.#videoFrames > 0;
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  onTracks(tracks: readonly MediaTrack[]): void {
    this.#tracks = tracks;
  }

  onPlaying(): void {}

  onQuirk(): void {}

  onAccessUnit(track: number, unit: AccessUnit): void {
    this.#configs.set(track, unit.config);
    if (this.#firstVideoAt !== undefined) this.#bytes += unit.payload.length;
    if (unit.config.kind !== 'video') return;
    this.#lastVideoAt = this.#clock.monotonic();
    this.#videoFrames++;
    if (unit.keyframe) this.#keyframes++;
    if (this.#firstVideoAt === undefined) {
      this.#firstVideoAt = this.#lastVideoAt;
      this.#timer = this.#clock.after(TEST_FRAMES_MS, () => this.#seen());
    } else if (this.#lastVideoAt - this.#firstVideoAt >= TEST_FRAMES_MS) {
      this.#seen();
    }
  }

  result(session: CameraSession, ended: IngestError, elapsedMs: number): CameraTestResult {
    const tracks = reportTracks(session.described, (track) => this.#configOf(track));
    const seconds = (this.#lastVideoAt - (this.#firstVideoAt ?? this.#lastVideoAt)) / 1000;
    const rates =
      seconds > 0
        ? {
            framesPerSecond: (this.#videoFrames - 1) / seconds,
            bitsPerSecond: (this.#bytes * 8) / seconds,
          }
        : { framesPerSecond: 0, bitsPerSecond: 0 };
    if (ended !== ENOUGH && !(this.sawVideo && ended.code === 'ingest.connection-lost')) {
      return {
        state: cameraStateOf(ended),
        detail: ended.message,
        tracks,
        ...rates,
        elapsedMs,
      };
    }
    return { state: 'online', detail: this.#praise(tracks, rates), tracks, ...rates, elapsedMs };
  }

  /** Enough frames: whatever comes after is not needed. */
  #seen(): void {
    this.#timer?.cancel();
    this.#enough();
  }

  #praise(
    tracks: readonly TrackReport[],
    { framesPerSecond, bitsPerSecond }: { framesPerSecond: number; bitsPerSecond: number },
  ): string {
    const words = `The camera works: ${describeTracks(tracks)}`;
    if (framesPerSecond === 0) return words;
    const mbit = (bitsPerSecond / 1e6).toFixed(bitsPerSecond < 1e6 ? 2 : 1);
    const keyframes =
      this.#keyframes === 0
        ? ' No keyframe came within 2 s: a recording starts only with one, so set a shorter keyframe interval.'
        : '';
    return `${words} ${framesPerSecond.toFixed(1)} frames and ${mbit} Mbit a second.${keyframes}`;
  }

  #configOf(track: MediaTrack): CodecConfig | undefined {
    const index = this.#tracks.findIndex((each) => each.index === track.index);
    return this.#configs.get(index);
  }
}

function noFrames(look: Look): IngestError {
  if (look.sawVideo) return ENOUGH;
  return new IngestError('ingest.no-frames', {
    happened: 'The camera accepts the login, but sent no picture within the time of the test.',
    remedy: 'Check that this stream is switched on in the camera, or restart it.',
  });
}
