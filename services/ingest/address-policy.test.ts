import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_URL_CHARACTERS } from '@vms/common/camera-address.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import {
  AddressPolicy,
  blockedAs,
  isSamePlace,
  MAX_ADDRESSES,
  parseCameraUrl,
  RESOLVE_TIMEOUT_MS,
} from './address-policy.ts';
import { IngestError } from './ingest-error.ts';

function policy(
  addresses: readonly string[] | (() => Promise<readonly string[]>) = [],
  allowLoopback = false,
): AddressPolicy {
  const resolve = typeof addresses === 'function' ? addresses : async () => addresses;
  return new AddressPolicy({ clock: new ManualClock(), resolve, allowLoopback });
}

const withCode = (code: string) => (error: unknown) =>
  error instanceof IngestError && error.code === code;

test('an address in a usual network is taken as it is, without user information', async () => {
  const pinned = await policy().pin('rtsp://admin:s3cret@192.168.1.20/live?x=1#top');
  assert.deepEqual(pinned, {
    url: 'rtsp://192.168.1.20/live?x=1',
    tls: false,
    address: '192.168.1.20',
    port: 554,
    hostname: '192.168.1.20',
  });
});

test('a name is resolved once, and the address that was checked is the one that is used', async () => {
  let asked = 0;
  const answers = [['10.0.0.9'], ['127.0.0.1', '64:ff9b::a9fe:a9fe']];
  const changing = policy(async () => answers[asked++] ?? []);
  const pinned = await changing.pin('rtsps://camera.lan/a');
  assert.equal(asked, 1);
  assert.equal(pinned.address, '10.0.0.9');
  assert.equal(pinned.port, 322);
  assert.equal(pinned.hostname, 'camera.lan');
  await assert.rejects(changing.pin('rtsps://camera.lan/a'), withCode('ingest.address-blocked'));
});

test('credentials stay with name, port and protocol; a default port is the same written out', async () => {
  const home = await policy().pin('rtsp://10.0.0.1/a');
  const stays = async (url: string): Promise<boolean> =>
    isSamePlace(home, await policy(['10.0.0.1']).pin(url));
  assert.equal(await stays('rtsp://10.0.0.1:554/b'), true);
  for (const url of ['rtsp://10.0.0.2/', 'rtsp://camera.lan/', 'rtsp://10.0.0.1:8554/']) {
    assert.equal(await stays(url), false);
  }
  assert.equal(await stays('rtsps://10.0.0.1:554/'), false);
});

test('a name with a blocked and an allowed address uses the allowed one', async () => {
  const pinned = await policy(['127.0.0.1', '169.254.169.254', '10.1.2.3']).pin('rtsp://camera/');
  assert.equal(pinned.address, '10.1.2.3');
});

for (const address of [
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '169.254.169.254',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[fe80::1]',
  '[ff02::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::7f00:1]',
  '[::ffff:10.0.0.1]',
  '[2002:a00:1::1]',
  '[2001:0:53aa::1]',
  '[64:ff9b:1::a00:1]',
  '[::ffff:0:a00:1]',
  '[fec0::1]',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '[fd20:ce::254]',
  '[fd00:ec2::254]',
]) {
  test(`${address} is not connected to`, async () => {
    await assert.rejects(policy().pin(`rtsp://${address}/`), withCode('ingest.address-blocked'));
    await assert.rejects(
      policy([address.replace(/^\[|\]$/g, '')]).pin('rtsp://some.name/'),
      withCode('ingest.address-blocked'),
    );
  });
}

test('the words say what kind of address it is', async () => {
  const words: [string, RegExp][] = [
    ['127.0.0.1', /of this machine itself.*allowLoopbackCameras/],
    ['169.254.169.254', /metadata address of a cloud provider.*in its network\.$/],
    ['[fe80::1]', /is a link-local address, which does not say in which network/],
    ['[2002:a00:1::1]', /stands for an IPv4 one.*in its network\.$/],
    ['224.0.0.1', /not the address of one device.*in its network\.$/],
  ];
  for (const [host, message] of words) {
    await assert.rejects(policy().pin(`rtsp://${host}/`), { message });
  }
});

test('other writings of an address go through the resolver and are checked like any name', async () => {
  for (const host of ['2130706433', '0x7f.1', '0177.0.0.1']) {
    await assert.rejects(
      policy(['127.0.0.1']).pin(`rtsp://${host}/`),
      withCode('ingest.address-blocked'),
    );
  }
});

test('loopback is let through where the configuration or the demo camera allows it, others never', async () => {
  assert.equal((await policy([], true).pin('rtsp://127.0.0.1:8554/')).address, '127.0.0.1');
  assert.equal((await policy().pin('rtsp://[::1]:8554/', true)).address, '::1');
  await assert.rejects(
    policy([], true).pin('rtsp://169.254.169.254/'),
    withCode('ingest.address-blocked'),
  );
  assert.equal(blockedAs('64:ff9b::7f00:1', true), 'tunnel');
  assert.equal(blockedAs('100.64.0.1', false), undefined);
  assert.equal(blockedAs('10.0.0.1', false), undefined);
  assert.equal(blockedAs('2001:db8::1', false), undefined);
  assert.equal(blockedAs('fe80::1%eth0', false), 'reserved');
});

for (const url of [
  'http://192.168.1.2/',
  'file:///etc/passwd',
  'exec:rm',
  'ffmpeg:rtsp://x',
  'rtsp://',
  'rtsp://1.2.3.4:0/',
  'not a url',
  '',
  `rtsp://10.0.0.1/${'a'.repeat(MAX_URL_CHARACTERS)}`,
]) {
  test(`${url.slice(0, 40)} is not a camera's address`, () => {
    assert.throws(() => parseCameraUrl(url), withCode('ingest.address-invalid'));
  });
}

test('a name without an address says so', async () => {
  await assert.rejects(policy([]).pin('rtsp://nobody.lan/'), withCode('ingest.name-not-found'));
  const failing = policy(async () => {
    throw new Error('ENOTFOUND');
  });
  await assert.rejects(failing.pin('rtsp://nobody.lan/'), withCode('ingest.name-not-found'));
});

test('a name server that does not answer is waited for no longer than RESOLVE_TIMEOUT_MS', async () => {
  const clock = new ManualClock();
  const slow = new AddressPolicy({
    clock,
    resolve: () => new Promise(() => {}),
    allowLoopback: false,
  });
  const pinned = slow.pin('rtsp://slow.lan/');
  clock.advance(RESOLVE_TIMEOUT_MS);
  await assert.rejects(pinned, withCode('ingest.name-not-found'));
});

test('no more than MAX_ADDRESSES of a name are looked at', async () => {
  const many = [...Array.from({ length: MAX_ADDRESSES }, () => '127.0.0.1'), '10.0.0.1'];
  await assert.rejects(policy(many).pin('rtsp://many.lan/'), withCode('ingest.address-blocked'));
});
