import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT_CODES } from '@vms/common/alert.ts';
import type { AlertView, Camera, Volume } from '../api/types.ts';
import { createTranslate, LOCALES } from '../i18n/translate.ts';
import { alertRemedy, alertTitle } from './alert-words.ts';
import { forecastOf } from './forecast.ts';

const alert: AlertView = {
  id: 'alert_a',
  code: 'service.failing',
  severity: 'critical',
  subject: { kind: 'service', id: 'storage', name: 'storage' },
  openedAt: '2026-01-01T00:00:00.000Z',
  closedAt: null,
  detail: 'In words.',
  values: {},
};

test('every alert of the system has its words in every language', () => {
  for (const locale of LOCALES) {
    const t = createTranslate(() => locale);
    for (const code of ALERT_CODES) {
      for (const key of [`alert.${code}`, `alert.${code}.do`]) assert.ok(t.find(key), key);
    }
  }
});

test('alerts name their subject as people do, and a camera’s state says more', () => {
  const t = createTranslate(() => 'en');
  assert.equal(alertTitle(t, alert), 'Recording does not work');
  const subject = { kind: 'camera', id: 'cam_a', name: 'Gate' } as const;
  const down = { ...alert, code: 'camera.down', subject, values: { state: 'wrong-password' } };
  assert.equal(alertTitle(t, down), 'Gate sends no pictures');
  assert.match(alertRemedy(t, down) ?? '', /enter the user name and password again/);
  assert.match(alertRemedy(t, { ...down, values: {} }) ?? '', /Look at the camera/);
});

test('an alert of a newer system speaks with the words that the system sent', () => {
  const t = createTranslate(() => 'pt-BR');
  assert.equal(alertTitle(t, { ...alert, code: 'moon.full' }), 'In words.');
  assert.equal(alertRemedy(t, { ...alert, code: 'moon.full' }), undefined);
});

test('the room is told in days of what is recorded now', () => {
  const camera = (state: string, bitsPerSecond: number) =>
    ({ status: { state, bitsPerSecond } }) as unknown as Camera;
  const volume = (state: string, freeBytes: number, recordedBytes: number) =>
    ({ state, freeBytes, recordedBytes }) as unknown as Volume;
  const cameras = [camera('online', 4e6), camera('online', 4e6), camera('unreachable', 9e9)];
  const volumes = [volume('recording', 5e11, 3.64e11), volume('missing', 1e15, 0)];
  assert.deepEqual(forecastOf(cameras, volumes), { bytesPerDay: 86.4e9, days: 10 });
  assert.equal(forecastOf([], volumes), undefined);
  assert.equal(forecastOf(cameras, []), undefined);
  assert.equal(forecastOf([camera('online', 1)], [volume('recording', 1e18, 0)])?.days, 9999);
});
