import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraChange, cameraInput } from './camera-schemas.ts';

const url = 'rtsp://192.0.2.7/a';
const isTaken = (name: string): boolean =>
  cameraInput.safeParse({ name, url }).success && cameraChange.safeParse({ name }).success;

test('a camera has a name that shows something', () => {
  for (const name of ['', ' ', '\u202E\u200B', '\u200D', '\u2800', 'a\u0007b']) {
    assert.equal(isTaken(name), false, JSON.stringify(name));
  }
  for (const name of [
    'Gate',
    '\u05E9\u05E2\u05E8',
    '\u200F\u0628\u0627\u0628',
    '\u{1F468}\u200D\u{1F469}',
  ]) {
    assert.equal(isTaken(name), true, JSON.stringify(name));
  }
});

test('of an empty name one fault is named', () => {
  assert.equal(cameraInput.safeParse({ name: '', url }).error?.issues.length, 1);
});
