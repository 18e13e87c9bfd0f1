import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAMERA_STATES, type CameraState } from '@vms/common/camera.ts';
import type { Camera } from '../api/types.ts';
import { createTranslate } from '../i18n/translate.ts';
import { createFormatters } from '../time/format.ts';
import {
  arrange,
  filterOf,
  lookOf,
  rateText,
  stateText,
  testRemedy,
  trackText,
} from './camera-state.ts';

const t = createTranslate(() => 'en');
const format = createFormatters('en', 'UTC');

function camera(name: string, state: CameraState, url = 'rtsp://10.0.0.1/'): Camera {
  return {
    id: name,
    name,
    url,
    username: '',
    hasPassword: false,
    demo: false,
    enabled: true,
    retentionDays: 30,
    createdAt: '',
    updatedAt: '',
    status: { state, since: 0, detail: '', tracks: [], framesPerSecond: 0, bitsPerSecond: 0 },
  };
}

test('every state has a look, a label, a meaning and a remedy', () => {
  for (const state of CAMERA_STATES) {
    assert.ok(lookOf(state).icon);
    for (const part of ['label', 'meaning', 'remedy'] as const) {
      assert.notEqual(stateText(t, state, part), '');
      if (state !== 'error') assert.notEqual(stateText(t, state, part), t(`state.error.${part}`));
    }
  }
});

test('a camera that was only tested is not told to be edited, nor of further attempts', () => {
  assert.match(testRemedy(t, 'wrong-password'), /tried only once/);
  assert.equal(testRemedy(t, 'not-found'), stateText(t, 'not-found', 'remedy'));
  for (const state of ['unreachable', 'no-frames', 'error'] as const) {
    const remedy = testRemedy(t, state);
    assert.doesNotMatch(remedy, /keep trying|reconnect/);
    assert.match(
      stateText(t, state, 'remedy').slice(remedy.length),
      /^ We (keep trying|reconnect)/,
    );
  }
});

test('a state that this page does not know is shown as an error', () => {
  const state = 'levitating' as CameraState;
  assert.equal(lookOf(state).tone, 'bad');
  assert.equal(stateText(t, state, 'label'), 'Error');
  assert.equal(filterOf(state), 'attention');
});

test('what needs attention comes first, then by name as people count', () => {
  const cameras = [
    camera('Gate 10', 'online'),
    camera('Gate 2', 'online'),
    camera('Attic', 'disabled'),
    camera('Yard', 'unreachable'),
  ];
  const names = (list: Camera[]): string[] => list.map((entry) => entry.name);
  assert.deepEqual(names(arrange(cameras, 'all', '', 'en')), [
    'Yard',
    'Gate 2',
    'Gate 10',
    'Attic',
  ]);
  assert.deepEqual(names(arrange(cameras, 'attention', '', 'en')), ['Yard']);
  assert.deepEqual(names(arrange(cameras, 'off', '', 'en')), ['Attic']);
});

test('the search knows no accents and looks at the address too', () => {
  const cameras = [camera('Portão', 'online'), camera('Yard', 'online', 'rtsp://10.0.0.77/')];
  assert.equal(arrange(cameras, 'all', ' portao ', 'pt-BR').length, 1);
  assert.equal(arrange(cameras, 'all', '0.77', 'pt-BR')[0]?.name, 'Yard');
  assert.equal(arrange(cameras, 'all', 'nothing', 'pt-BR').length, 0);
});

test('tracks in words', () => {
  const video = { kind: 'video', codec: 'h264', supported: true, width: 1920, height: 1080 };
  assert.equal(trackText(video, t, format), 'H.264 · 1920 × 1080');
  const audio = { kind: 'audio', codec: 'pcma', supported: true, sampleRate: 8000, channels: 1 };
  assert.equal(trackText(audio, t, format), 'G.711 A-law · 8 kHz · mono');
  const silent = { ...audio, delivery: 'nothing-yet', silentSeconds: 65 };
  assert.equal(
    trackText(silent, t, format),
    'G.711 A-law · 8 kHz · mono (announced; nothing usable received for 1 min 5 s)',
  );
  assert.match(trackText({ ...silent, delivery: 'stopped' }, t, format), /nothing received for/);
  assert.match(trackText({ ...audio, delivery: 'refused' }, t, format), /refuses to send it/);
  assert.equal(
    trackText({ ...audio, delivery: 'not-requested' }, t, format),
    'G.711 A-law · 8 kHz · mono',
  );
  const other = { kind: 'video', codec: 'MJPEG', supported: false };
  assert.equal(trackText(other, t, format), 'MJPEG (not supported)');
  assert.equal(
    rateText({ framesPerSecond: 25, bitsPerSecond: 4.2e6 }, t, format),
    '25 fps · 4.2 Mbit/s',
  );
  assert.equal(rateText({ framesPerSecond: 0, bitsPerSecond: 0 }, t, format), undefined);
});
