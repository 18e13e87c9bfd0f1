import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_CREDENTIAL_CHARACTERS, MAX_URL_CHARACTERS } from '@vms/common/camera-address.ts';
import fc from 'fast-check';
import type { ApiError } from '../api-error.ts';
import { isSameHost, parseCameraUrl } from './camera-url.ts';

const good: [string, string, string | undefined, string | undefined][] = [
  ['rtsp://10.0.0.1/live', 'rtsp://10.0.0.1/live', undefined, undefined],
  [' rtsp://10.0.0.1:8554 ', 'rtsp://10.0.0.1:8554', undefined, undefined],
  ['RTSPS://cam.lan/a?b=c#d', 'rtsps://cam.lan/a?b=c', undefined, undefined],
  ['rtsp://[fe80::1]:554/x', 'rtsp://[fe80::1]:554/x', undefined, undefined],
  ['rtsp://admin@h/x', 'rtsp://h/x', 'admin', undefined],
  ['rtsp://admin:p%40ss%2Fw@h/x', 'rtsp://h/x', 'admin', 'p@ss/w'],
  ['rtsp://admin:p@ss@h/x', 'rtsp://h/x', 'admin', 'p@ss'],
  ['rtsp://admin:100%@h/x', 'rtsp://h/x', 'admin', '100%'],
  ['rtsp://admin:%^&*{|}@h/x', 'rtsp://h/x', 'admin', '%^&*{|}'],
  ['rtsp://admin:%E9%@h/x', 'rtsp://h/x', 'admin', '%E9%'],
  ['rtsp://%C3%A9:%e2%82%ac@h/x', 'rtsp://h/x', 'é', '€'],
  ['rtsp://é:"\'\\[ü]:1@h/x', 'rtsp://h/x', 'é', '"\'\\[ü]:1'],
  ['rtsp://h/x?a=1&pwd=p%40ss', 'rtsp://h/x?a=1&pwd=$PASSWORD', undefined, 'p@ss'],
  ['rtsp://h/jo:s3cret@/live', 'rtsp://h/$USERNAME:$PASSWORD@/live', 'jo', 's3cret'],
  [
    'rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0',
    'rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0',
    undefined,
    undefined,
  ],
];
for (const [typed, url, username, password] of good) {
  test(`takes ${typed}`, () => {
    assert.deepEqual(parseCameraUrl(typed), { url, username, password, secrets: [] });
  });
}

const bad: [string, RegExp][] = [
  ['', /does not begin with rtsp/],
  ['10.0.0.1', /does not begin with rtsp/],
  ['http://s3cret@10.0.0.1', /address of a web page.*RTSP address/],
  ['https://10.0.0.1', /address of a web page/],
  ['file:///etc/passwd', /file:\/\/ is not supported/],
  ['exec://rm', /exec:\/\/ is not supported/],
  ['javascript:alert(1)', /does not begin with rtsp/],
  ['rtsp://', /host/],
  ['rtsp:///live', /names no host/],
  ['rtsp://h:99999/', /host or port/],
  ['rtsp://h:0/', /port is 0/],
  ['rtsp://admin:s3cret/x@10.0.0.1/live', /password field/],
  ['rtsp://admin:1/s3cret@10.0.0.1/live', /password field/],
  ['rtsp://admin:12/s3cret@camera.lan/live', /an @ after the host.*password field/],
  ['rtsp://admin:12#s3cret@camera.lan/live', /an @ after the host/],
  ['rtsp://admin:12?s3cret@camera.lan/live', /an @ after the host/],
  ['rtsp://admin:ha#s3cret@camera.lan/live', /an @ after the host/],
  ['rtsp://h/user=admin&password=s3cret@1&channel=1', /an @ after the host.*%40/],
  ['rtsp://h/admin:s3cret@10.0.0.2/live', /an @ after the host/],
  ['rtsp://admin:s3cret%40q%@h/live', /% in its user name or password.*%25/],
  ['rtsp://us%20er:s3cret%@h/live', /% in its user name or password/],
  ['rtsp://h/live?password=s3cret#1', /# after a password.*%23/],
  ['rtsp://ad min@h/', /space or an invisible/],
  ['rtsp://h/a\r\nTEARDOWN', /space or an invisible/],
  [`rtsp://h/${'x'.repeat(MAX_URL_CHARACTERS)}`, /longer than 2048/],
  [`rtsp://u:${'x'.repeat(MAX_CREDENTIAL_CHARACTERS + 1)}@h/`, /longer than 256/],
];
for (const [typed, message] of bad) {
  test(`refuses ${JSON.stringify(typed.slice(0, 40))} in plain words`, () => {
    assert.throws(
      () => parseCameraUrl(typed),
      (error: ApiError) => {
        assert.equal(error.code, 'camera.url-invalid');
        assert.match(error.message, message);
        const [fault] = error.errors ?? [];
        assert.equal(fault?.path, 'body.url');
        assert.match(fault.code ?? '', /^address\.[a-z-]+$/);
        assert.ok(!error.message.includes('s3cret'));
        return true;
      },
    );
  });
}

test('whatever is typed: refused in words, or taken without user information', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((text) => `rtsp://${text}`),
      ),
      (typed) => {
        let taken: ReturnType<typeof parseCameraUrl>;
        try {
          taken = parseCameraUrl(typed);
        } catch (error) {
          assert.equal((error as ApiError).code, 'camera.url-invalid');
          return;
        }
        const url = new URL(taken.url);
        assert.ok(url.protocol === 'rtsp:' || url.protocol === 'rtsps:');
        assert.equal(url.username + url.password, '');
        const nothing = { username: undefined, password: undefined, secrets: [] };
        assert.deepEqual(parseCameraUrl(taken.url), { url: taken.url, ...nothing });
      },
    ),
    { numRuns: 2000 },
  );
});

test('a password stays with its host, port and scheme', () => {
  assert.ok(isSameHost('rtsp://h:554/a', 'rtsp://H:554/b'));
  for (const other of ['rtsp://i:554/a', 'rtsp://h:555/a', 'rtsps://h:554/a']) {
    assert.ok(!isSameHost('rtsp://h:554/a', other), other);
  }
});
