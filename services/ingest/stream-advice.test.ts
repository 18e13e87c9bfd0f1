import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VideoConfig } from '@vms/common/frame.ts';
import {
  adviseOn,
  CLOCK_TOLERANCE_SECONDS,
  LARGEST_SUB_WIDTH,
  LONGEST_GOP_SECONDS,
  RECOMMENDED_GOP_SECONDS,
  type StreamEvidence,
} from './stream-advice.ts';
import type { StreamMeasure } from './stream-look.ts';
import type { TrackReport } from './track-report.ts';

const CONFIG: VideoConfig = {
  kind: 'video',
  codec: 'h264',
  width: 1920,
  height: 1080,
  record: Uint8Array.of(),
  codecString: 'avc1.64001f',
};
const MEASURE: StreamMeasure = {
  framesPerSecond: 25,
  bitsPerSecond: 4_000_000,
  gopSeconds: 2,
  watchedSeconds: 2,
  keyframes: 2,
  reordersFrames: false,
  access: 'closed',
  video: CONFIG,
  audio: undefined,
};

function track(codec: string, kind: TrackReport['kind'] = 'video', supported = true): TrackReport {
  const size = kind === 'video' ? { width: 1920, height: 1080 } : { width: 0, height: 0 };
  const shape = { ...size, sampleRate: 0, channels: 0, profile: '' };
  return { kind, codec, supported, ...shape, delivery: 'receiving', silentSeconds: 0 };
}

/** A camera of which nothing needs to be changed. */
const GOOD: StreamEvidence = {
  measure: MEASURE,
  tracks: [track('h264'), track('pcma', 'audio')],
  declaredFrameRate: 25,
  role: 'main',
  hasH264Sub: false,
  askedForLogin: true,
  clockOffsetSeconds: 3,
};

function codesOf(evidence: Partial<StreamEvidence>): string[] {
  return adviseOn({ ...GOOD, ...evidence }).map(({ code }) => code);
}

function measured(measure: Partial<StreamMeasure>): Partial<StreamEvidence> {
  return { measure: { ...MEASURE, ...measure } };
}

test('a camera that is set well gets no advice', () => {
  assert.deepEqual(codesOf({}), []);
  assert.deepEqual(codesOf({ tracks: [], measure: { ...MEASURE, video: undefined } }), []);
});

test('each fault has its advice', () => {
  const h265 = { ...measured({ video: { ...CONFIG, codec: 'h265' } }), tracks: [track('h265')] };
  const cases: readonly (readonly [string, Partial<StreamEvidence>, readonly string[]])[] = [
    ['H.265 alone', h265, ['video.h265-without-sub']],
    ['H.265 beside an H.264 sub stream', { ...h265, hasH264Sub: true }, []],
    ['an H.265 sub stream', { ...h265, role: 'sub' }, ['video.h265-sub', 'video.sub-large']],
    ['JPEG', { tracks: [track('JPEG', 'video', false)] }, ['video.codec-not-supported']],
    ['B-frames', measured({ reordersFrames: true }), ['video.b-frames']],
    ['a long GOP', measured({ gopSeconds: LONGEST_GOP_SECONDS + 0.1 }), ['video.gop-long']],
    ['a GOP that was not measured', measured({ gopSeconds: undefined, watchedSeconds: 6.5 }), []],
    ['a GOP at the bound', measured({ gopSeconds: LONGEST_GOP_SECONDS }), []],
    ['a short look', measured({ gopSeconds: undefined, watchedSeconds: 2 }), []],
    ['30 Mbit/s', measured({ bitsPerSecond: 30e6 }), ['video.bit-rate-high']],
    ['100 kbit/s', measured({ bitsPerSecond: 100e3 }), ['video.bit-rate-low']],
    ['half the frames', measured({ framesPerSecond: 12 }), ['video.frame-rate-differs']],
    ['a frame less', measured({ framesPerSecond: 24 }), []],
    [
      'no declared rate',
      { ...measured({ framesPerSecond: 12 }), declaredFrameRate: undefined },
      [],
    ],
    ['a large sub stream', { role: 'sub' }, ['video.sub-large']],
    ['AAC', { tracks: [track('h264'), track('aac', 'audio')] }, ['audio.not-in-webrtc']],
    ['opus', { tracks: [track('h264'), track('opus', 'audio', false)] }, ['audio.not-supported']],
    ['no password', { askedForLogin: false }, ['login.not-asked']],
    ['not reached', { askedForLogin: undefined }, []],
    ['a year behind', { clockOffsetSeconds: -365 * 86_400 }, ['clock.wrong']],
    ['local time as GMT', { clockOffsetSeconds: -3 * 3600 + 2 }, []],
    ['Nepal', { clockOffsetSeconds: 5.75 * 3600 }, []],
    ['ten minutes ahead', { clockOffsetSeconds: 5 * CLOCK_TOLERANCE_SECONDS }, ['clock.wrong']],
  ];
  for (const [name, evidence, codes] of cases) assert.deepEqual(codesOf(evidence), codes, name);
});

test('values are rounded for people, and warnings come first', () => {
  const evidence = {
    ...GOOD,
    role: 'sub' as const,
    ...measured({ gopSeconds: 12.3456, bitsPerSecond: 30e6 }),
  };
  assert.deepEqual(adviseOn(evidence), [
    {
      code: 'video.gop-long',
      severity: 'warning',
      values: { seconds: 12.3, recommendedSeconds: RECOMMENDED_GOP_SECONDS },
    },
    {
      code: 'video.bit-rate-high',
      severity: 'info',
      values: { megabitsPerSecond: 30, recommendedMegabitsPerSecond: 5.18 },
    },
    {
      code: 'video.sub-large',
      severity: 'info',
      values: { width: 1920, height: 1080, maxWidth: LARGEST_SUB_WIDTH, maxHeight: 720 },
    },
  ]);
});
