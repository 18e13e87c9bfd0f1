import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { ALERT_CODES, ALERT_KINDS, type Alert } from '@vms/common/alert.ts';
import type { SMTPServerOptions } from 'smtp-server';
import { type ApiHarness, startApi, until } from '../../testing/api-harness.ts';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { MAX_REFUSALS } from '../bounds.ts';
import { alertsConfigSchema, type MailConfig } from '../config.ts';
import { createMailChannel } from './mail-channel.ts';
import { MAIL_LANGUAGES, mailText } from './mail-text.ts';

const PASSWORD = 'canary-77b1-mail-password';
const SECOND = 1_000;
const never = new AbortController().signal;
const testMessage = { id: 'dlv_a', event: 'test', at: 0, alert: null } as const;

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vms-mail-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

/** Certificate of 127.0.0.1; undefined where openssl is not installed. */
async function certificate(t: TestContext) {
  const at = await folder(t);
  const [keyFile, caFile] = [join(at, 'key.pem'), join(at, 'cert.pem')];
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mail -days 2';
  try {
    await promisify(execFile)('openssl', [
      ...words.split(' '),
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', caFile],
    ]);
    return { key: await readFile(keyFile, 'utf8'), cert: await readFile(caFile, 'utf8'), caFile };
  } catch {
    return undefined;
  }
}

function configOf({ port }: { port: number }, more: object = {}): MailConfig {
  const mail = {
    ...{ host: '127.0.0.1', port, tls: 'none', from: 'vms@example.org' },
    to: ['duty@example.org'],
    ...more,
  };
  const config = alertsConfigSchema.parse({ mail }).mail;
  assert.ok(config);
  return config;
}

const channelOf = (config: MailConfig) => createMailChannel(config, { timeZone: 'UTC' });

/** Takes cameras away, so that an alert each opens. */
async function takeDown(api: ApiHarness, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { id } = await api.addCamera({ name });
    api.fake.states.set(id, 'unreachable');
    ids.push(id);
  }
  await outlast(api, ALERT_KINDS['camera.down'].opensAfterMs);
  return ids;
}

async function outlast(api: ApiHarness, ms: number): Promise<void> {
  const look = () => api.ask('GET', '/api/v1/system');
  api.clock.advance(SECOND);
  await look();
  await look();
  api.clock.advance(ms);
  await look();
  await look();
}

async function startBoth(t: TestContext, more: object = {}) {
  const server = await startMailServer(t);
  const mail = configOf(server, more);
  const api = await startApi(t, { alerts: { mail } });
  await api.signIn();
  const waiting = async () => (await api.ask('GET', '/api/v1/alerts/channels')).json.channels[0];
  return { api, server, mail, waiting };
}

/** Moves the clock on until so many mails have come. */
async function mails(api: ApiHarness, server: MailServer, count: number, stepMs = 10 * SECOND) {
  await until(() => {
    api.clock.advance(stepMs);
    return server.received.length >= count;
  });
  assert.equal(server.received.length, count);
}

test('alerts within a while come in one mail, and another when they are over', async (t) => {
  const { api, server } = await startBoth(t, { language: 'pt-BR' });
  const ids = await takeDown(api, ['Portão', 'Garagem', 'Pátio']);
  assert.equal(server.received.length, 0, 'it waits for others');
  await mails(api, server, 1);
  const [mail] = server.received;
  assert.ok(mail);
  assert.deepEqual(
    [mail.from, mail.to, mail.secure],
    ['vms@example.org', ['duty@example.org'], false],
  );
  assert.match(mail.subject, /^\[VMS\] 3 novos – \S+ não envia imagens$/);
  for (const name of ['Portão', 'Garagem', 'Pátio']) {
    assert.match(mail.text, new RegExp(`^${name} não envia imagens$`, 'm'));
  }
  assert.match(mail.text, /O que fazer: Confira a energia/);
  assert.match(mail.text, /^ {2}Desde .*20\d\d.*\(\S+\)$/m);
  assert.match(mail.head, /^Auto-Submitted: auto-generated/m);
  for (const id of ids) api.fake.states.set(id, 'online');
  await outlast(api, ALERT_KINDS['camera.down'].closesAfterMs);
  await mails(api, server, 2);
  assert.match(server.received[1]?.subject ?? '', /^\[VMS\] 3 encerrados – Encerrado: /);
});

test('a mail server that was away gets the mail afterwards, once', async (t) => {
  const { api, server, waiting } = await startBoth(t);
  await server.close();
  await takeDown(api, ['Door']);
  await until(async () => {
    api.clock.advance(10 * SECOND);
    return (await waiting()).lastError !== null;
  });
  const { lastError, target } = await waiting();
  assert.match(lastError, /The mail server 127\.0\.0\.1:\d+ cannot be reached/);
  assert.equal(target, 'duty@example.org');
  const again = await startMailServer(t, {}, server.port);
  again.refusal = 451;
  await until(async () => {
    api.clock.advance(10 * SECOND);
    return /\(451\)/.test((await waiting()).lastError);
  });
  again.refusal = undefined;
  await mails(api, again, 1, 30 * SECOND);
  assert.match(again.received[0]?.subject ?? '', /^\[VMS\] Door sends no pictures$/);
  await until(async () => (await waiting()).waiting === 0);
  assert.equal((await waiting()).lastError, null);
});

test('a mail that is refused for good is given up after some attempts', async (t) => {
  const { api, server, waiting } = await startBoth(t);
  server.refusal = 554;
  await takeDown(api, ['Door']);
  await until(async () => {
    api.clock.advance(30 * SECOND);
    return (await waiting()).waiting === 0;
  });
  const { text } = await api.ask('GET', '/metrics');
  assert.match(text, new RegExp(`result="failed"[^}]*\\} ${MAX_REFUSALS - 1}\\b`));
  assert.match(text, /result="given-up"[^}]*\} 1\b/);
});

test('mails within an hour are bounded; what comes above is told in one', async (t) => {
  const { api, server } = await startBoth(t, { maxPerHour: 2, gatherSeconds: 0 });
  const [first = '', second = ''] = await takeDown(api, ['A', 'B']);
  await mails(api, server, 1, SECOND);
  api.fake.states.set(first, 'online');
  await outlast(api, ALERT_KINDS['camera.down'].closesAfterMs);
  await mails(api, server, 2, SECOND);
  api.fake.states.set(second, 'online');
  await outlast(api, ALERT_KINDS['camera.down'].closesAfterMs);
  await takeDown(api, ['C', 'D']);
  await outlast(api, 20 * 60 * SECOND);
  assert.equal(server.received.length, 2);
  await mails(api, server, 3, 60 * SECOND);
  assert.match(server.received[2]?.subject ?? '', /^\[VMS\] 2 new, 1 over – Over: B/);
});

test('STARTTLS and TLS with sign-in; a certificate that is not trusted is refused', async (t) => {
  const made = await certificate(t);
  if (made === undefined) return t.skip('openssl is not installed');
  const { key, cert, caFile } = made;
  const passwordFile = join(await folder(t), 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) => {
    if (password === PASSWORD) done(null, { user: username ?? '' });
    else done(new Error(`${password} is wrong`));
  };
  const options = { key, cert, authOptional: false, onAuth };
  const signIn = { user: 'vms', passwordFile, caFile };
  for (const tls of ['starttls', 'tls'] as const) {
    const server = await startMailServer(t, { ...options, secure: tls === 'tls' });
    const config = configOf(server, { ...signIn, tls });
    await channelOf(config).send('dlv_x', [testMessage], never);
    const [mail] = server.received;
    assert.deepEqual([mail?.secure, mail?.user], [true, 'vms']);
    assert.equal(mail?.messageId, '<dlv_x@example.org>');
    assert.equal(mail?.subject, '[VMS] Test message');
    await assert.rejects(
      channelOf(configOf(server, { ...signIn, caFile: undefined, tls })).send(
        'dlv_y',
        [testMessage],
        never,
      ),
      { code: 'alert.delivery-failed', message: /trusted/ },
    );
    await writeFile(passwordFile, `${PASSWORD}-wrong`);
    await assert.rejects(channelOf(config).send('dlv_z', [testMessage], never), (error: Error) => {
      assert.match(error.message, /does not accept the user name and password \(535\)/);
      assert.ok(!error.message.includes(PASSWORD), 'what the server says back is not repeated');
      return true;
    });
    await writeFile(passwordFile, PASSWORD);
  }
  const plain = await startMailServer(t, { disabledCommands: ['STARTTLS'] });
  await assert.rejects(
    channelOf(configOf(plain, { tls: 'starttls', caFile })).send('dlv_p', [testMessage], never),
    { code: 'alert.delivery-failed', message: /no encryption/ },
  );
  assert.equal(plain.received.length, 0);
});

test('the password of the mail server is told to nobody else', async (t) => {
  const passwordFile = join(await folder(t), 'password');
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  const { api, server } = await startBoth(t, { user: 'vms', passwordFile, gatherSeconds: 0 });
  await takeDown(api, ['Door']);
  const tried = await api.ask('POST', '/api/v1/alerts/channels/mail/test');
  assert.equal(tried.json.ok, false, 'the server offers no sign-in without encryption');
  const urls = ['/api/v1/alerts', '/api/v1/alerts/channels', '/metrics', '/health'];
  const answers = await Promise.all(urls.map((url) => api.ask('GET', url)));
  const told = [tried.text, ...answers.map(({ text }) => text), ...api.logs].join('');
  for (const form of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) {
    assert.ok(!told.includes(form));
  }
  assert.equal(server.received.length, 0);
});

test('a mail server that says nothing is given up in time', async (t) => {
  const sockets = new Set<{ destroy(): void }>();
  const silent = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as { port: number };
  const channel = createMailChannel(configOf({ port }), { timeZone: 'UTC', timeoutMs: 200 });
  await assert.rejects(channel.send('dlv_a', [testMessage], never), {
    code: 'alert.delivery-failed',
    message: /does not answer in time/,
  });
});

test('without encryption only to this machine, and a user needs a password', () => {
  const mail = { host: 'mail.example.org', from: 'a@example.org', to: ['b@example.org'] };
  const isGood = (more: object) =>
    alertsConfigSchema.safeParse({ mail: { ...mail, ...more } }).success;
  assert.ok(isGood({}));
  assert.ok(!isGood({ tls: 'none' }));
  assert.ok(isGood({ tls: 'none', host: 'localhost' }));
  assert.ok(!isGood({ user: 'a' }));
  assert.ok(!isGood({ passwordFile: 'relative', user: 'a' }));
});

test('every alert has its words in every language, and names cannot break them', () => {
  const alert = (code: Alert['code']): Alert => ({
    id: 'alert_a',
    code,
    severity: 'critical',
    subject: { kind: 'camera', id: 'cam_a', name: 'Name\r\nBcc: x@example.org \u202eeman' },
    openedAt: 0,
    closedAt: null,
    detail: 'One.\nTwo.',
    values: { freeBytes: 3.2e9, keptDays: 12.34, askedDays: 30, cameras: 2, reason: 'retention' },
  });
  const subjects = new Set<string>();
  for (const language of MAIL_LANGUAGES) {
    for (const code of ALERT_CODES) {
      const message = { id: 'dlv_a', event: 'opened', at: 0, alert: alert(code) } as const;
      const { subject, text } = mailText([message], language, 'America/Sao_Paulo');
      assert.ok(!/[\r\n\u202e]/.test(subject), subject);
      assert.ok(!/undefined|NaN/.test(text), text);
      assert.match(text, /\(America\/Sao_Paulo\)/);
      subjects.add(subject);
    }
  }
  assert.equal(subjects.size, ALERT_CODES.length * MAIL_LANGUAGES.length);
});
