import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALERT_KINDS } from '@vms/common/alert.ts';
import { systemClock } from '@vms/common/clock.ts';
import { type ApiHarness, startApi, until } from '../testing/api-harness.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts';
import { MAX_DELIVERY_AGE_MS, MAX_REFUSALS } from './bounds.ts';
import { createWebhookChannel, signatureOf } from './webhook-channel.ts';

const SECRET = 'canary-0f4a-webhook-secret';
const code = 'volume.missing';
const { opensAfterMs, closesAfterMs } = ALERT_KINDS[code];
const STEP_MS = 30_000;
const channels = '/api/v1/alerts/channels';

async function secretFile(t: TestContext, text: string, mode = 0o600): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-alerts-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'secret');
  await writeFile(path, text, { mode });
  return path;
}

async function startBoth(t: TestContext, secret?: string) {
  const receiver = await startWebhookReceiver(t);
  const webhook = { id: 'duty', url: receiver.url, ...(secret && { secretFile: secret }) };
  const alerts = { webhooks: [webhook] };
  const api = await startApi(t, { alerts });
  await api.signIn();
  return { api, receiver, alerts };
}

/** Makes the volume go and come, as far as the alerts see it. */
async function change(api: ApiHarness, state: string, ms: number): Promise<void> {
  const look = () => api.ask('GET', '/api/v1/system');
  await look();
  api.fake.volumeState = state;
  await look();
  api.clock.advance(ms);
  await look();
  await look();
}

const missing = (api: ApiHarness) => change(api, 'missing', opensAfterMs);
const back = (api: ApiHarness) => change(api, 'recording', closesAfterMs);

/** Moves the clock on until it happens, slowly enough that nothing is a day old before it is tried. */
async function eventually(api: ApiHarness, condition: () => boolean | Promise<boolean>) {
  await until(async () => {
    api.clock.advance(STEP_MS);
    return condition();
  });
}

/** Types of the messages after de-duplication by id, as a receiver does it. */
function heard(receiver: WebhookReceiver): string[] {
  return [...new Map(receiver.received.map(({ json }) => [json.id, json.type])).values()];
}

test('an alert is posted when it opens and when it closes, signed as Standard Webhooks has it', async (t) => {
  const { api, receiver } = await startBoth(t, await secretFile(t, `${SECRET}\n`));
  await missing(api);
  await until(() => receiver.received.length === 1);
  const [opened] = receiver.received;
  assert.ok(opened);
  const { data, ...envelope } = opened.json;
  assert.deepEqual(envelope, {
    type: 'alert.opened',
    timestamp: new Date(api.clock.now()).toISOString(),
    id: opened.headers['webhook-id'],
  });
  assert.deepEqual(data, (await api.ask('GET', '/api/v1/alerts')).json.alerts[0]);
  const stamp = opened.headers['webhook-timestamp'];
  assert.equal(stamp, String(Math.floor(api.clock.now() / 1000)));
  const signed = `${envelope.id}.${stamp}.${opened.body}`;
  const mac = createHmac('sha256', SECRET).update(signed).digest('base64');
  assert.equal(opened.headers['webhook-signature'], `v1,${mac}`);
  await back(api);
  await until(() => receiver.received.length === 2);
  const closed = receiver.received[1]?.json;
  assert.deepEqual([closed.type, closed.data.id], ['alert.closed', data.id]);
  assert.notEqual(closed.data.closedAt, null);
  assert.notEqual(closed.id, envelope.id);
});

test('a secret as webhook services show it is decoded', () => {
  // The example of the Standard Webhooks specification's reference libraries.
  const signature = signatureOf(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1614265330,
    '{"test": 2432232314}',
  );
  assert.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a receiver that was away gets everything in order afterwards, nothing twice', async (t) => {
  const { api, receiver } = await startBoth(t);
  await receiver.close();
  await missing(api);
  await back(api);
  const waiting = async () => (await api.ask('GET', channels)).json.channels[0];
  await until(async () => /cannot be reached/.test((await waiting()).lastError));
  assert.equal((await waiting()).waiting, 2);
  const again = await startWebhookReceiver(t, receiver.port);
  let count = 0;
  again.answer = (response) => response.writeHead(count++ < 2 ? 500 : 200).end();
  await eventually(api, async () => (await waiting()).waiting === 0);
  assert.deepEqual(heard(again), ['alert.opened', 'alert.closed']);
  assert.equal(again.received.length, 4, 'two attempts were answered with 500');
  const { lastError, lastDeliveredAt } = await waiting();
  assert.deepEqual([lastError, typeof lastDeliveredAt], [null, 'string']);
  const metrics = (await api.ask('GET', '/metrics')).text;
  assert.match(metrics, /deliveries_total\{[^}]*channel="duty",result="delivered"[^}]*\} 2/);
  assert.match(metrics, /vms_api_alerts_open\{[^}]*code="volume.missing"[^}]*\} 0/);
});

test('what waits survives a restart, and what was delivered is not delivered again', async (t) => {
  const { api, receiver, alerts } = await startBoth(t);
  await missing(api);
  await until(() => receiver.received.length === 1);
  await receiver.close();
  await back(api);
  await until(async () => (await api.ask('GET', channels)).json.channels[0].lastError !== null);
  await api.api.stop();
  const next = await startWebhookReceiver(t, receiver.port);
  const second = await startApi(t, { again: api, alerts });
  await eventually(second, () => next.received.length > 0);
  await missing(second);
  await eventually(second, () => next.received.length > 1);
  assert.deepEqual(heard(next), ['alert.closed', 'alert.opened']);
});

test('a channel that is not configured any more keeps nothing waiting', async (t) => {
  const { api, receiver } = await startBoth(t);
  await receiver.close();
  await missing(api);
  await api.api.stop();
  const second = await startApi(t, { again: api });
  second.cookie = api.cookie;
  assert.deepEqual((await second.ask('GET', channels)).json.channels, []);
  await second.api.stop();
  const url = receiver.url;
  const third = await startApi(t, { again: api, alerts: { webhooks: [{ id: 'duty', url }] } });
  third.cookie = api.cookie;
  assert.equal((await third.ask('GET', channels)).json.channels[0].waiting, 0);
});

test('a redirect is not followed; what is refused is given up after some attempts', async (t) => {
  const { api, receiver } = await startBoth(t);
  const elsewhere = await startWebhookReceiver(t);
  receiver.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
  await missing(api);
  await eventually(api, () => receiver.received.length === MAX_REFUSALS);
  receiver.answer = (response) => response.writeHead(200).end();
  await back(api);
  await eventually(api, () => receiver.received.length > MAX_REFUSALS);
  assert.deepEqual(receiver.received.at(-1)?.json.type, 'alert.closed');
  assert.equal(new Set(receiver.received.slice(0, -1).map(({ json }) => json.id)).size, 1);
  assert.equal(elsewhere.received.length, 0);
  assert.match(api.logs.join(''), /redirects elsewhere \(307\)/);
});

test('a message that nobody takes is given up after a day', async (t) => {
  const { api, receiver } = await startBoth(t);
  receiver.answer = (response) => response.writeHead(503).end();
  await missing(api);
  await until(() => receiver.received.length === 1);
  api.clock.advance(MAX_DELIVERY_AGE_MS);
  await eventually(api, async () => {
    const { text } = await api.ask('GET', '/metrics');
    return /result="expired"[^}]*\} 1/.test(text);
  });
});

test('a receiver that hangs, and one that answers without end, hold nothing up for long', async (t) => {
  const receiver = await startWebhookReceiver(t);
  const target = { id: 'duty', url: receiver.url };
  const impatientChannel = createWebhookChannel(target, { clock: systemClock, timeoutMs: 300 });
  const channel = createWebhookChannel(target, { clock: systemClock });
  const send = (to = channel) =>
    to.send(
      'dlv_a',
      [{ id: 'dlv_a', event: 'test', at: 0, alert: null }],
      new AbortController().signal,
    );
  receiver.answer = () => {};
  await assert.rejects(send(impatientChannel), {
    code: 'alert.delivery-failed',
    message: /in time/,
  });
  receiver.answer = (response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', pour);
    pour();
  };
  await send();
  assert.equal(channel.target, `http://127.0.0.1:${receiver.port}`, 'no path: it may be secret');
});

test('a channel can be tried; one that is not there cannot', async (t) => {
  const { api, receiver } = await startBoth(t);
  const test = `${channels}/duty/test`;
  assert.deepEqual((await api.ask('POST', test)).json, {
    ok: true,
    detail: `http://127.0.0.1:${receiver.port} took the test message.`,
  });
  assert.deepEqual(
    [receiver.received[0]?.json.type, receiver.received[0]?.json.data],
    ['alert.test', null],
  );
  receiver.answer = (response) => response.writeHead(404).end();
  const refused = await api.ask('POST', test);
  assert.equal(refused.json.ok, false);
  assert.match(refused.json.detail, /answers 404/);
  let release = (): void => {};
  receiver.answer = (response) => {
    release = () => response.writeHead(204).end();
  };
  const slow = api.ask('POST', test);
  await until(() => receiver.received.length === 3);
  const busy = await api.ask('POST', test);
  assert.deepEqual([busy.status, busy.json.code], [429, 'alert.too-many-tests']);
  release();
  assert.equal((await slow).json.ok, true);
  const unknown = await api.ask('POST', `${channels}/nobody/test`);
  assert.deepEqual([unknown.status, unknown.json.code], [404, 'alert.channel-not-found']);
});

test('a secret that others may read is not used, and no secret is ever told', async (t) => {
  const path = await secretFile(t, SECRET, 0o644);
  const { api, receiver } = await startBoth(t, path);
  const tried = await api.ask('POST', `${channels}/duty/test`);
  assert.equal(tried.json.ok, false);
  assert.match(tried.json.detail, /other users of this machine may read it.*chmod 600/);
  assert.equal(receiver.received.length, 0);
  const good = await startBoth(t, await secretFile(t, SECRET));
  good.receiver.answer = (response) => response.writeHead(500).end(SECRET);
  await good.api.ask('POST', `${channels}/duty/test`);
  await missing(good.api);
  await until(() => good.receiver.received.length > 1);
  const answers = await Promise.all(
    ['/api/v1/alerts', channels, '/api/v1/system', '/metrics', '/health'].map((url) =>
      good.api.ask('GET', url),
    ),
  );
  const told = [...answers.map(({ text }) => text), ...good.api.logs, ...api.logs].join('');
  assert.ok(!told.includes(SECRET));
  assert.ok(!told.includes('/hooks/alerts'), 'nor the path of the address');
});
