import type { CameraState } from '@vms/common/camera.ts';
import type { CameraAdvice } from '@vms/common/camera-advice.ts';
import type { StreamRole } from '@vms/common/camera-search.ts';
import { VmsError } from '@vms/common/errors.ts';
import { type Playability, playabilityOf } from '@vms/media/playability.ts';
import { CameraSession, type CameraSessionDeps, type CameraTarget } from './camera-session.ts';
import { cameraStateOf, IngestError } from './ingest-error.ts';
import { SessionMemory } from './session-memory.ts';
import { adviseOn } from './stream-advice.ts';
import { StreamLook, type StreamMeasure } from './stream-look.ts';
import { describeTracks, reportTracks, type TrackReport } from './track-report.ts';

/** Tests of cameras under way at a time. */
export const MAX_CAMERA_TESTS = 8;
/** Milliseconds that a test takes at most, TEARDOWN aside; also for each answer, of which there is one chance. */
export const TEST_TIMEOUT_MS = 12_000;

/** What a test found, in plain words and in numbers. */
export interface CameraTestResult {
  /** `online`, or what stands in the way. */
  readonly state: CameraState;
  readonly detail: string;
  readonly tracks: readonly TrackReport[];
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  readonly elapsedMs: number;
  /** Seconds from keyframe to keyframe; undefined where no whole GOP was seen. */
  readonly gopSeconds: number | undefined;
  readonly reordersFrames: boolean;
  /** What browsers can be shown. */
  readonly playable: Playability;
  readonly advice: readonly CameraAdvice[];
}

/** What is known besides of the stream that is tested; it only changes what is advised. */
export interface TestPurpose {
  readonly role: StreamRole;
  /** Whether the camera has a sub stream in H.264. */
  readonly hasH264Sub: boolean;
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
   * Never fails because of the camera: that is what it reports.
   * @throws CameraTestError `ingest.too-many-tests`
   */
  async test(
    target: CameraTarget,
    purpose: TestPurpose = { role: 'main', hasH264Sub: false },
  ): Promise<CameraTestResult> {
    if (this.#underWay.size >= MAX_CAMERA_TESTS) {
      throw new CameraTestError('ingest.too-many-tests', {
        happened: `${MAX_CAMERA_TESTS} tests of cameras are under way already.`,
        remedy: 'Wait for one to end, then try again.',
      });
    }
    const { clock } = this.#deps;
    const startedAt = clock.monotonic();
    const look = new StreamLook(clock, () => session.stop(ENOUGH));
    const session: CameraSession = new CameraSession(this.#deps, look);
    const timer = clock.after(TEST_TIMEOUT_MS, () => session.stop(noFrames(look)));
    this.#underWay.add(session);
    try {
      const memory = target.memory ?? new SessionMemory(clock, TEST_TIMEOUT_MS);
      const ended = await session.run({ ...target, memory });
      const elapsedMs = Math.round(clock.monotonic() - startedAt);
      return { ...report(session, look, ended, purpose), elapsedMs };
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

function report(
  session: CameraSession,
  look: StreamLook,
  ended: IngestError,
  purpose: TestPurpose,
): Omit<CameraTestResult, 'elapsedMs'> {
  const tracks = reportTracks(
    session.described,
    (track) => look.configOf(track),
    (track) => look.arrivalOf(track),
  );
  const measure = look.measure();
  const { framesPerSecond, bitsPerSecond, gopSeconds, reordersFrames, video, audio } = measure;
  const works = ended === ENOUGH || (look.sawVideo && ended.code === 'ingest.connection-lost');
  return {
    state: works ? 'online' : cameraStateOf(ended),
    detail: works ? describeTest(tracks, measure) : ended.message,
    tracks,
    framesPerSecond,
    bitsPerSecond,
    gopSeconds,
    reordersFrames,
    playable: playabilityOf({
      video,
      audio,
      bFrames: reordersFrames,
      access: measure.access,
    }),
    advice: adviseOn({
      measure,
      tracks,
      declaredFrameRate: session.described.find(({ kind }) => kind === 'video')?.frameRate,
      ...purpose,
      askedForLogin: works ? session.askedForLogin : undefined,
      clockOffsetSeconds: session.clockOffsetSeconds,
    }),
  };
}

function describeTest(tracks: readonly TrackReport[], measure: StreamMeasure): string {
  const { framesPerSecond, bitsPerSecond, keyframes, watchedSeconds } = measure;
  const words = `The camera works: ${describeTracks(tracks, 0)}`;
  if (framesPerSecond === 0) return words;
  const mbit = (bitsPerSecond / 1e6).toFixed(bitsPerSecond < 1e6 ? 2 : 1);
  const rarely =
    keyframes === 0
      ? ` No keyframe and no recovery point came within ${watchedSeconds.toFixed(0)} s, and a recording starts only with one.`
      : '';
  return `${words} ${framesPerSecond.toFixed(1)} frames and ${mbit} Mbit a second.${rarely}`;
}

function noFrames(look: StreamLook): IngestError {
  if (look.sawVideo) return ENOUGH;
  const seconds = TEST_TIMEOUT_MS / 1000;
  if (!look.playing) {
    return new IngestError('ingest.no-answer', {
      happened: `The camera did not finish the RTSP handshake within the ${seconds} s of the test.`,
      remedy: 'Recording waits longer for a slow camera. If this persists, restart the camera.',
    });
  }
  return new IngestError('ingest.no-frames', {
    happened: `The camera accepted PLAY, but no whole picture came within the ${seconds} s of the test.`,
    remedy: 'Check that this stream is switched on in the camera, or restart it.',
  });
}
