import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT_CODES } from '@vms/common/alert.ts';
import type { AlertView, Camera, Volume } from '../api/types.ts';
import { createTranslate, LOCALES } from '../i18n/translate.ts';
import { createFormatters } from '../time/format.ts';
import { alertRemedy, alertTime, alertTitle } from './alert-words.ts';
import { forecastOf, wholeDays } from './forecast.ts';

const english = createFormatters('en', 'America/Sao_Paulo');

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
  assert.equal(alertTitle(t, alert, english), 'Recording does not work');
  const subject = { kind: 'camera', id: 'cam_a', name: 'Gate' } as const;
  const down = { ...alert, code: 'camera.down', subject, values: { state: 'wrong-password' } };
  assert.equal(alertTitle(t, down, english), 'Gate sends no pictures');
  assert.match(alertRemedy(t, down) ?? '', /enter the user name and password again/);
  assert.match(alertRemedy(t, { ...down, values: {} }) ?? '', /Look at the camera/);
});

test('a certificate’s end is told as a day of the viewer', () => {
  const t = createTranslate(() => 'en');
  const values = { expiresAt: '2026-12-01T01:00:00.000Z' };
  assert.equal(
    alertTitle(t, { ...alert, code: 'certificate.expired', values }, english),
    'The certificate of this page expired on Nov 30, 2026',
  );
});

test('the time of an alert tells when it began and how long it lasts', () => {
  const t = createTranslate(() => 'en');
  const opened = { ...alert, openedAt: '2026-10-25T01:30:00.000Z' };
  const now = Date.parse('2026-10-25T01:34:05.000Z');
  const moment = (zone: string, at: number, later: number) =>
    createFormatters('en', zone).moment(at, later);
  assert.equal(
    alertTime(t, opened, (at) => moment('Europe/Berlin', at, now), now),
    'since 02:30:00 UTC+01:00 · 4 min 5 s',
  );
  const over = { ...opened, closedAt: '2026-10-25T05:00:00.000Z' };
  const later = now + 86_400_000;
  assert.equal(
    alertTime(t, over, (at) => moment('America/Sao_Paulo', at, later), later),
    'Oct 24, 22:30 · lasted 3 h 30 min',
  );
});

test('an alert of a newer system speaks with the words that the system sent', () => {
  const t = createTranslate(() => 'pt-BR');
  assert.equal(alertTitle(t, { ...alert, code: 'moon.full' }, english), 'In words.');
  assert.equal(alertRemedy(t, { ...alert, code: 'moon.full' }), undefined);
});

const camera = (state: string, bitsPerSecond: number, retentionDays = 30, maxBytes?: number) =>
  ({
    enabled: true,
    retentionDays,
    maxBytes,
    status: { state, bitsPerSecond },
  }) as unknown as Camera;
const volume = (
  state: string,
  freeBytes: number,
  recordedBytes: number,
  forecast: Volume['forecast'] = null,
) => ({ state, freeBytes, recordedBytes, forecast }) as unknown as Volume;

test('the room is given in days of what is recorded now, beside what was promised', () => {
  const cameras = [camera('online', 4e6), camera('online', 4e6), camera('unreachable', 9e9)];
  const volumes = [volume('recording', 5e11, 3.64e11), volume('missing', 1e15, 0)];
  const known = { bytesPerDay: 86.4e9, days: 10, promisedDays: 30, isShort: true };
  assert.deepEqual(forecastOf(cameras, volumes), known);
  assert.equal(forecastOf([], volumes), undefined);
  assert.equal(forecastOf(cameras, []), undefined);
  const short = forecastOf([camera('online', 1)], [volume('recording', 1e18, 0)]);
  assert.deepEqual([short?.days, short?.isShort], [9999, false]);
  // What a person limited is kept as long as it was promised to be.
  const limited = [camera('online', 4e6, 30, 1e11), camera('online', 4e6, 30, 1e11)];
  assert.equal(forecastOf(limited, volumes)?.isShort, false);
  assert.equal(forecastOf([camera('online', 8e6, 10)], volumes)?.isShort, false);
  assert.equal(forecastOf([camera('online', 8e6, 11)], volumes)?.isShort, true);
});

test('what the system measured counts more, and its worst disk speaks for all', () => {
  const measured = (askedDays: number, keptDays: number) => ({
    askedDays,
    keptDays,
    bytesPerDay: 1e9,
  });
  const volumes = [
    volume('recording', 1, 1, measured(30, 30)),
    volume('full', 1, 1, measured(30, 1.4)),
    volume('missing', 1, 1, measured(30, 0)),
  ];
  assert.deepEqual(forecastOf([camera('online', 1)], volumes), {
    bytesPerDay: 2e9,
    days: 1,
    promisedDays: 30,
    isShort: true,
  });
  assert.equal(forecastOf([], [volume('recording', 1, 1, measured(30, 29.99))])?.isShort, false);
});

test('room for more than was promised is shown, and a disk that was not measured counts', () => {
  const forecast = { askedDays: 30, keptDays: 30, bytesPerDay: 1e9 };
  const one = [volume('recording', 150e9, 50e9, forecast)];
  assert.deepEqual(forecastOf([], one), {
    bytesPerDay: 1e9,
    days: 200,
    promisedDays: 30,
    isShort: false,
  });
  const both = [...one, volume('recording', 1e12, 0)];
  // 4 Mbit/s are 43.2 GB a day.
  assert.equal(forecastOf([camera('online', 4e6)], both)?.bytesPerDay, 43.2e9);
  assert.equal(forecastOf([], both)?.bytesPerDay, 1e9);
});

test('days are shown whole, and the same everywhere', () => {
  const kept = { askedDays: 30, keptDays: 29.97, bytesPerDay: 1e9 };
  const known = forecastOf([], [volume('recording', 1, 1, kept)]);
  assert.deepEqual([known?.days, wholeDays(29.97), wholeDays(29.5)], [30, 30, 29]);
});
