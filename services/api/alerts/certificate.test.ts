import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ALERT_KINDS } from '@vms/common/alert.ts';
import { startApi } from '../testing/api-harness.ts';

const HOUR_MS = 3600_000;

interface Report {
  checks: Record<string, { status: string; message?: string; values?: object }>;
}

/** The API with a gateway whose health is `report`, as it stands when it is asked. */
async function startBoth(t: TestContext, report: Report) {
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ status: 'degraded', ...report }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const api = await startApi(t, { config: { gatewayUrl: `http://127.0.0.1:${port}` } });
  await api.signIn();
  const get = async (path: string) => (await api.ask('GET', `/api/v1/${path}`)).json;
  const open = async () => {
    await get('system');
    return (await get('alerts')).alerts;
  };
  return { api, server, get, open };
}

test('a certificate of one’s own is told of before its end, and again after it', async (t) => {
  const report: Report = { checks: {} };
  const { api, open } = await startBoth(t, report);
  const expiresAt = api.clock.now() + 3 * HOUR_MS;
  const values = { expiresAt, renewBy: expiresAt - 2 * HOUR_MS, own: 1 };
  report.checks.certificate = { status: 'ok', message: 'In words.', values };
  assert.deepEqual(await open(), []);
  api.clock.advance(HOUR_MS);
  const [{ code, severity, subject, detail, values: told }, ...more] = await open();
  assert.deepEqual([code, severity, detail], ['certificate.expiring', 'warning', 'In words.']);
  assert.deepEqual(subject, { kind: 'service', id: 'gateway', name: 'gateway' });
  assert.deepEqual(told, { expiresAt: new Date(expiresAt).toISOString() });
  assert.deepEqual(more, []);
  report.checks.certificate.status = 'degraded';
  api.clock.advance(2 * HOUR_MS);
  await open();
  api.clock.advance(ALERT_KINDS['service.degraded'].opensAfterMs);
  const expired = await open();
  assert.deepEqual(
    expired.map((alert: { code: string; severity: string }) => [alert.code, alert.severity]),
    [['certificate.expired', 'critical']],
    'one cause is one alert: it is not a limit of the gateway besides',
  );
  const renewed = { expiresAt: expiresAt + 9 * HOUR_MS, renewBy: expiresAt + HOUR_MS, own: 1 };
  report.checks.certificate = { status: 'ok', values: renewed };
  assert.deepEqual(await open(), []);
});

test('one that was made here renews itself: nothing is told', async (t) => {
  const values = { expiresAt: 0, renewBy: 0, own: 0 };
  const report = { checks: { certificate: { status: 'ok', values } } };
  const { open } = await startBoth(t, report);
  assert.deepEqual(await open(), []);
});

test('files that cannot be used are a limit of the gateway; what it hears of others is not', async (t) => {
  const files = { status: 'degraded', message: 'The key is another’s.' };
  const report: Report = { checks: { storage: { status: 'failing', message: 'It is away.' } } };
  const { api, get, open } = await startBoth(t, report);
  const gateway = async () =>
    (await get('system')).services.find(({ name }: { name: string }) => name === 'gateway');
  assert.deepEqual(await gateway(), { name: 'gateway', status: 'ok', detail: null });
  report.checks['certificate files'] = files;
  assert.deepEqual(await gateway(), {
    name: 'gateway',
    status: 'degraded',
    detail: 'The key is another’s.',
  });
  api.clock.advance(ALERT_KINDS['service.degraded'].opensAfterMs);
  const [alert] = await open();
  assert.deepEqual([alert.code, alert.subject.id], ['service.degraded', 'gateway']);
});

test('a gateway that is away is told of, and the API says that it is well itself', async (t) => {
  const { api, server, open } = await startBoth(t, { checks: {} });
  assert.deepEqual(await open(), []);
  server.closeAllConnections();
  server.close();
  await open();
  api.clock.advance(ALERT_KINDS['service.unreachable'].opensAfterMs);
  const [alert] = await open();
  assert.deepEqual([alert.code, alert.subject.id], ['service.unreachable', 'gateway']);
  assert.equal((await api.ask('GET', '/health')).json.status, 'ok');
});
