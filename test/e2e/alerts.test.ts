import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AlertView } from '@vms/api/alerts/alert-schemas.ts';
import { startMailServer } from '@vms/api/testing/mail-server.ts';
import { type ReceivedHook, startWebhookReceiver } from '@vms/api/testing/webhook-receiver.ts';
import { startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { listRuns } from '../system/recorded-frames.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

/** A secret as webhook services show it: base64 behind `whsec_`. */
const KEY = Buffer.from('a key of the duty room, 24 bytes or more');
const PATIENCE_SECONDS = 3;

function writeSecret(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vms-alerts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'webhook.secret');
  writeFileSync(path, `whsec_${KEY.toString('base64')}\n`, { mode: 0o600 });
  return path;
}

/** As a receiver checks it by the specification: over id, time and body, and the time is now. */
function assertSigned({ headers, body }: ReceivedHook): void {
  const { 'webhook-id': id, 'webhook-timestamp': seconds } = headers;
  const mac = createHmac('sha256', KEY).update(`${id}.${seconds}.${body}`).digest('base64');
  assert.equal(headers['webhook-signature'], `v1,${mac}`);
  assert.ok(Math.abs(Date.now() / 1000 - Number(seconds)) < 60);
}

test('a camera that vanishes is told of by page, webhook and mail, and so is its return', async (t) => {
  const cameras = [{ name: 'harbour' }];
  const simulator = await startCameraSimulator({ cameras });
  t.after(() => simulator.stop());
  const { url, port } = { url: simulator.url('harbour'), port: simulator.port };
  const hooks = await startWebhookReceiver(t);
  const mails = await startMailServer(t);
  const system = await RunningSystem.start({
    config: {
      alerts: {
        webhooks: [{ id: 'duty', url: hooks.url, secretFile: writeSecret(t) }],
        mail: {
          ...{ host: '127.0.0.1', port: mails.port, tls: 'none', gatherSeconds: 0 },
          ...{ from: 'vms@example.org', to: ['duty@example.org'], language: 'pt-BR' },
        },
        opensAfterSeconds: { 'camera.down': PATIENCE_SECONDS },
        closesAfterSeconds: { 'camera.down': PATIENCE_SECONDS },
      },
    },
  });
  t.after(() => system.remove());
  await system.signIn();
  const camera = await system.addCamera({ name: 'Porto <norte>', url });
  await waitFor('the first recording', () => listRuns(system.volume).length > 0);
  const stateOf = async (): Promise<string> =>
    (await system.call<{ status: { state: string } }>('GET', `/api/v1/cameras/${camera}`)).status
      .state;
  await waitFor('the camera to be online', async () => (await stateOf()) === 'online');

  const alerts = async (state: string): Promise<readonly AlertView[]> =>
    (await system.call<{ alerts: AlertView[] }>('GET', `/api/v1/alerts?state=${state}`)).alerts;
  assert.deepEqual(await alerts('all'), []);

  await simulator.stop();
  const down = await waitFor('the alert', async () => (await alerts('open'))[0]);
  assert.deepEqual(
    [down.code, down.severity, down.subject, down.values],
    [
      'camera.down',
      'critical',
      { kind: 'camera', id: camera, name: 'Porto <norte>' },
      { state: 'unreachable' },
    ],
  );
  const opened = await waitFor('its webhook', () => hooks.received[0]);
  assertSigned(opened);
  assert.equal(opened.json.type, 'alert.opened');
  assert.deepEqual(opened.json.data, down);
  const mail = await waitFor('its mail', () => mails.received[0]);
  assert.equal(mail.subject, '[VMS] Porto <norte> não envia imagens');

  const again = await startCameraSimulator({ cameras, port });
  t.after(() => again.stop());
  // As a page that is open does, which has the system looked at at once.
  await waitFor('its end', async () => {
    const { alarms } = await system.call<{ alarms: unknown[] }>('GET', '/api/v1/system');
    return alarms.length === 0;
  });
  const [over] = await alerts('all');
  assert.deepEqual({ ...over, closedAt: null }, down);
  const closed = await waitFor('the webhook of its end', () => hooks.received[1]);
  assertSigned(closed);
  assert.deepEqual([closed.json.type, closed.json.data], ['alert.closed', over]);
  assert.notEqual(closed.json.id, opened.json.id);
  const end = await waitFor('the mail of its end', () => mails.received[1]);
  assert.equal(end.subject, '[VMS] Encerrado: Porto <norte> não envia imagens');

  assert.deepEqual([hooks.received.length, mails.received.length], [2, 2], 'nothing twice');
});
