import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { WireError } from '../errors.ts';
import {
  authorizationHeader,
  type Challenge,
  formatDigestChallenge,
  MAX_CHALLENGE_CHARACTERS,
  MAX_CHALLENGES,
  nameUnknownChallenges,
  parseChallenges,
  selectChallenge,
  verifyAuthorization,
} from './digest.ts';

const OLD = 'Digest realm="Surveillance Server", nonce="98481030"';
const BASIC = 'Basic realm="camera"';

function only(value: string): Challenge {
  const [challenge] = parseChallenges([value]);
  assert.ok(challenge);
  return challenge;
}

test('the examples of RFC 7616 §3.9.1, MD5 and SHA-256', () => {
  const challenge = (algorithm: string): Challenge =>
    only(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    );
  for (const [algorithm, response] of [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const) {
    const header = authorizationHeader({
      challenge: challenge(algorithm),
      username: 'Mufasa',
      password: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
      nonceCount: 1,
    });
    assert.match(header, new RegExp(`response="${response}"`));
    assert.match(header, /nc=00000001/);
    assert.match(header, /opaque="FQhe/);
  }
});

test('without qop the computation is that of RFC 2069', () => {
  const header = authorizationHeader({
    challenge: only(OLD),
    username: 'admin',
    password: 'secret',
    method: 'DESCRIBE',
    uri: 'rtsp://camera/live',
    cnonce: 'unused-here',
    nonceCount: 1,
  });
  // md5(md5(admin:Surveillance Server:secret):98481030:md5(DESCRIBE:rtsp://camera/live))
  assert.match(header, /response="f69616bb892e8632294cbb31a23122e7"/);
  assert.doesNotMatch(header, /qop|cnonce|algorithm/);
  assert.match(header, /uri="rtsp:\/\/camera\/live"/);
});

test('quirk several-challenges: the strongest counts, in whatever order and number of headers', () => {
  const md5 = 'Digest realm="r", nonce="n1", algorithm="MD5", qop="auth"';
  const sha = 'Digest realm="r", nonce="n2", algorithm=SHA-256';
  const nameOf = (values: string[]): string | undefined => {
    const selected = selectChallenge(parseChallenges(values));
    return selected?.scheme === 'digest' ? (selected.algorithm ?? 'old') : selected?.scheme;
  };
  assert.equal(nameOf([BASIC, OLD]), 'old');
  assert.equal(nameOf([`${BASIC}, ${OLD}`]), 'old');
  assert.equal(nameOf([`${md5}, ${sha}, ${BASIC}`]), 'SHA-256');
  assert.equal(nameOf([sha, md5]), 'SHA-256');
  assert.equal(nameOf([md5, BASIC]), 'MD5');
  assert.equal(nameOf([BASIC]), 'basic');
  assert.equal(nameOf(['Digest realm="r", nonce="n", algorithm=SHA-3', BASIC]), 'basic');
  assert.equal(nameOf([md5, 'Digest realm="r", nonce="n", algorithm=SHA-512-256']), 'SHA-512-256');
  assert.equal(nameOf(['Negotiate', 'Digest realm="no nonce"']), undefined);
  assert.equal(nameOf([]), undefined);
});

test('the example of RFC 7616 §3.9.2, SHA-512-256, with the hash of its own text', () => {
  const header = authorizationHeader({
    challenge: only(
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK"',
    ),
    username: 'Jason',
    password: 'secret',
    method: 'GET',
    uri: '/doe.json',
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm',
    nonceCount: 1,
  });
  const hash = (text: string): string => createHash('sha512-256').update(text).digest('hex');
  const ha1 = hash('Jason:api@example.org:secret');
  const nonces =
    '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK:00000001:NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm';
  assert.match(header, new RegExp(hash(`${ha1}:${nonces}:auth:${hash('GET:/doe.json')}`)));
});

test('session keys, and auth-int over the body that no request has (RFC 7616 §3.4.2, §3.4.3)', () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const answer = (parameters: string): string =>
    authorizationHeader({
      challenge: only(`Digest realm="r", nonce="n", ${parameters}`),
      ...{ username: 'u', password: 'p', method: 'PLAY', uri: 'rtsp://h/x' },
      ...{ cnonce: 'c1', nonceCount: 1 },
    });
  const [secret, request] = [md5('u:r:p'), md5('PLAY:rtsp://h/x')];
  const session = md5(`${secret}:n:c1`);
  const session1 = answer('algorithm=MD5-sess, qop="auth"');
  assert.ok(session1.includes(md5(`${session}:n:00000001:c1:auth:${request}`)), session1);
  assert.match(session1, /algorithm=MD5-sess, qop=auth, nc=00000001, cnonce="c1"/);
  const old = answer('algorithm="md5-SESS"');
  assert.ok(old.includes(md5(`${session}:n:${request}`)), old);
  assert.match(old, /cnonce="c1"/, 'without it nobody can check a session key');
  const whole = answer('qop="auth-int"');
  const body = md5(`PLAY:rtsp://h/x:${md5('')}`);
  assert.ok(whole.includes(md5(`${secret}:n:00000001:c1:auth-int:${body}`)), whole);
  assert.match(whole, /qop=auth-int/);
  assert.match(answer('qop="auth-int,AUTH"'), /qop=auth,/, 'the plain one where both are offered');
});

test('what is not known has a name, and is no challenge', () => {
  const values = [
    'Negotiate, NTLM',
    'Bearer realm="x", scope="a, b"',
    'Digest realm="r", nonce="n", algorithm=SHA-3',
    'Digest realm="r, NTLM, c", nonce="n", qop="auth-conf"',
    'Digest realm="r"',
  ];
  assert.deepEqual(parseChallenges(values), []);
  assert.deepEqual(nameUnknownChallenges(values), [
    'Negotiate',
    'NTLM',
    'Bearer',
    'Digest with the algorithm SHA-3',
    'Digest with qop auth-conf',
    'Digest without a nonce',
  ]);
  assert.deepEqual(nameUnknownChallenges([OLD, BASIC]), []);
});

test('a header beyond its limit is read up to it', () => {
  const long = `${OLD}, opaque="${'x'.repeat(MAX_CHALLENGE_CHARACTERS)}"`;
  assert.equal(parseChallenges([long]).length, 1);
  const hostile = `Digest realm="${'\\"'.repeat(1 << 20)}`;
  assert.deepEqual(parseChallenges([hostile]), []);
});

test('a realm with commas, quotes and scheme names inside is one challenge', () => {
  const challenge = only('Digest realm="a, NTLM, Basic \\"b\\", c", nonce="x=y", stale=TRUE');
  assert.equal(challenge.realm, 'a, NTLM, Basic "b", c');
  assert.ok(challenge.scheme === 'digest' && challenge.stale && challenge.nonce === 'x=y');
});

test('what we answer, our own check believes; anything else it does not', () => {
  const expected = {
    method: 'SETUP',
    realm: 'vms "1"',
    nonce: 'abc',
    username: 'viewer',
    password: 'pä:ss',
  };
  const challenges = [
    formatDigestChallenge(expected.realm, expected.nonce),
    formatDigestChallenge(expected.realm, expected.nonce, { algorithm: 'MD5', qop: true }),
    formatDigestChallenge(expected.realm, expected.nonce, { algorithm: 'SHA-256', stale: true }),
    formatDigestChallenge(expected.realm, expected.nonce, {
      algorithm: 'SHA-512-256-sess',
      qop: 'auth-int',
    }),
    `Basic realm="${expected.realm}"`,
  ];
  for (const text of challenges) {
    const answer = (password: string, method = 'SETUP'): string =>
      authorizationHeader({
        challenge: only(text),
        username: 'viewer',
        password,
        method,
        uri: 'rtsp://h/x',
        cnonce: '12345678',
        nonceCount: 2,
      });
    assert.ok(verifyAuthorization(answer('pä:ss'), expected), text);
    assert.ok(!verifyAuthorization(answer('wrong'), expected), text);
    if (text.startsWith('Digest')) {
      assert.ok(!verifyAuthorization(answer('pä:ss', 'PLAY'), expected));
      assert.ok(!verifyAuthorization(answer('pä:ss'), { ...expected, nonce: 'new' }));
      assert.ok(!verifyAuthorization(answer('pä:ss'), { ...expected, username: 'other' }));
    }
  }
  assert.ok(!verifyAuthorization(undefined, expected));
  assert.ok(!verifyAuthorization('Bearer x', expected));
});

test('a name that would break the header is refused', () => {
  const input = {
    challenge: only(OLD),
    username: 'a\r\nX: y',
    password: '',
    method: 'PLAY',
    uri: '*',
    cnonce: '12345678',
    nonceCount: 1,
  };
  assert.throws(() => authorizationHeader(input), WireError);
});

test(`at most ${MAX_CHALLENGES} challenges are looked at`, () => {
  assert.equal(parseChallenges(Array(MAX_CHALLENGES + 5).fill(OLD)).length, MAX_CHALLENGES);
});
