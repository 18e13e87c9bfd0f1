import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withCamera } from './testing/fixture.ts';
import { type Script, VIDEO_SDP } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';

const LOGIN = { username: 'admin', password: 's3cret' };

test('a redirect takes no password to another port, and fills none in', async () => {
  await withCamera(LOGIN, async (other, recorder) => {
    const script: Script = {
      answer: ({ method, uri }) =>
        method === 'DESCRIBE' && !uri.includes('/moved')
          ? { status: 302, headers: [['Location', `${other.url}/moved?$PASSWORD`]] }
          : undefined,
    };
    await withCamera({ ...LOGIN, ...script }, async (first) => {
      void recorder.run(first.url, LOGIN);
      const error = await recorder.end();
      assert.equal(error.code, 'ingest.wrong-password');
      assert.match(error.message, new RegExp(`sends us on to rtsp://127.0.0.1:${other.port}`));
      assert.ok(other.last.requests.every(({ headers }) => !headers.get('Authorization')));
    });
  });
  const home: Script = {
    answer: ({ method, uri }) =>
      method === 'DESCRIBE' && !uri.includes('/moved')
        ? { status: 302, headers: [['Location', '/moved?$PASSWORD']] }
        : undefined,
  };
  await withCamera({ ...LOGIN, ...home }, async (camera, recorder) => {
    void recorder.run(`${camera.url}?$PASSWORD`, LOGIN);
    await until(() => recorder.units.length > 0, 'frames after a redirect within the camera');
    const uris = camera.last.requests.map(({ uri }) => uri);
    assert.ok(uris[1]?.endsWith('/moved?$PASSWORD'));
    assert.ok(!uris.some((uri) => uri.includes(LOGIN.password)));
    assert.ok(camera.last.requests.at(-1)?.headers.get('Authorization'));
  });
});

test('a password in the path is filled in where we put its name, not where a camera does', async () => {
  const hostile = VIDEO_SDP.replace('a=control:video', 'a=control:$PASSWORD');
  const absolute = VIDEO_SDP.replace('a=control:video', 'a=control:rtsp://camera.lan/$PASSWORD');
  const base: Script = {
    answer: ({ method, uri }) =>
      method === 'DESCRIBE'
        ? { status: 200, headers: [['Content-Base', `${uri}/$PASSWORD/`]], body: VIDEO_SDP }
        : undefined,
  };
  for (const script of [{ sdp: hostile }, { sdp: absolute }, base]) {
    await withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url, LOGIN);
      await until(() => recorder.units.length > 0, 'frames');
      const uris = camera.last.requests.map(({ uri }) => uri);
      assert.ok(uris.some((uri) => uri.includes('$PASSWORD')));
      assert.ok(!uris.some((uri) => uri.includes(LOGIN.password)));
    });
  }
  // Without Content-Base the control URLs lie behind the address with its names.
  const plain: Script = {
    answer: ({ method }) => (method === 'DESCRIBE' ? { status: 200, body: hostile } : undefined),
  };
  await withCamera(plain, async (camera, recorder) => {
    void recorder.run(`${camera.url}/user=$USERNAME&password=$PASSWORD`, LOGIN);
    await until(() => recorder.units.length > 0, 'frames');
    const own = `${camera.url}/user=admin&password=s3cret`;
    assert.deepEqual(
      camera.last.requests.map(({ uri }) => uri),
      [own, own, `${own}/$PASSWORD`, own],
    );
  });
});
