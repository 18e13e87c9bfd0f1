import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT_KINDS } from '@vms/common/alert.ts';
import { startApi } from '../testing/api-harness.ts';

test('tells version, services and volumes', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { json } = await api.ask('GET', '/api/v1/system');
  assert.match(json.version, /^\d+\.\d+\.\d+/);
  assert.equal(json.timeZone, 'America/Sao_Paulo');
  assert.deepEqual(json.services, [
    { name: 'api', status: 'ok', detail: null },
    { name: 'ingest', status: 'ok', detail: null },
    { name: 'storage', status: 'ok', detail: null },
    { name: 'stream', status: 'ok', detail: null },
  ]);
  assert.deepEqual(json.volumes, [
    {
      id: 'vol_a',
      path: '/volumes/a',
      totalBytes: 10 ** 12,
      freeBytes: 10 ** 11,
      recordedBytes: 5,
      state: 'recording',
      detail: '',
      acknowledgementAgeMs: 300,
      forecast: null,
    },
  ]);
  assert.deepEqual(json.alarms, []);
});

test('an alarm is an open alert: it has its patience, says since when, and goes when its cause does', async (t) => {
  const { opensAfterMs, closesAfterMs } = ALERT_KINDS['volume.full'];
  const api = await startApi(t);
  await api.signIn();
  const alarms = async () => (await api.ask('GET', '/api/v1/system')).json.alarms;
  api.fake.volumeState = 'full';
  const began = api.clock.now();
  const alarm = {
    code: 'volume.full',
    severity: 'critical',
    subject: '/volumes/a',
    since: new Date(began).toISOString(),
    detail: 'No space.',
  };
  assert.deepEqual(await alarms(), []);
  api.clock.advance(opensAfterMs);
  assert.deepEqual(await alarms(), [alarm]);
  api.clock.advance(60_000);
  assert.deepEqual(await alarms(), [alarm]);
  api.fake.volumeState = 'recording';
  assert.deepEqual(await alarms(), [alarm]);
  api.clock.advance(closesAfterMs);
  assert.deepEqual(await alarms(), []);
});

test('services that are away are alarms, and make health degraded', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  await api.fake.close();
  await api.ask('GET', '/api/v1/system');
  api.clock.advance(ALERT_KINDS['service.unreachable'].opensAfterMs);
  const { json } = await api.ask('GET', '/api/v1/system');
  assert.deepEqual(
    json.alarms.map((a: { code: string; subject: string }) => [a.code, a.subject]).sort(),
    [
      ['service.unreachable', 'ingest'],
      ['service.unreachable', 'storage'],
      ['service.unreachable', 'stream'],
    ],
  );
  const health = await api.ask('GET', '/health');
  assert.deepEqual([health.status, health.json.status], [200, 'degraded']);
  assert.equal(health.json.checks.database.status, 'ok');
});
