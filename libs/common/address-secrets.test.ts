import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressCredentials,
  fillAddress,
  MAX_ADDRESS_SECRETS,
  MAX_ESCAPE_LAYERS,
  takeSecrets,
} from './address-secrets.ts';

interface Case {
  readonly path: string;
  readonly stored: string;
  readonly username?: string;
  readonly password?: string;
  readonly secrets?: readonly string[];
}

const cases: readonly Case[] = [
  { path: '/live?password=s3cret', stored: '/live?password=$PASSWORD', password: 's3cret' },
  { path: '/live?PWD=s3cret&x=1', stored: '/live?PWD=$PASSWORD&x=1', password: 's3cret' },
  { path: '/a?x=1&psw=s3cret', stored: '/a?x=1&psw=$PASSWORD', password: 's3cret' },
  { path: '/a?pass=s3cret;x=1', stored: '/a?pass=$PASSWORD;x=1', password: 's3cret' },
  { path: '/a?rtsp_Password=s3cret', stored: '/a?rtsp_Password=$PASSWORD', password: 's3cret' },
  { path: '/a?senha=s3cret', stored: '/a?senha=$PASSWORD', password: 's3cret' },
  {
    path: '/videostream.asf?loginuse=admin&loginpas=s3cret&resolution=32',
    stored: '/videostream.asf?loginuse=$USERNAME&loginpas=$PASSWORD&resolution=32',
    ...{ username: 'admin', password: 's3cret' },
  },
  {
    path: '/user=admin_password=s3cret_channel=1_stream=0.sdp?real_stream',
    stored: '/user=$USERNAME_password=$PASSWORD_channel=1_stream=0.sdp?real_stream',
    ...{ username: 'admin', password: 's3cret' },
  },
  {
    path: '/user=admin&password=a_b&channel=1&stream=0.sdp?',
    stored: '/user=$USERNAME&password=$PASSWORD&channel=1&stream=0.sdp?',
    ...{ username: 'admin', password: 'a_b' },
  },
  {
    path: '/admin:s3cret@/live',
    stored: '/$USERNAME:$PASSWORD@/live',
    ...{ username: 'admin', password: 's3cret' },
  },
  {
    path: '/0/admin:s3cret/main',
    stored: '/0/$USERNAME:$PASSWORD/main',
    ...{ username: 'admin', password: 's3cret' },
  },
  { path: '/live?token=abc.def', stored: '/live?token=$SECRET1', secrets: ['abc.def'] },
  {
    path: '/live?access_token=a&api_key=b&access_token=a',
    stored: '/live?access_token=$SECRET1&api_key=$SECRET2&access_token=$SECRET1',
    secrets: ['a', 'b'],
  },
  // What comes out of its name otherwise than it was written keeps a number of its own.
  {
    path: '/live?user=admin&password=a+b%2f',
    stored: '/live?user=admin&password=$SECRET1',
    ...{ username: 'admin', password: 'a+b/', secrets: ['a+b%2f'] },
  },
  {
    path: '/live?password=100%&password=other',
    stored: '/live?password=$SECRET1&password=$SECRET2',
    ...{ password: '100%', secrets: ['100%', 'other'] },
  },
  // Escapes that hide the key, the mark, or both.
  { path: '/a?p%61ssword=s3cret', stored: '/a?p%61ssword=$PASSWORD', password: 's3cret' },
  { path: '/a?%2570assword=s3cret', stored: '/a?%2570assword=$PASSWORD', password: 's3cret' },
  { path: '/a?password%3Ds3cret', stored: '/a?$SECRET1', secrets: ['password%3Ds3cret'] },
  { path: '/a?password%253Ds3cret', stored: '/a?$SECRET1', secrets: ['password%253Ds3cret'] },
  { path: '/a?x=%26pwd%3Ds3cret', stored: '/a?x=$SECRET1', secrets: ['%26pwd%3Ds3cret'] },
  { path: '/admin%3As3cret/a', stored: '/$SECRET1/a', secrets: ['admin%3As3cret'] },
  { path: '/admin%3As3cret%40/a', stored: '/$SECRET1/a', secrets: ['admin%3As3cret%40'] },
  {
    path: '/r?url=rtsp%3A%2F%2Fjo%3As3cret%40h%2F',
    stored: '/r?url=$SECRET1',
    secrets: ['rtsp%3A%2F%2Fjo%3As3cret%40h%2F'],
  },
];
for (const { path, stored, username, password, secrets = [] } of cases) {
  test(`of ${path} is kept ${stored}`, () => {
    const taken = takeSecrets(path);
    assert.deepEqual(taken, { path: stored, username, password, secrets });
    const credentials = { username: username ?? '', password: password ?? '', secrets };
    assert.equal(fillAddress(stored, credentials), path);
    assert.deepEqual(takeSecrets(stored, credentials).path, stored, 'is kept as it is');
  });
}

for (const path of [
  '',
  '/',
  '/Streaming/Channels/101?transportmode=unicast&profile=Profile_1',
  '/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif',
  '/axis-media/media.amp?videocodec=h264&resolution=640x480&audio=1',
  '/media/video1:2/trackID=1',
  '/vod/mp4:film.mov',
  '/user=admin&channel=1',
  '/live?password=&pwd=',
  '/a%20b/%C3%A9?name=user%40example.org',
  '/user=$USERNAME&password=$PASSWORD?token=$SECRET1',
]) {
  test(`${path} holds no secret`, () => {
    assert.equal(takeSecrets(path).path, path);
  });
}

test('who signs in by what was said elsewhere goes before what the path says', () => {
  const known = { username: 'viewer', password: 'other-1' };
  assert.deepEqual(takeSecrets('/a?user=admin&pwd=s3cret', known), {
    path: '/a?user=admin&pwd=$SECRET1',
    ...{ username: 'admin', password: 's3cret', secrets: ['s3cret'] },
  });
  assert.equal(
    takeSecrets('/a?user=viewer&pwd=other-1', known).path,
    '/a?user=$USERNAME&pwd=$PASSWORD',
  );
});

test('the password that is known is found where no key names it', () => {
  const known = { username: 'jo', password: '1234' };
  assert.equal(takeSecrets('/jo/1234/ch1', known).path, '/jo/$PASSWORD/ch1');
  assert.equal(takeSecrets('/jo:1234/ch1', known).path, '/$USERNAME:$PASSWORD/ch1');
  assert.equal(takeSecrets('/a?ch=1234', known).path, '/a?ch=1234', 'too short to be surely it');
  const long = { username: 'jo', password: 'p@ss-1' };
  assert.equal(takeSecrets('/a?x=p%40ss-1', long).path, '/a?x=$PASSWORD');
});

test('numbers go on from the first that is free', () => {
  assert.equal(takeSecrets('/a?token=x', {}, 4).path, '/a?token=$SECRET4');
});

test('more secrets than MAX_ADDRESS_SECRETS make the path one secret', () => {
  const query = (count: number): string =>
    Array.from({ length: count }, (_, i) => `token=t${i}`).join('&');
  const most = takeSecrets(`/a?${query(MAX_ADDRESS_SECRETS)}`);
  assert.equal(most.secrets.length, MAX_ADDRESS_SECRETS);
  const path = `/a?${query(MAX_ADDRESS_SECRETS + 1)}`;
  assert.deepEqual(takeSecrets(path).secrets, [path.slice(1)]);
  assert.equal(takeSecrets(path).path, '/$SECRET1');
});

test('what is escaped more often than MAX_ESCAPE_LAYERS is sealed unread', () => {
  const escaped = (layers: number): string => {
    let text = 'a=b';
    for (let i = 0; i < layers; i++) text = text.replaceAll(/[%=]/g, encodeURIComponent);
    return text;
  };
  const read = `/x?${escaped(MAX_ESCAPE_LAYERS)}`;
  assert.equal(takeSecrets(read).path, read);
  const unread = `/x?${escaped(MAX_ESCAPE_LAYERS + 1)}`;
  assert.notEqual(takeSecrets(unread).path, unread);
});

test('filling in does not look at what it has filled in', () => {
  const credentials: AddressCredentials = {
    ...{ username: '$PASSWORD', password: '$SECRET1' },
    secrets: ['$PASSWORD'],
  };
  assert.equal(fillAddress('/$SECRET1/$SECRET2', credentials), '/$PASSWORD/$SECRET2');
  assert.equal(fillAddress('/$USERNAME', credentials), '/%24PASSWORD');
});

test('any path comes back byte for byte, and what was taken out of it is not left in it', () => {
  const word = fc.stringMatching(/^[a-z0-9%=&_/:.+-]{0,20}$/);
  const secret = fc.stringMatching(/^q[A-Z0-9]{6}z$/);
  const keys = fc.constantFrom('password', 'PWD', 'pass', 'token', 'p%61ssword', 'api_key');
  fc.assert(
    fc.property(word, keys, secret, word, (start, key, value, end) => {
      for (const path of [
        `/${start}/?${key}=${value}&${end}`,
        `/${start}/${key}=${value}_x=${end}`,
      ]) {
        const { path: stored, username = '', password = '', secrets } = takeSecrets(path);
        assert.ok(!stored.includes(value), stored);
        assert.equal(fillAddress(stored, { username, password, secrets }), path);
      }
    }),
    { numRuns: 2000 },
  );
});
