import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { makeSelfSigned } from '@vms/gateway/tls/self-signed.ts';
import { PROBE_TIMEOUT_MS } from '@vms/storage/volumes/probe-volume.ts';
import { Terminal } from '../../command-line/terminal.ts';
import { loadConfiguration } from '../../config/configuration.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkClock } from './check-clock.ts';
import { checkFirewall } from './check-firewall.ts';
import { checkPorts } from './check-ports.ts';
import { checkPrograms } from './check-programs.ts';
import { checkVolume, HONEST_FLUSH_MS, measureVolume } from './check-volume.ts';
import type { Finding } from './finding.ts';
import { type Machine, thisMachine } from './machine.ts';

const nowhere = { write: () => true };
const terminal = new Terminal({ language: 'en', json: false, stdout: nowhere, stderr: nowhere });
const now = Date.UTC(2026, 5, 1);

/** A machine on which only these programs are, by the words of what is asked. */
function machineWith(
  programs: Readonly<Record<string, string | number>>,
  options: { readonly limits?: string; readonly node?: string; readonly isRoot?: boolean } = {},
): Machine {
  return {
    async ask(program, ...args) {
      const answer = programs[[program, ...args].join(' ')];
      if (answer === undefined) return { isThere: false, code: null, output: '' };
      return typeof answer === 'number'
        ? { isThere: true, code: answer, output: 'ERROR: You need to be root' }
        : { isThere: true, code: 0, output: answer };
    },
    read: async () => options.limits,
    nodeVersion: options.node ?? 'v24.1.0',
    isRoot: options.isRoot ?? true,
  };
}

const textOf = ({ text, values }: Finding): string => terminal.in(text, values);

test('looks at Node, the programs, and the limit of files', async () => {
  const limits = (hard: string) =>
    `Limit  Soft  Hard  Units\nMax open files   1024   ${hard}   files\n`;
  const good = machineWith(
    { 'flock --version': 'flock', 'ffmpeg -version': 'ffmpeg version 7.1 Copyright' },
    { limits: limits('524288') },
  );
  const findings = await checkPrograms(good);
  assert.deepEqual(
    findings.map(({ id, state }) => [id, state]),
    [
      ['node', 'ok'],
      ['flock', 'ok'],
      ['ffmpeg', 'ok'],
      ['files', 'ok'],
    ],
  );
  const poor = machineWith({}, { node: 'v20.0.0', limits: limits('1024') });
  assert.deepEqual(
    (await checkPrograms(poor)).map(({ state }) => state),
    ['bad', 'bad', 'warning', 'warning'],
  );
});

const SHOW = 'timedatectl show -p NTPSynchronized --value';
const clocks: [string, Record<string, string | number>, string, RegExp][] = [
  ['timedatectl', { [SHOW]: 'yes\n' }, 'ok', /synchronised \(timedatectl\)/],
  ['no NTP', { [SHOW]: 'no\n' }, 'warning', /not synchronised/],
  ['chrony', { [SHOW]: 1, 'chronyc -n tracking': 'Leap status     : Normal\n' }, 'ok', /chrony/],
  ['a container', {}, 'warning', /cannot be known/],
];
for (const [what, programs, state, words] of clocks) {
  test(`tells the clock by ${what}`, async () => {
    const finding = await checkClock(machineWith(programs), now);
    assert.equal(finding.state, state);
    assert.match(textOf(finding), words);
  });
}

test('a clock of the past is bad', async () => {
  assert.equal((await checkClock(machineWith({ [SHOW]: 'yes' }), 0)).state, 'bad');
});

const nft = (policy: string, rules = '') =>
  `table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy ${policy};\n${rules}\t}\n}\n`;
const firewalls: [string, Record<string, string | number>, string, RegExp][] = [
  ['none', {}, 'ok', /No firewall/],
  ['ufw inactive', { 'ufw status': 'Status: inactive\n' }, 'ok', /No firewall/],
  [
    'ufw closed',
    { 'ufw status': 'Status: active\n\n22/tcp  ALLOW  Anywhere\n' },
    'warning',
    /ufw is active/,
  ],
  ['ufw open', { 'ufw status': 'Status: active\n\n8443/udp  ALLOW  Anywhere\n' }, 'ok', /ufw lets/],
  [
    'firewalld closed',
    { 'firewall-cmd --state': 'running\n', 'firewall-cmd --list-ports': '80/tcp 8443/tcp\n' },
    'warning',
    /firewalld is active/,
  ],
  [
    'firewalld range',
    { 'firewall-cmd --state': 'running\n', 'firewall-cmd --list-ports': '8000-9000/udp\n' },
    'ok',
    /firewalld lets/,
  ],
  ['nftables open', { 'nft list ruleset': nft('accept') }, 'ok', /No firewall/],
  ['nftables drop', { 'nft list ruleset': nft('drop') }, 'warning', /nftables refuse/],
  [
    'nftables set',
    { 'nft list ruleset': nft('drop', '\t\tudp dport { 53, 8000-9000 } accept\n') },
    'ok',
    /nftables lets/,
  ],
  ['nftables reject', { 'nft list ruleset': nft('accept', '\t\treject\n') }, 'warning', /refuse/],
  [
    'iptables drop',
    { 'iptables -S INPUT': '-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n' },
    'warning',
    /iptables/,
  ],
  [
    'iptables named',
    { 'iptables -S INPUT': '-P INPUT DROP\n-A INPUT -p udp -m udp --dport 8443 -j ACCEPT\n' },
    'ok',
    /iptables lets/,
  ],
];
for (const [what, programs, state, words] of firewalls) {
  test(`reads the firewall: ${what}`, async () => {
    const finding = await checkFirewall(machineWith(programs), 8443);
    assert.equal(finding.state, state);
    assert.match(textOf(finding), words);
  });
}

test('says that only root sees the rules', async () => {
  const machine = machineWith({ 'nft list ruleset': 1 }, { isRoot: false });
  assert.match(textOf(await checkFirewall(machine, 8443)), /by root alone/);
});

test('judges speed and honesty of a volume, and leaves nothing behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const measured = await measureVolume(folder, systemClock);
  assert.ok(measured.bytesPerSecond > 0 && measured.flushMs > 0);
  assert.deepEqual(readdirSync(folder), []);
  const judged = async (bytesPerSecond: number, flushMs: number) => {
    const findings = await checkVolume(folder, true, systemClock, 'en', async () => ({
      bytesPerSecond,
      flushMs,
    }));
    return findings.map(textOf).join('\n');
  };
  assert.match(await judged(200e6, 5), /writes 200 MB\/s, a flush takes 5 ms/);
  assert.match(await judged(10e6, 40), /writes only 10 MB\/s/);
  assert.match(await judged(900e6, HONEST_FLUSH_MS / 2), /faster than disks are/);
});

test('tells a missing disk from a volume that is yet to be made', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'volumes', 'default');
  const fast = async () => ({ bytesPerSecond: 1e9, flushMs: 1 });
  const missing = await checkVolume(path, true, systemClock, 'en', fast);
  assert.deepEqual(missing.map(textOf), [`The volume ${path} is not there`]);
  const fresh = await checkVolume(path, false, systemClock, 'en', fast);
  assert.ok(
    fresh.every(({ state }) => state !== 'bad'),
    fresh.map(textOf).join('\n'),
  );
});

test('judges a certificate of one’s own, and leaves one that renews itself alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tls = { certFile: join(folder, 'own.crt'), keyFile: join(folder, 'own.key') };
  const { cert, key } = await makeSelfSigned(['localhost'], now);
  writeFileSync(tls.certFile, cert);
  writeFileSync(tls.keyFile, key);
  const at = (days: number) =>
    checkCertificate(tls, now + days * 86_400_000).map((it) => [it.state, textOf(it)]);
  const words = (days: number) => at(days).join();
  assert.match(words(0), /^ok,The certificate .*own\.crt is valid until 2027-07-02$/);
  for (const [after, left] of [
    [380, 16],
    [395, 1],
    [395.5, 0],
  ] as const) {
    const expected = ` expires on 2027-07-02 (days left: ${left}) and was not renewed yet`;
    assert.ok(words(after).startsWith('warning,') && words(after).endsWith(expected), words(after));
  }
  assert.match(words(397), /^bad,.* expired on 2027-07-02: browsers refuse the page$/);
  assert.match(words(-2), /^bad,.* is valid from 2026-05-31 only/);
  writeFileSync(tls.keyFile, 'x');
  assert.match(words(0), /^bad,The certificate cannot be used: .*own\.key: /);
  rmSync(tls.certFile);
  assert.match(words(0), /^bad,The certificate cannot be used: ENOENT/);
  assert.deepEqual([...checkCertificate('auto', now), ...checkCertificate('none', now)], []);
});

test('names who has a port', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ports = { api: port, gateway: 0, ingest: 0, storage: 0, stream: 0, streamUdp: 1 };
  const configuration = loadConfiguration({
    dataDirectory: join(tmpdir(), 'vms-doctor-nowhere'),
    file: undefined,
    ports,
    demoUrl: undefined,
  });
  const findings = await checkPorts(configuration, false, terminal);
  const bad = findings.filter(({ state }) => state === 'bad').map(textOf);
  assert.equal(bad.length, 1);
  assert.match(bad[0] ?? '', new RegExp(`Port ${port} \\(api\\.port\\) .* \\(${process.pid}\\)$`));
});

test('this machine answers', async () => {
  assert.deepEqual(await thisMachine.ask('no-such-program'), {
    isThere: false,
    code: null,
    output: '',
  });
  assert.equal((await thisMachine.ask('flock', '--version')).code, 0);
  assert.match((await thisMachine.read('/proc/self/limits')) ?? '', /Max open files/);
});

test('a volume that does not respond is named, and not measured', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'vms-hung-'));
  t.after(() => rmSync(path, { recursive: true }));
  const clock = new ManualClock();
  const checking = checkVolume(path, true, clock, 'en', () => assert.fail('measured'));
  clock.advance(PROBE_TIMEOUT_MS);
  assert.deepEqual((await checking).map(textOf), [`The volume ${path} does not respond`]);
});
