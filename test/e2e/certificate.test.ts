import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { LIFE_DAYS, makeSelfSigned } from '@vms/gateway/tls/self-signed.ts';
import { RunningSystem } from '../system/running-system.ts';
import { runVms } from '../system/vms-command.ts';
import { waitFor } from '../system/waiting.ts';

const DAY_MS = 86_400_000;

/** Any certificate will do for this question. */
async function ask(url: string): Promise<{ text: string; certificate: X509Certificate }> {
  const asked = request(url, { rejectUnauthorized: false, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const certificate = new X509Certificate((answer.socket as TLSSocket).getPeerCertificate().raw);
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return { text, certificate };
}

test('an expired certificate: the system starts, says so everywhere, and is well with the renewed one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-certificate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tls = { certFile: join(folder, 'own.crt'), keyFile: join(folder, 'own.key') };
  const write = async (madeAt: number): Promise<X509Certificate> => {
    const { cert, key } = await makeSelfSigned(['localhost'], madeAt);
    writeFileSync(tls.keyFile, key);
    writeFileSync(tls.certFile, cert);
    return new X509Certificate(cert);
  };
  const expired = await write(Date.now() - (LIFE_DAYS + 3) * DAY_MS);
  assert.ok(expired.validToDate.getTime() < Date.now());
  const system = await RunningSystem.start({ config: { gateway: { tls } } });
  t.after(() => system.remove());
  const day = expired.validToDate.toISOString().slice(0, 10);
  const vms = (...args: string[]) => runVms([...args, '--data', system.dataDirectory]);

  assert.match(system.output, new RegExp(`The certificate expired on ${day}: browsers warn of it`));
  const { text, certificate } = await ask(`${system.url}/health`);
  assert.equal(certificate.fingerprint256, expired.fingerprint256, 'it is used all the same');
  const { status, message } = JSON.parse(text).checks.certificate;
  assert.equal(status, 'degraded');
  assert.match(message, new RegExp(`expired on ${day}`));

  const told = await waitFor('the alert', async () => {
    const answer = await vms('status', '--json');
    return answer.json.alerts.length > 0 && answer;
  });
  assert.equal(told.code, 1);
  assert.deepEqual(
    told.json.alerts.map(({ code, severity }: Record<string, string>) => [code, severity]),
    [['certificate.expired', 'critical']],
  );
  const gateway = told.json.services.find(({ name }: { name: string }) => name === 'gateway');
  assert.equal(gateway.status, 'degraded', 'it was asked by https');
  const words = await vms('status', '--lang', 'pt');
  assert.match(words.stdout, /CRÍTICO {3}O certificado venceu em .*\n +→ Os navegadores recusam/);
  const doctor = await vms('doctor');
  assert.match(doctor.stdout, new RegExp(`PROBLEM +The certificate .*own\\.crt expired on ${day}`));

  const renewed = await write(Date.now());
  await system.stop();
  await system.startLauncher();
  const now = await waitFor('the page', () => ask(`${system.url}/health`).catch(() => undefined));
  assert.equal(now.certificate.fingerprint256, renewed.fingerprint256);
  const well = await waitFor('the alert to close', async () => {
    const answer = await vms('status');
    return answer.code === 0 && answer;
  });
  assert.match(well.stdout, /No alert is open/);
});
