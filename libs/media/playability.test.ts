import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioConfig, VideoConfig } from '@vms/common/frame.ts';
import { playabilityOf, type StreamKnowledge } from './playability.ts';

function video(codec: 'h264' | 'h265'): VideoConfig {
  const codecString = codec === 'h264' ? 'avc1.64001f' : 'hvc1.1.6.L93.B0';
  return { kind: 'video', codec, width: 1280, height: 720, record: Uint8Array.of(), codecString };
}

const G711: AudioConfig = {
  kind: 'audio',
  codec: 'pcma',
  sampleRate: 8000,
  channels: 1,
  record: Uint8Array.of(),
  codecString: 'pcma',
};

test('WebRTC carries H.264 in order, and nothing else', () => {
  const plain: StreamKnowledge = {
    video: video('h264'),
    audio: G711,
    bFrames: false,
    access: 'closed',
  };
  assert.deepEqual(playabilityOf(plain).webrtc, {
    ok: true,
    detail: '',
    codecs: 'avc1.64001f,pcma',
  });
  assert.equal(playabilityOf({ ...plain, bFrames: true }).webrtc.reason, 'stream.b-frames');
  const open = playabilityOf({ ...plain, access: 'open' });
  assert.deepEqual([open.webrtc.reason, open.mse.ok], ['stream.without-idr', true]);
  const { webrtc, mse } = playabilityOf({ ...plain, access: 'gradual' });
  assert.deepEqual([webrtc.reason, mse.reason], ['stream.without-idr', 'stream.without-idr']);
  const h265 = playabilityOf({ ...plain, video: video('h265') });
  assert.equal(h265.webrtc.reason, 'stream.h265-not-playable');
  assert.match(h265.mse.detail, /decoder/);
});

test('MSE carries both codecs, with G.711 as FLAC; without a picture nothing is carried', () => {
  const { mse } = playabilityOf({
    video: video('h264'),
    audio: G711,
    bFrames: true,
    access: 'closed',
  });
  assert.equal(mse.ok, true);
  assert.equal(mse.codecs, 'avc1.64001f,flac');
  const none = playabilityOf({ video: undefined, audio: G711, bFrames: false, access: 'closed' });
  assert.equal(none.webrtc.reason, 'stream.no-frames');
  assert.equal(none.mse.ok, false);
});
