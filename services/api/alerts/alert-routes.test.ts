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
  api.fake.volume = { forecast: { askedDays: 30, keptDays: 30 } };
  await outlast(api, opensAfterMs);
  assert.deepEqual(await open(), []);
  api.fake.volume = { forecast: { askedDays: 30, keptDays: 12.34 } };
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
