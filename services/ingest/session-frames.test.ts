import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { MAX_FRAME_BYTES } from '@vms/medialink/bounds.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import {
  DOUBT_MS,
  type FrameCounters,
  MAX_HELD_BYTES,
  MAX_HELD_FRAMES,
  SETTLE_MS,
  SessionFrames,
  StreamMemory,
} from './session-frames.ts';

const VIDEO: VideoConfig = {
  kind: 'video',
  codec: 'h264',
  width: 240,
  height: 160,
  record: new Uint8Array([1, 2, 3]),
  codecString: 'avc1.42c01e',
};
const AUDIO: AudioConfig = {
  kind: 'audio',
  codec: 'pcma',
  sampleRate: 8_000,
  channels: 1,
  record: new Uint8Array(0),
  codecString: 'pcma',
};

function trackOf(kind: 'video' | 'audio'): MediaTrack {
  return {
    index: kind === 'video' ? 0 : 1,
    kind,
    encodingName: kind === 'video' ? 'H264' : 'PCMA',
    codec: kind === 'video' ? 'h264' : 'pcma',
    supported: true,
    refusal: undefined,
    protection: undefined,
    payloadType: 96,
    clockRate: kind === 'video' ? 90_000 : 8_000,
    channels: 1,
    controlUrl: 'rtsp://10.0.0.1/',
    formatParameters: new Map(),
    config: undefined,
    frameRate: undefined,
  };
}

class Rig {
  readonly clock = new ManualClock();
  readonly published: Frame[] = [];
  readonly quirks: string[] = [];
  readonly memory = new StreamMemory('cam_aaaaaaaaaaaaaaaa' as CameraId, 'main');
  readonly counters: FrameCounters = {
    videoFrames: 0,
    audioFrames: 0,
    bytes: 0,
    beforeKeyframe: 0,
    tooLarge: 0,
  };
  frames = this.session();
  #rtp = 0;

  session(): SessionFrames {
    return new SessionFrames({
      clock: this.clock,
      tracks: [trackOf('video'), trackOf('audio')],
      memory: this.memory,
      counters: this.counters,
      publisher: { publish: (frame) => this.published.push(frame) },
      onQuirk: (quirk) => this.quirks.push(quirk),
    });
  }

  video(keyframe: boolean, changes: Partial<AccessUnit> = {}): void {
    this.#rtp += 3600;
    this.frames.take(0, {
      timestamp: this.#rtp,
      payload: new Uint8Array(10),
      keyframe,
      config: VIDEO,
      lost: 0,
      ...changes,
    });
  }

  audio(timestamp: number): void {
    const payload = new Uint8Array(320);
    this.frames.take(1, { timestamp, payload, keyframe: true, config: AUDIO, lost: 0 });
  }

  /** Video for so long, a keyframe each second. */
  play(ms: number): void {
    for (let at = 0; at < ms; at += 40) {
      this.clock.advance(40);
      this.video(at % 1_000 === 0);
    }
  }
}

test('the first frames are held for SETTLE_MS, then all come, in order', () => {
  const rig = new Rig();
  rig.play(SETTLE_MS);
  assert.equal(rig.published.length, 0);
  rig.play(80);
  const numbers = rig.published.map(({ sequence }) => sequence);
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a burst of the pictures since the last keyframe gets the times at which they were taken', () => {
  const rig = new Rig();
  const start = rig.clock.now();
  for (let i = 0; i < 50; i++) rig.video(i === 0);
  rig.play(4_000);
  const [first] = rig.published;
  // 50 frames of 40 ms in one instant: the newest was taken just now.
  assert.ok(Math.abs((first?.wallClock ?? 0) - (start - 49 * 40)) < 1, `${first?.wallClock}`);
  assert.equal(rig.published.filter(({ discontinuity }) => discontinuity).length, 1);
  const last = rig.published.at(-1);
  assert.ok(Math.abs((last?.wallClock ?? 0) - rig.clock.now()) < 1);
  assert.equal(rig.frames.timeLine.steps, 0);
});

test('a clock that counts milliseconds is dated right from the first frame, and known to the next session', () => {
  const rig = new Rig();
  const playMs = (frames: number): void => {
    for (let i = 0; i < frames; i++) {
      rig.clock.advance(40);
      rig.video(i % 25 === 0, { timestamp: rig.clock.monotonic() });
    }
  };
  playMs(100);
  rig.frames.end();
  const { published } = rig;
  assert.equal(published.length, 100);
  for (const [i, { pts }] of published.entries()) assert.equal(pts, i * 3600);
  assert.equal(published.filter(({ discontinuity }) => discontinuity).length, 1);
  assert.deepEqual(rig.quirks, ['clock-units', 'clock-units']);
  rig.frames = rig.session();
  playMs(1 + Math.ceil(SETTLE_MS / 40));
  assert.equal(published.length, 100 + 1 + Math.ceil(SETTLE_MS / 40), 'held no longer than usual');
  const seventh = published.at(-1);
  assert.ok(Math.abs((seventh?.wallClock ?? 0) - rig.clock.now()) < 1);
});

test('while a clock may run at another rate the first frames are held for DOUBT_MS', () => {
  const rig = new Rig();
  const frameAt = (ms: number): void => {
    rig.clock.advance(ms - rig.clock.monotonic());
    rig.video(ms === 0, { timestamp: ms });
  };
  // Milliseconds where 90 kHz is declared, then a pause, across which no rate is judged.
  for (let ms = 0; ms <= SETTLE_MS + 40; ms += 40) frameAt(ms);
  frameAt(DOUBT_MS - 1);
  assert.equal(rig.published.length, 0);
  frameAt(DOUBT_MS);
  assert.equal(rig.published.length, rig.counters.videoFrames);
});

test('no more than MAX_HELD_FRAMES are held', () => {
  const rig = new Rig();
  for (let i = 0; i < MAX_HELD_FRAMES - 1; i++) rig.video(i === 0);
  assert.equal(rig.published.length, 0);
  rig.video(false);
  assert.equal(rig.published.length, MAX_HELD_FRAMES);
});

test('no more than MAX_HELD_BYTES are held', () => {
  const rig = new Rig();
  const payload = new Uint8Array(MAX_HELD_BYTES / 4);
  for (let i = 0; i < 3; i++) rig.video(i === 0, { payload });
  assert.equal(rig.published.length, 0);
  rig.video(false, { payload });
  assert.equal(rig.published.length, 4);
});

test('a session that ends while frames are held gives them away', () => {
  const rig = new Rig();
  rig.play(120);
  rig.frames.end();
  assert.equal(rig.published.length, 3);
});

test('audio waits for the first keyframe, and lies on the same line', () => {
  const rig = new Rig();
  rig.audio(0);
  rig.video(false);
  assert.equal(rig.counters.beforeKeyframe, 2);
  for (let i = 1; i < 50; i++) {
    rig.clock.advance(40);
    rig.video(i % 25 === 1);
    rig.audio(i * 320);
  }
  assert.equal(rig.published[0]?.config.kind, 'video');
  const [video, audio] = rig.published.slice(-2);
  assert.ok(Math.abs((video?.wallClock ?? 0) - (audio?.wallClock ?? 1e9)) < 1);
  assert.equal(audio?.config.kind, 'audio');
});

test('the next session goes on with the numbers and the same configuration object', () => {
  const rig = new Rig();
  rig.play(1_000);
  rig.frames.end();
  rig.frames = rig.session();
  const before = rig.published.length;
  rig.clock.advance(5_000);
  for (let i = 0; i < 10; i++) {
    rig.clock.advance(40);
    rig.video(i === 0, { config: { ...VIDEO, record: new Uint8Array([1, 2, 3]) } });
  }
  const next = rig.published[before];
  assert.equal(next?.sequence, before);
  assert.equal(next?.discontinuity, true);
  assert.equal(next?.config, VIDEO);
  const other = { ...VIDEO, width: 640 };
  rig.video(true, { config: other });
  assert.equal(rig.published.at(-1)?.config, other);
});

test('a frame larger than the media link carries is left out, counted, and leaves a seam', () => {
  const rig = new Rig();
  rig.play(1_000);
  rig.video(false, { payload: new Uint8Array(MAX_FRAME_BYTES + 1) });
  rig.video(false);
  assert.equal(rig.counters.tooLarge, 1);
  assert.equal(rig.published.at(-1)?.discontinuity, true);
});

test('lost packets leave a seam in their own track', () => {
  const rig = new Rig();
  rig.play(1_000);
  rig.video(false, { lost: 2 });
  assert.equal(rig.published.at(-1)?.discontinuity, true);
  rig.video(false);
  assert.equal(rig.published.at(-1)?.discontinuity, false);
});
