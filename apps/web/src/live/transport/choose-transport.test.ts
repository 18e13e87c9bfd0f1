import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveSession } from '../../api/types.ts';
import { type BrowserAbilities, chooseTransport } from './choose-transport.ts';

const chromium: BrowserAbilities = { webrtc: true, mse: (codecs) => !/hvc1|hev1/.test(codecs) };
const calm = { sound: false, webrtcFailed: false };
const h264: LiveSession['playable'] = {
  webrtc: { ok: true, codecs: 'avc1.64001f' },
  mse: { ok: true, codecs: 'avc1.64001f,mp4a.40.2' },
};
const h265: LiveSession['playable'] = {
  webrtc: { ok: false, reason: 'stream.h265-not-playable' },
  mse: { ok: true, codecs: 'hvc1.1.6.L93.B0' },
};

const ways = (choices: ReturnType<typeof chooseTransport>): string =>
  'reason' in choices
    ? choices.reason
    : choices.ways.map(({ kind, why }) => `${kind} ${why}`).join(', ');

test('WebRTC comes first, MSE is what to fall back to', () => {
  assert.equal(ways(chooseTransport(h264, chromium, calm)), 'webrtc fastest, mse no-media');
});

test('MSE comes first for AAC that is wanted, and after WebRTC has failed', () => {
  const wants = { sound: true, webrtcFailed: false };
  assert.equal(ways(chooseTransport(h264, chromium, wants)), 'mse sound, webrtc only');
  const g711 = { ...h264, mse: { ok: true, codecs: 'avc1.64001f,flac' } };
  assert.equal(ways(chooseTransport(g711, chromium, wants)), 'webrtc fastest, mse no-media');
  const failed = { sound: false, webrtcFailed: true };
  assert.equal(ways(chooseTransport(h264, chromium, failed)), 'mse no-media, webrtc only');
});

test('MSE comes first for a picture that WebRTC would squash, which is better than none', () => {
  const squashed = { ...h264, webrtc: { ok: true, reason: 'stream.pixels-not-square' } };
  assert.equal(ways(chooseTransport(squashed, chromium, calm)), 'mse shape, webrtc only');
  const withoutMse: BrowserAbilities = { webrtc: true, mse: () => false };
  assert.equal(ways(chooseTransport(squashed, withoutMse, calm)), 'webrtc fastest');
});

test('what the stream or the browser leaves is taken, and why is told', () => {
  const bFrames = { ...h264, webrtc: { ok: false, reason: 'stream.b-frames' } };
  assert.equal(ways(chooseTransport(bFrames, chromium, calm)), 'mse b-frames');
  assert.equal(ways(chooseTransport(h264, { ...chromium, webrtc: false }, calm)), 'mse browser');
  const safari: BrowserAbilities = { webrtc: true, mse: () => true };
  assert.equal(ways(chooseTransport(h265, safari, calm)), 'mse h265');
  assert.equal(
    ways(chooseTransport(h264, { webrtc: true, mse: () => false }, calm)),
    'webrtc fastest',
  );
});

test('where nothing is left, the reason is that of the stream', () => {
  assert.equal(ways(chooseTransport(h265, chromium, calm)), 'stream.h265-not-playable');
  const silent = { ok: false, reason: 'stream.no-frames' };
  assert.equal(
    ways(chooseTransport({ webrtc: silent, mse: silent }, chromium, calm)),
    'stream.no-frames',
  );
  const nothing: BrowserAbilities = { webrtc: false, mse: () => false };
  assert.equal(ways(chooseTransport(h264, nothing, calm)), 'stream.codec-not-playable');
});
