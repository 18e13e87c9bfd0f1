import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { gateway } from '../testing/gateway-harness.ts';
import { exchange } from '../testing/raw-client.ts';
import { renewalOf, WARN_DAYS } from './certificate.ts';
import {
  CertificateKeeper,
  POLL_INTERVAL_MS,
  RENEW_DAYS,
  type TlsSetting,
} from './certificate-keeper.ts';
import { REDIRECT_BOUNDS, redirectToHttps } from './redirect.ts';
import { LIFE_DAYS, MAX_NAMES, makeSelfSigned, namesOfMachine } from './self-signed.ts';

const DAY_MS = 86_400_000;
const NAMES = ['localhost', 'cameras.example', '127.0.0.1', '::1'];

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'vms-tls-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Files as an authority gives them; `at` is when it did. */
async function ownFiles(path: string, at = Date.now()) {
  const { cert, key } = await makeSelfSigned(NAMES, at);
  const setting = { certFile: join(path, 'own.crt'), keyFile: join(path, 'own.key') };
  writeFileSync(setting.certFile, cert);
  writeFileSync(setting.keyFile, key);
  return { ...setting, cert, key };
}

function keeper(
  setting: TlsSetting,
  path: string,
  clock = new ManualClock(Math.floor(Date.now() / 1000) * 1000),
) {
  const told: string[] = [];
  const tell = (_fields: object, message: string): void => void told.push(message);
  const logger = { ...silentLogger, error: tell };
  const options = { setting, folder: path, clock, logger, names: () => NAMES };
  return { clock, told, certificates: new CertificateKeeper(options) };
}

async function ask(url: string, options: RequestOptions) {
  const asked = get(url, options);
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer;
}

test('makes a certificate for names and addresses, P-256, 397 days, and keeps it', async (t) => {
  const path = folder(t);
  const { clock, certificates } = keeper('auto', path);
  const made = await certificates.open();
  const leaf = new X509Certificate(made.cert);
  for (const name of NAMES.slice(0, 2)) assert.equal(leaf.checkHost(name), name);
  for (const address of NAMES.slice(2)) assert.equal(leaf.checkIP(address), address);
  assert.equal(leaf.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(Math.round((made.expiresAt - made.startsAt) / DAY_MS), LIFE_DAYS);
  assert.ok(leaf.verify(leaf.publicKey));
  assert.ok(!certificates.isTrusted);
  assert.equal(statSync(join(path, 'made-here.pem')).mode & 0o077, 0);
  const again = await keeper('auto', path, clock).certificates.open();
  assert.equal(again.fingerprint, made.fingerprint);
});

test('names no more than it may, and knows this machine', async () => {
  const many = Array.from({ length: MAX_NAMES + 1 }, (_, i) => `host-${i}`);
  const leaf = new X509Certificate((await makeSelfSigned(many, Date.now())).cert);
  assert.equal(leaf.checkHost(`host-${MAX_NAMES - 1}`), `host-${MAX_NAMES - 1}`);
  assert.equal(leaf.checkHost(`host-${MAX_NAMES}`), undefined);
  assert.ok(namesOfMachine().includes('localhost'));
});

test('makes it again before it ends, and where its file is damaged', async (t) => {
  const path = folder(t);
  const { clock, certificates } = keeper('auto', path);
  const first = await certificates.open();
  const renewed: string[] = [];
  const look = () => certificates.look(({ fingerprint }) => void renewed.push(fingerprint));
  clock.advance((LIFE_DAYS - 1 - RENEW_DAYS) * DAY_MS - 1);
  await look();
  assert.deepEqual(renewed, []);
  clock.advance(2);
  await look();
  assert.equal(renewed.length, 1);
  assert.notEqual(renewed[0], first.fingerprint);
  writeFileSync(join(path, 'made-here.pem'), 'nonsense');
  const mended = await keeper('auto', path, clock).certificates.open();
  assert.notEqual(mended.fingerprint, renewed[0]);
});

test('takes renewed files up by itself, and keeps the last good one', async (t) => {
  const path = folder(t);
  const files = await ownFiles(path);
  const { clock, told, certificates } = keeper(files, path);
  await certificates.open();
  assert.ok(certificates.isTrusted);
  const { promise, resolve } = Promise.withResolvers<string>();
  certificates.watch(({ cert }) => resolve(cert));
  const next = await makeSelfSigned(NAMES, Date.now());
  writeFileSync(files.certFile, next.cert);
  await certificates.look(() => assert.fail('the key is still the old one'));
  assert.equal(certificates.checks()['certificate files']?.status, 'degraded');
  assert.equal(certificates.checks().certificate?.status, 'ok', 'the last good one');
  await certificates.look(() => assert.fail('the key is still the old one'));
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /key is not that of the certificate.*The last good one stays/);
  writeFileSync(files.keyFile, next.key);
  clock.advance(POLL_INTERVAL_MS);
  assert.equal(await promise, next.cert);
  assert.deepEqual(Object.keys(certificates.checks()), ['certificate']);
  assert.equal(certificates.checks().certificate?.status, 'ok');
  certificates.stop();
});

const broken: [string, (files: Awaited<ReturnType<typeof ownFiles>>) => void, RegExp][] = [
  ['is missing', ({ certFile }) => rmSync(certFile), /ENOENT.*own\.crt/],
  ['is no certificate', ({ certFile }) => writeFileSync(certFile, 'x'), /own\.crt, .*own\.key: /],
  ['has no key', ({ keyFile }) => writeFileSync(keyFile, 'x'), /own\.key: /],
];
for (const [what, breakIt, words] of broken) {
  test(`goes on with one made here where one's own ${what}`, async (t) => {
    const path = folder(t);
    const files = await ownFiles(path);
    breakIt(files);
    const { told, certificates } = keeper(files, path);
    await certificates.open();
    assert.ok(!certificates.isTrusted);
    assert.match(told.join(), words);
    assert.match(told.join(), /One made here is used\.$/);
    const { certificate, 'certificate files': check } = certificates.checks();
    assert.equal(check?.status, 'degraded');
    assert.match(check?.message ?? '', words);
    assert.deepEqual([certificate?.status, certificate?.values?.own], ['ok', 0]);
  });
}

test('tells of an end that is near, and of one that has been', async (t) => {
  const path = folder(t);
  // Certificates know whole seconds: the clock begins in the one in which this one was made.
  const clock = new ManualClock(Math.floor(Date.now() / 1000) * 1000);
  const files = await ownFiles(path, clock.now());
  const { certificates } = keeper(files, path, clock);
  const { expiresAt } = await certificates.open();
  const renewBy = expiresAt - WARN_DAYS * DAY_MS;
  const check = () => certificates.checks().certificate;
  assert.deepEqual(check()?.values, { expiresAt, renewBy, own: 1 });
  clock.advance((LIFE_DAYS - 1 - WARN_DAYS) * DAY_MS - 1);
  assert.equal(check()?.status, 'ok');
  clock.advance(2);
  assert.match(check()?.message ?? '', /expires on \S+ \(days left: 20\): renew it/);
  clock.advance((WARN_DAYS - 2) * DAY_MS);
  assert.match(check()?.message ?? '', /\(days left: 1\)/);
  clock.advance(DAY_MS);
  assert.match(check()?.message ?? '', /\(days left: 0\)/);
  clock.advance(DAY_MS);
  assert.equal(check()?.status, 'degraded');
  assert.match(check()?.message ?? '', /expired on .*Renew it/);
  const expired = keeper(files, path, clock);
  await expired.certificates.open();
  await expired.certificates.look(() => assert.fail('it is the same one'));
  assert.deepEqual(expired.told.length, 1, 'told once');
  assert.match(expired.told[0] ?? '', /expired on .*browsers warn of it or refuse it/);
  assert.ok(!expired.certificates.isTrusted);
});

test('one of a short life is told of by its share; its authority renews it later', () => {
  const of = (days: number) => days - renewalOf({ startsAt: 0, expiresAt: days * DAY_MS }) / DAY_MS;
  assert.deepEqual([397, 90, 45, 6].map(of), [WARN_DAYS, WARN_DAYS, 11.25, 1.5]);
});

test('one that is valid later only is told of', async (t) => {
  const path = folder(t);
  const files = await ownFiles(path, Date.now() + 3 * DAY_MS);
  const { certificates } = keeper(files, path);
  await certificates.open();
  const { certificate, 'certificate files': check } = certificates.checks();
  assert.match(check?.message ?? '', /valid from .* only: is the clock right/);
  assert.equal(certificate?.status, 'ok');
});

test('serves TLS 1.3 and 1.2 and nothing older, beyond this machine too, and says so', async (t) => {
  const path = folder(t);
  const files = await ownFiles(path);
  const tls = { certFile: files.certFile, keyFile: files.keyFile };
  const at = await gateway(t, { config: { host: '0.0.0.0', tls } });
  const url = at.replace('0.0.0.0', '127.0.0.1');
  assert.match(url, /^https:/);
  const ca = readFileSync(files.certFile);
  const answer = await ask(url, { ca });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000');
  assert.equal((answer.socket as TLSSocket).getProtocol(), 'TLSv1.3');
  const old = await ask(url, { ca, maxVersion: 'TLSv1.2' });
  assert.equal((old.socket as TLSSocket).getProtocol(), 'TLSv1.2');
  const port = Number(new URL(url).port);
  const tooOld = connect({
    port,
    ca,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL@SECLEVEL=0',
  });
  await once(tooOld, 'error');
});

test('never lets a browser insist on a certificate that was made here', async (t) => {
  const url = await gateway(t, { config: { tls: 'auto' }, tlsFolder: folder(t) });
  const answer = await ask(url, { rejectUnauthorized: false });
  assert.equal(answer.headers['strict-transport-security'], undefined);
});

const REDIRECTION = {
  host: '127.0.0.1',
  port: 0,
  httpsPort: 8443,
  isAllowed: (host: string) => host.startsWith('127.0.0.1:'),
};

test('leads from http to https, and by the name of another nowhere', async (t) => {
  const server = await redirectToHttps(REDIRECTION);
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/cameras?a=1`, { redirect: 'manual' });
  assert.equal(answer.status, 308);
  assert.equal(answer.headers.get('location'), 'https://127.0.0.1:8443/cameras?a=1');
  const asked = 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n';
  const refused = await exchange(`http://127.0.0.1:${port}`, asked);
  assert.match(refused, /^HTTP\/1\.1 421 /);
  assert.doesNotMatch(refused, /location/i);
  await assert.rejects(redirectToHttps({ ...REDIRECTION, port }), {
    code: 'http.port-in-use',
    message: /gateway\.httpRedirectPort/,
  });
});

test('nobody keeps others from being led there by connections that say nothing', async (t) => {
  const server = await redirectToHttps(REDIRECTION);
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const silent = await Promise.all(
    Array.from({ length: REDIRECT_BOUNDS.total + 1 }, async () => {
      const socket = connectTcp({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );
  t.after(() => {
    for (const socket of silent) socket.destroy();
  });
  const answer = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' });
  assert.equal(answer.status, 308);
  const open = await promisify(server.getConnections.bind(server))();
  assert.ok(open <= REDIRECT_BOUNDS.waitingPerCaller + 1, `${open}`);
});
