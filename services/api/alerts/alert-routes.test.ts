import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT_KINDS } from '@vms/common/alert.ts';
import { STATUS_FRESH_MS } from '../bounds.ts';
import { type ApiHarness, startApi } from '../testing/api-harness.ts';

const path = '/api/v1/alerts';

/** Two looks, of which the second surely began after this was called; time passes; again. */
async function outlast(api: ApiHarness, ms: number): Promise<void> {
  const look = () => api.ask('GET', '/api/v1/system');
  api.clock.advance(STATUS_FRESH_MS);
  await look();
  await look();
  api.clock.advance(ms);
  await look();
  await look();
}

test('a camera that is down is an alert; one that a person switched off is none', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  api.fake.states.set(id, 'unreachable');
  await outlast(api, ALERT_KINDS['camera.down'].opensAfterMs);
  const { json } = await api.ask('GET', path);
  assert.equal(json.nextCursor, null);
  assert.equal(json.alerts.length, 1);
  const { openedAt, id: alertId, ...alert } = json.alerts[0];
  assert.match(alertId, /^alert_[a-z2-7]{16}$/);
  assert.match(openedAt, /^2026-01-01T/);
  assert.deepEqual(alert, {
    code: 'camera.down',
    severity: 'critical',
    subject: { kind: 'camera', id, name: 'Door' },
    closedAt: null,
    detail: 'As the fake says.',
    values: { state: 'unreachable' },
  });
  const { alarms } = (await api.ask('GET', '/api/v1/system')).json;
  assert.deepEqual(alarms, [
    {
      code: 'camera.down',
      severity: 'critical',
      subject: 'Door',
      since: openedAt,
      detail: 'As the fake says.',
    },
  ]);
  await api.ask('PATCH', `/api/v1/cameras/${id}`, { body: { enabled: false } });
  await api.ask('GET', '/api/v1/system');
  assert.deepEqual((await api.ask('GET', path)).json.alerts, []);
  const [closed] = (await api.ask('GET', `${path}?state=all`)).json.alerts;
  assert.deepEqual([closed.id, closed.closedAt === null], [alertId, false]);
});

test('cameras are not down because ingest is away', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  api.fake.states.set(id, 'online');
  await outlast(api, 0);
  api.fake.fails = true;
  await outlast(api, 10 * 60_000);
  await outlast(api, 10 * 60_000);
  const { alerts } = (await api.ask('GET', path)).json;
  assert.deepEqual(alerts, []);
});

test('open alerts survive a restart of the program', async (t) => {
  const first = await startApi(t);
  await first.signIn();
  first.fake.volumeState = 'missing';
  await outlast(first, ALERT_KINDS['volume.missing'].opensAfterMs);
  const before = (await first.ask('GET', path)).json.alerts;
  assert.deepEqual([before[0].code, before[0].subject.name], ['volume.missing', '/volumes/a']);
  await first.api.stop();
  const second = await startApi(t, { again: first });
  second.cookie = first.cookie;
  await outlast(second, ALERT_KINDS['volume.missing'].opensAfterMs);
  assert.deepEqual((await second.ask('GET', `${path}?state=all`)).json.alerts, before);
});

test('alerts come in pages, newest first', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  for (const name of ['a', 'b', 'c']) {
    const { id } = await api.addCamera({ name });
    api.fake.states.set(id, 'wrong-password');
    await outlast(api, 1_000);
  }
  await outlast(api, ALERT_KINDS['camera.down'].opensAfterMs);
  const names: string[] = [];
  let cursor = '';
  do {
    const { json } = await api.ask('GET', `${path}?limit=2${cursor}`);
    names.push(...json.alerts.map((alert: { subject: { name: string } }) => alert.subject.name));
    cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
  } while (cursor !== '');
  assert.deepEqual(names, ['c', 'b', 'a']);
  const bad = await api.ask('GET', `${path}?cursor=nonsense`);
  assert.deepEqual([bad.status, bad.json.code], [400, 'http.invalid-request']);
  assert.equal((await api.ask('GET', `${path}?limit=501`)).status, 400);
});

test('a camera that gives frames and is not recorded is an alert, while its volume works', async (t) => {
  const { opensAfterMs, closesAfterMs } = ALERT_KINDS['camera.not-recording'];
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const open = async () =>
    (await api.ask('GET', path)).json.alerts.map(
      (alert: { code: string; values: object }) => [alert.code, alert.values] as const,
    );
  api.fake.states.set(id, 'online');
  api.fake.unacknowledgedMs.set(id, 30_000);
  api.fake.volumeState = 'full';
  await outlast(api, opensAfterMs);
  assert.deepEqual(await open(), [['volume.full', {}]], 'one cause is one alert');
  api.fake.volumeState = 'recording';
  await outlast(api, Math.max(opensAfterMs, ALERT_KINDS['volume.full'].closesAfterMs));
  assert.deepEqual(await open(), [['camera.not-recording', { seconds: 30 }]]);
  api.fake.unacknowledgedMs.set(id, 500);
  await outlast(api, closesAfterMs);
  assert.deepEqual(await open(), []);
});

test('a volume that cannot keep what is asked, or is eaten up, is filling', async (t) => {
  const { opensAfterMs, closesAfterMs } = ALERT_KINDS['volume.filling'];
  const api = await startApi(t);
  await api.signIn();
  const open = async () => (await api.ask('GET', path)).json.alerts;
  const steady = 24 * 3600_000;
  api.fake.volume = { forecast: { askedDays: 30, keptDays: 30, measuredMs: steady } };
  await outlast(api, opensAfterMs);
  assert.deepEqual(await open(), []);
  // What was measured for an hour only may be off by a lot: half of the days is no news yet.
  api.fake.volume = { forecast: { askedDays: 30, keptDays: 16, measuredMs: 3600_000 } };
  await outlast(api, opensAfterMs);
  assert.deepEqual(await open(), []);
  api.fake.volume = { forecast: { askedDays: 30, keptDays: 12.34, measuredMs: 3600_000 } };
  await outlast(api, opensAfterMs);
  const [alert] = await open();
  const room = { freeBytes: 10 ** 11, reserveBytes: 10 ** 10 };
  assert.deepEqual(alert.values, { ...room, reason: 'retention', askedDays: 30, keptDays: 12.3 });
  assert.match(alert.detail, /about 12\.3 days of recordings, not for the 30/);
  api.fake.volume = {};
  await outlast(api, closesAfterMs);
  assert.deepEqual(await open(), []);
  api.fake.volume = { freeBytes: 10n ** 9n };
  await outlast(api, opensAfterMs);
  assert.deepEqual((await open())[0].values, { ...room, freeBytes: 10 ** 9, reason: 'reserve' });
});

test('a room of a day where thirty were promised is an alert, and stands in the state of the system', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  api.fake.volume = { forecast: { askedDays: 30, keptDays: 1, measuredMs: 24 * 3600_000 } };
  await outlast(api, ALERT_KINDS['volume.filling'].opensAfterMs);
  const { json } = await api.ask('GET', '/api/v1/system');
  assert.deepEqual(json.volumes[0].forecast, { askedDays: 30, keptDays: 1, bytesPerDay: 0 });
  assert.deepEqual(
    json.alarms.map(({ code }: { code: string }) => code),
    ['volume.filling'],
  );
});

test('a recording that others damage, or that cannot be decoded, is an alert of its camera', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  api.fake.states.set(id, 'online');
  api.fake.unacknowledgedMs.set(id, 0);
  const open = async () => (await api.ask('GET', path)).json.alerts;
  const lostFile = { path: 'cam/x.mkv', how: 'missing', fromEpochMs: 0, toEpochMs: 60_000 };
  api.fake.recording = {
    lostFile,
    decodeCheck: { atEpochMs: 90_000, failures: 1, reason: 'no frame' },
  };
  await outlast(api, 0);
  const [damaged, ...more] = await open();
  assert.deepEqual(more, [], 'one keyframe is no alert');
  assert.equal(damaged.code, 'camera.recording-damaged');
  assert.deepEqual(damaged.values, {
    how: 'missing',
    from: '1970-01-01T00:00:00.000Z',
    to: '1970-01-01T00:01:00.000Z',
  });
  assert.match(damaged.detail, /^cam\/x\.mkv was deleted or moved by another program/);
  api.fake.recording = { decodeCheck: { atEpochMs: 90_000, failures: 2, reason: 'no frame' } };
  await outlast(api, 0);
  const [undecodable] = await open();
  assert.deepEqual(
    [undecodable.code, undecodable.severity, undecodable.values],
    ['camera.undecodable', 'critical', { at: '1970-01-01T00:01:30.000Z', failures: 2 }],
  );
  assert.match(undecodable.detail, /cannot be decoded: no frame/);
  api.fake.recording = { decodeCheck: { atEpochMs: 99_000, failures: 0, reason: '' } };
  await outlast(api, 0);
  assert.deepEqual(await open(), []);
});

test('a volume that another system uses is an alert', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  api.fake.volumeState = 'in-use';
  await outlast(api, ALERT_KINDS['volume.in-use'].opensAfterMs);
  const [alert] = (await api.ask('GET', path)).json.alerts;
  assert.deepEqual([alert.code, alert.severity], ['volume.in-use', 'critical']);
});

test('acknowledgements that stay late are an alert', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  api.fake.volume = { acknowledgementAgeMs: 2_500.4 };
  await outlast(api, ALERT_KINDS['acknowledgements.late'].opensAfterMs);
  const [alert] = (await api.ask('GET', path)).json.alerts;
  assert.deepEqual(
    [alert.code, alert.severity, alert.values],
    ['acknowledgements.late', 'warning', { ageMs: 2500, limitMs: 2000 }],
  );
});
