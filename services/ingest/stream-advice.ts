import { advise, type CameraAdvice } from '@vms/common/camera-advice.ts';
import type { StreamRole } from '@vms/common/camera-search.ts';
import type { VideoConfig } from '@vms/common/frame.ts';
import type { StreamMeasure } from './stream-look.ts';
import type { TrackReport } from './track-report.ts';

/** Seconds of a GOP that are still good, and that are recommended. */
export const LONGEST_GOP_SECONDS = 5;
export const RECOMMENDED_GOP_SECONDS = 2;
/** Pixels of the largest sub stream that helps: a tile of a grid is seldom wider. */
export const LARGEST_SUB_WIDTH = 1280;
export const LARGEST_SUB_HEIGHT = 720;
/** Share by which the delivered frame rate may differ from the declared one, and frames at the least. */
export const FRAME_RATE_TOLERANCE = 0.25;
export const FRAME_RATE_TOLERANCE_FRAMES = 2;
/** Seconds that a camera's clock may be off from ours, time zones aside. */
export const CLOCK_TOLERANCE_SECONDS = 120;
/** Time zones lie at whole and half hours from UTC, but for these few; hours. */
const TIME_ZONE_STEP_SECONDS = 30 * 60;
const ODD_TIME_ZONES: readonly number[] = [5.75, 8.75, 12.75, 13.75];
const FARTHEST_TIME_ZONE_SECONDS = 14 * 3600;

/**
 * Bits a pixel. Cameras need 0.05 to 0.15 in H.264 for a moving scene, and about two thirds in H.265;
 * a still scene needs a tenth of that. What is outside of these is the setting, not the scene.
 */
const BITS_PER_PIXEL: Readonly<
  Record<VideoConfig['codec'], { low: number; good: number; high: number }>
> = {
  h264: { low: 0.003, good: 0.1, high: 0.35 },
  h265: { low: 0.002, good: 0.07, high: 0.25 },
};

/** What advice goes by. */
export interface StreamEvidence {
  readonly measure: StreamMeasure;
  readonly tracks: readonly TrackReport[];
  /** Frames a second that the camera declares; undefined where it says nothing. */
  readonly declaredFrameRate: number | undefined;
  readonly role: StreamRole;
  /** Whether the camera has a sub stream in H.264 besides. */
  readonly hasH264Sub: boolean;
  /** Whether the camera asked for a password; undefined where it was not reached. */
  readonly askedForLogin: boolean | undefined;
  /** Camera's clock less ours, seconds; undefined where its answers have no time. */
  readonly clockOffsetSeconds: number | undefined;
}

/** What to change in the camera, what matters most first. */
export function adviseOn(evidence: StreamEvidence): CameraAdvice[] {
  const advice = [
    ...codecAdvice(evidence),
    ...pictureAdvice(evidence),
    ...soundAdvice(evidence),
    ...deviceAdvice(evidence),
  ];
  return [
    ...advice.filter(({ severity }) => severity === 'warning'),
    ...advice.filter(({ severity }) => severity === 'info'),
  ];
}

function* codecAdvice({
  tracks,
  measure,
  role,
  hasH264Sub,
}: StreamEvidence): Generator<CameraAdvice> {
  const videos = tracks.filter(({ kind }) => kind === 'video');
  const video = videos.find(({ supported }) => supported);
  if (video === undefined) {
    const [other] = videos;
    if (other !== undefined) yield advise('video.codec-not-supported', { codec: other.codec });
    return;
  }
  if (video.codec === 'h265' && role === 'sub') yield advise('video.h265-sub', {});
  if (video.codec === 'h265' && role === 'main' && !hasH264Sub) {
    yield advise('video.h265-without-sub', {});
  }
  if (measure.reordersFrames && video.codec === 'h264') yield advise('video.b-frames', {});
}

function* pictureAdvice(evidence: StreamEvidence): Generator<CameraAdvice> {
  const { measure, role, declaredFrameRate } = evidence;
  const { framesPerSecond, gopSeconds, video } = measure;
  if (video === undefined || framesPerSecond === 0) return;
  // Only what was measured: that none came for a while is said by the words of the test.
  if (gopSeconds !== undefined && gopSeconds > LONGEST_GOP_SECONDS) {
    yield advise('video.gop-long', {
      seconds: rounded(gopSeconds),
      recommendedSeconds: RECOMMENDED_GOP_SECONDS,
    });
  }
  yield* bitRateAdvice(measure, video);
  if (declaredFrameRate !== undefined && declaredFrameRate >= 1) {
    const difference = Math.abs(declaredFrameRate - framesPerSecond);
    if (
      difference > declaredFrameRate * FRAME_RATE_TOLERANCE &&
      difference > FRAME_RATE_TOLERANCE_FRAMES
    ) {
      yield advise('video.frame-rate-differs', {
        declaredFramesPerSecond: rounded(declaredFrameRate),
        framesPerSecond: rounded(framesPerSecond),
      });
    }
  }
  const { width, height } = video;
  if (role === 'sub' && (width > LARGEST_SUB_WIDTH || height > LARGEST_SUB_HEIGHT)) {
    const [maxWidth, maxHeight] = [LARGEST_SUB_WIDTH, LARGEST_SUB_HEIGHT];
    yield advise('video.sub-large', { width, height, maxWidth, maxHeight });
  }
}

function* bitRateAdvice(measure: StreamMeasure, video: VideoConfig): Generator<CameraAdvice> {
  const pixels = video.width * video.height * measure.framesPerSecond;
  const { low, good, high } = BITS_PER_PIXEL[video.codec];
  const bitsPerPixel = measure.bitsPerSecond / pixels;
  if (!Number.isFinite(bitsPerPixel) || (bitsPerPixel >= low && bitsPerPixel <= high)) return;
  yield advise(bitsPerPixel < low ? 'video.bit-rate-low' : 'video.bit-rate-high', {
    megabitsPerSecond: rounded(measure.bitsPerSecond / 1e6),
    recommendedMegabitsPerSecond: rounded((pixels * good) / 1e6),
  });
}

function* soundAdvice({ tracks, measure }: StreamEvidence): Generator<CameraAdvice> {
  const sounds = tracks.filter(({ kind }) => kind === 'audio');
  const sound = sounds.find(({ supported }) => supported);
  if (sound === undefined) {
    const [other] = sounds;
    if (other !== undefined) yield advise('audio.not-supported', { codec: other.codec });
  } else if (sound.codec === 'aac' && measure.video?.codec === 'h264') {
    yield advise('audio.not-in-webrtc', { codec: sound.codec });
  }
}

function* deviceAdvice({
  askedForLogin,
  clockOffsetSeconds,
}: StreamEvidence): Generator<CameraAdvice> {
  if (askedForLogin === false) yield advise('login.not-asked', {});
  const seconds = clockOffsetSeconds === undefined ? 0 : withoutTimeZone(clockOffsetSeconds);
  if (Math.abs(seconds) > CLOCK_TOLERANCE_SECONDS) {
    yield advise('clock.wrong', { seconds: Math.round(seconds) });
  }
}

/** Many cameras write their local time and call it GMT: what is left without the nearest time zone. */
function withoutTimeZone(offset: number): number {
  if (Math.abs(offset) > FARTHEST_TIME_ZONE_SECONDS + TIME_ZONE_STEP_SECONDS) return offset;
  let left = offset - Math.round(offset / TIME_ZONE_STEP_SECONDS) * TIME_ZONE_STEP_SECONDS;
  for (const hours of ODD_TIME_ZONES) {
    const other = offset - hours * 3600;
    if (Math.abs(other) < Math.abs(left)) left = other;
  }
  return left;
}

/** Two digits below ten, else one: enough for a person. */
function rounded(value: number): number {
  const factor = Math.abs(value) < 10 ? 100 : 10;
  return Math.round(value * factor) / factor;
}
